package lsp_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// slowDisk is a disk on which one file takes as long to be read as the test wants.
type slowDisk struct {
	name             string
	entered, release chan struct{}
	once             sync.Once
}

func newSlowDisk(name string) *slowDisk {
	return &slowDisk{name: name, entered: make(chan struct{}), release: make(chan struct{})}
}

func (d *slowDisk) read(path string) ([]byte, error) {
	if filepath.Base(path) == d.name {
		d.once.Do(func() { close(d.entered) })
		<-d.release
	}
	return os.ReadFile(path)
}

// TestOutdatedWork: what is being found out about a text that has been edited meanwhile is never told.
func TestOutdatedWork(t *testing.T) {
	t.Parallel()
	disk := newSlowDisk("base.py")
	e := editor.Start(t, workspace(t, map[string]string{"base.py": baseClass}), editor.Options{Server: lsp.Options{ReadFile: disk.read}})
	wrong := strings.Replace(derivedFlow, "self.end", "self.ende", 1)
	e.OpenText("flow.py", wrong)
	<-disk.entered
	e.Replace("flow.py", wrong+"# more\n")
	last := e.Replace("flow.py", wrong+"# and more\n")
	if err := e.Try("spindle/nothing", nil, nil); err == nil { // once it is answered, what came before has been taken in
		t.Error("there is a method spindle/nothing")
	}
	close(disk.release)
	if got := codes(e.Findings("flow.py", 1)); got != "SP118" {
		t.Errorf("found %q", got)
	}
	if v := e.Shown("flow.py"); v != last || e.Published("flow.py") != 1 {
		t.Errorf("told of version %d, %d times; want %d once", v, e.Published("flow.py"), last)
	}
}

// TestCancel: a request that is cancelled ends as such, and the next is answered.
func TestCancel(t *testing.T) {
	t.Parallel()
	dir := workspace(t, map[string]string{"base.py": baseClass, "flow.py": derivedFlow})
	disk := newSlowDisk("base.py")
	w := startWire(t, lsp.Options{ReadFile: disk.read})
	w.send(hello)
	w.next()
	u := `"uri":"file://` + dir + `/flow.py"`
	w.send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{` + u + `,"languageId":"python","version":1,"text":"` +
		strings.NewReplacer("\n", `\n`, `"`, `\"`).Replace(derivedFlow) + `"}}}`)
	<-disk.entered
	ask := `{"jsonrpc":"2.0","id":7,"method":"textDocument/diagnostic","params":{"textDocument":{` + u + `}}}`
	w.send(ask)
	w.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}`)
	if a := w.next(); string(a.ID) != "7" || a.Error.Code != -32800 {
		t.Errorf("the cancelled request is answered with %s %+v", a.ID, a.Error)
	}
	close(disk.release)
	w.send(strings.Replace(ask, "7", "9", 1))
	if a := w.next(); string(a.ID) != "9" || a.Error.Code != 0 {
		t.Errorf("the next is answered with %s %+v", a.ID, a.Error)
	}
}

// TestPanic: a fault of the server's own is an error of one request, or a line in the log, and the session goes on.
func TestPanic(t *testing.T) {
	t.Parallel()
	read := func(path string) ([]byte, error) {
		if filepath.Base(path) == "base.py" {
			panic("the disk is on fire")
		}
		return os.ReadFile(path)
	}
	var mu sync.Mutex
	var logged []string
	log := func(line string) {
		mu.Lock()
		defer mu.Unlock()
		logged = append(logged, line)
	}
	dir := workspace(t, map[string]string{"flow.py": derivedFlow, "good.py": goodFlow})
	e := editor.Start(t, dir, editor.Options{Server: lsp.Options{ReadFile: read, Log: log}})
	e.Open("flow.py")
	e.UntilReceived(protocol.MethodWindowLogMessage, 1)
	err := e.Try(protocol.MethodTextDocumentDiagnostic, &protocol.DocumentDiagnosticParams{TextDocument: e.Document("flow.py")}, nil)
	if coded, ok := err.(*jsonrpc2.Error); !ok || coded.Code != jsonrpc2.InternalError || !strings.Contains(coded.Message, "the disk is on fire") {
		t.Errorf("the request is answered with %v", err)
	}
	e.OpenText("good.py", strings.Replace(goodFlow, "self.end", "self.ende", 1))
	if got := codes(e.Findings("good.py", 1)); got != "SP118" {
		t.Errorf("afterwards it finds %q", got)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(logged) == 0 || !strings.Contains(logged[0], "robust_test.go") {
		t.Errorf("the log does not say where: %q", logged)
	}
}
