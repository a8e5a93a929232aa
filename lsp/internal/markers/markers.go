// Package markers runs text cases of the language server: a small workspace, places marked in comments, and what the server answers there.
//
// A case is a txtar file. Its comment says what it shows. Lines of the comment that start with "> " are actions on the whole workspace, done in
// their order after the marked ones; lines that start with "! " set up the editor before anything else: see [Case]. The files are the workspace; all
// Python and Go files of its top folder are opened, unless the comment says which. A workspace with Go files is a module that has this one's
// SDK. The file "want" is what all actions returned.
//
// A marker is a comment on a line of its own. Carets mark the columns of the line above (that is no marker itself), then comes the name of the
// action, and what it takes:
//
//	self.next(self.train)
//	#              ^^^^^ hover
//	#              ^^^^^ rename fit
//
// A file "run.json" is a run in the store of the workspace, as [pastrun.Run]; the editor's clock stands a minute after it began.
//
// In Go a marker begins with //. To mark from the column of the # on, write #< and as many carets as columns. Marker lines stay in the text that the server gets.
//
// Tests run with -update write the answers into the files. Read the difference before you commit it.
package markers

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/pastrun"
)

var update = flag.Bool("update", false, "write the answers into the cases")

// Place is where a marker points.
type Place struct {
	File  string // name in the workspace; empty for an action of the comment
	Range protocol.Range
	Text  string // what is marked
}

// At is the start of the place, as requests about a position take it.
func (p Place) At() protocol.Position { return p.Range.Start }

// Action asks the server something and returns the answer as text.
type Action func(c *Case, at Place, args []string) string

// Case is one text case while it runs.
type Case struct {
	*editor.Editor
	T    testing.TB
	Name string
	// Texts are the files of the workspace as they were opened.
	Texts map[string]string

	steps []step
	open  []string
	setup editor.Options
}

type step struct {
	action string
	args   []string
	at     Place
}

// Run runs all cases of a folder.
func Run(t *testing.T, folder string, actions map[string]Action) {
	RunWith(t, folder, editor.Options{}, actions)
}

// RunWith is [Run] with an editor that is set up in some way.
func RunWith(t *testing.T, folder string, setup editor.Options, actions map[string]Action) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runFile(t, file, setup, actions)
		})
	}
}

func runFile(t *testing.T, file string, setup editor.Options, actions map[string]Action) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, want := prepare(t, archive, setup)
	var got strings.Builder
	for _, s := range c.steps {
		action := actions[s.action]
		if action == nil {
			t.Fatalf("there is no action %q", s.action)
		}
		title := strings.TrimSpace(s.action + " " + strings.Join(s.args, " "))
		if s.at.File != "" {
			title = fmt.Sprintf("%s:%d:%d %s", s.at.File, s.at.Range.Start.Line+1, s.at.Range.Start.Character+1, title)
		}
		fmt.Fprintf(&got, "== %s\n%s", title, ended(action(c, s.at, s.args)))
	}
	if len(c.steps) == 0 {
		t.Fatal("the case does nothing")
	}
	if got.String() == want {
		return
	}
	if !*update {
		t.Fatalf("the answers differ (-want +got):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got.String(), "\n")))
	}
	setWant(archive, got.String())
	if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

func ended(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		return text + "\n"
	}
	return text
}

func setWant(a *txtar.Archive, text string) {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
	if i < 0 {
		a.Files = append(a.Files, txtar.File{Name: "want"})
		i = len(a.Files) - 1
	}
	a.Files[i].Data = []byte(text)
}

// prepare writes the workspace, starts an editor in it and opens the documents.
func prepare(t *testing.T, a *txtar.Archive, setup editor.Options) (c *Case, want string) {
	c = &Case{T: t, Name: t.Name(), Texts: map[string]string{}, setup: setup}
	dir := t.TempDir()
	for _, f := range a.Files {
		switch f.Name {
		case "want":
			want = string(f.Data)
			continue
		case "run.json":
			pastrun.Write(t, dir, pastrun.Parse(t, string(f.Data)))
			continue
		}
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		c.Texts[f.Name] = string(f.Data)
		c.steps = append(c.steps, marked(f.Name, string(f.Data))...)
		if (strings.HasSuffix(f.Name, ".py") || isGo(f)) && !strings.Contains(f.Name, "/") {
			c.open = append(c.open, f.Name)
		}
	}
	if slices.ContainsFunc(a.Files, isGo) {
		editor.WriteModule(t, dir)
	}
	c.setup.Server.Now = func() time.Time { return pastrun.Began.Add(time.Minute) }
	c.comment(string(a.Comment))
	c.Editor = editor.Start(t, dir, c.setup)
	for _, name := range c.open {
		c.Open(name)
	}
	return c, want
}

func isGo(f txtar.File) bool { return strings.HasSuffix(f.Name, ".go") }

// comment reads the lines of the comment that say something to the harness. "! open a.py b.py" opens these documents and no others; "! pull" makes
// the editor ask for findings by itself; "! settings {…}" are the editor's settings.
func (c *Case) comment(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "> "); ok {
			words := strings.Fields(rest)
			c.steps = append(c.steps, step{action: words[0], args: words[1:]})
		}
		rest, ok := strings.CutPrefix(line, "! ")
		if !ok {
			continue
		}
		word, rest, _ := strings.Cut(rest, " ")
		switch word {
		case "open":
			c.open = strings.Fields(rest)
		case "pull":
			c.setup.Capabilities = editor.Full(true)
		case "settings":
			c.setup.Settings = rest
			c.setup.Params = func(p *protocol.InitializeParams) { p.InitializationOptions = protocol.LSPAny(rest) }
		default:
			c.T.Fatalf("the comment says %q, which nobody knows", line)
		}
	}
}

var marker = regexp.MustCompile(`^(\s*)(#|//)(<?)([ \t]*)(\^+)\s+([a-zA-Z][\w.-]*)\s*(.*)$`)

// marked finds the markers of a file.
func marked(name, text string) []step {
	var out []step
	lines := strings.Split(text, "\n")
	above := 0
	for i, line := range lines {
		m := marker.FindStringSubmatch(line)
		if m == nil {
			above = i
			continue
		}
		from := utf8.RuneCountInString(m[1])
		if m[3] == "" {
			from += len(m[2]) + len(m[4])
		}
		place, text := columns(lines[above], from, from+len(m[5]))
		place.Start.Line, place.End.Line = uint32(above), uint32(above)
		out = append(out, step{action: m[6], args: strings.Fields(m[7]), at: Place{name, place, text}})
	}
	return out
}

// columns makes a range in UTF-16 of columns that count code points.
func columns(line string, from, to int) (protocol.Range, string) {
	runes := []rune(line)
	from, to = min(from, len(runes)), min(to, len(runes))
	return protocol.Range{
		Start: protocol.Position{Character: units(runes[:from])}, End: protocol.Position{Character: units(runes[:to])},
	}, string(runes[from:to])
}

func units(runes []rune) uint32 {
	n := uint32(0)
	for _, r := range runes {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
