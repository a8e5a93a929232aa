package flow

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

const modulePath = "github.com/spindle-flow/spindle"

// Exit codes of a worker and of a task, as docs/task-protocol.md has them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitInvalid = 2
)

// hello is how this binary introduces itself.
func hello(self string) wire.Hello {
	return wire.Hello{
		Type: "hello", Protocol: wire.Protocol, Language: "go", Version: strings.TrimPrefix(runtime.Version(), "go"), SDK: sdkVersion(),
		Executable: self, File: self, PID: os.Getpid(), Can: []string{"guard"},
	}
}

// sdkVersion is the version of the module that this package has come from.
func sdkVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Path == modulePath {
		return info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == modulePath {
			return m.Version
		}
	}
	return "unknown"
}

// serveWorker is the program as the worker that describes the flow; it returns the exit code.
func serveWorker(p *program, fault error) int {
	conn, err := open(workerVariable)
	if err != nil {
		return complain(err)
	}
	w := &worker{conn: conn, program: p, fault: fault, guarded: map[int]bool{}}
	defer w.killGuarded()
	self, err := os.Executable()
	if err != nil {
		return complain(err)
	}
	if err := conn.Greet(hello(self)); err != nil {
		return complain(err)
	}
	if err := w.serve(); err != nil {
		return complain(err)
	}
	return exitDone
}

// open opens the channel that a variable names. Processes of the user's are not to take it for theirs.
func open(variable string) (*wire.Conn, error) {
	conn, err := wire.Open(os.Getenv(variable))
	if err != nil {
		return nil, err
	}
	return conn, os.Unsetenv(variable)
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return exitFailed
}

type worker struct {
	conn    *wire.Conn
	program *program
	fault   error // of the flow's declaration
	guarded map[int]bool
}

// serve obeys the engine until it says stop or is gone.
func (w *worker) serve() error {
	for {
		m, err := w.conn.Read()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
			return nil
		case err != nil:
			return err
		case m.Type == "stop":
			return nil
		}
		if err := w.obey(m); err != nil {
			return err
		}
	}
}

func (w *worker) obey(m wire.Message) error {
	switch m.Type {
	case "describe":
		var request wire.Describe
		if err := m.Decode(&request); err != nil {
			return err
		}
		return w.conn.Write(w.answer(request))
	case "guard", "unguard":
		var of struct {
			PID int `json:"pid"`
		}
		if err := m.Decode(&of); err != nil {
			return err
		}
		if m.Type == "guard" {
			w.guarded[of.PID] = true
		} else {
			delete(w.guarded, of.PID)
		}
		return nil
	case "start":
		return w.refuse(m, "a flow in Go runs each task in a process of its own, and forks none")
	default:
		return w.refuse(m, fmt.Sprintf("the worker does not know messages of type %q", m.Type))
	}
}

func (w *worker) refuse(m wire.Message, problem string) error {
	return w.conn.Write(wire.Error{Type: "error", Re: m.ID, Kind: "protocol", Message: problem})
}

// answer describes the flow, or says why it can't.
func (w *worker) answer(request wire.Describe) any {
	told, err := w.describe(request)
	if err == nil {
		return told
	}
	kind := "import"
	var of *declarationError
	if errors.As(err, &of) {
		kind = of.kind
	}
	refusal := wire.Error{Type: "error", Re: request.ID, Kind: kind, Message: err.Error(), File: request.Source}
	return refusal
}

func (w *worker) describe(request wire.Describe) (any, error) {
	if w.fault != nil {
		return nil, w.fault
	}
	if request.Class != "" && request.Class != w.program.name {
		return nil, declaration("no_flow", fmt.Errorf("the binary is the flow %s, and not %s", w.program.name, request.Class))
	}
	if request.Source != "" {
		if _, err := os.Stat(request.Source); err != nil {
			return nil, declaration("no_flow", fmt.Errorf("the flow's source is not there: %w", err))
		}
	}
	if wanted := w.program.configsWanted(request.Options); wanted != nil {
		return map[string]any{"type": "configs", "re": request.ID, "flow": w.program.name, "configs": wanted}, nil
	}
	told, err := w.program.describe(request)
	if err != nil {
		return nil, err
	}
	return map[string]any{"type": "description", "re": request.ID, "flow": told}, nil
}

// killGuarded takes along the processes that the engine has put into this one's care.
func (w *worker) killGuarded() {
	for pid := range w.guarded {
		if pid > 1 {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	}
}

// declarationError is a fault of the flow with its kind in the protocol.
type declarationError struct {
	kind string
	err  error
}

func declaration(kind string, err error) error { return &declarationError{kind, err} }

func (e *declarationError) Error() string { return e.err.Error() }
func (e *declarationError) Unwrap() error { return e.err }

// sources are the Go files of a flow's folder, given the folder or one of its files.
func sources(source string) []string {
	info, err := os.Stat(source)
	if err != nil {
		return []string{}
	}
	dir := source
	if !info.IsDir() {
		dir = filepath.Dir(source)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return []string{}
	}
	files := []string{}
	for _, file := range found {
		if !strings.HasSuffix(file, "_test.go") {
			files = append(files, file)
		}
	}
	return files
}
