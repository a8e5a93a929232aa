package lsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

const goMain = `package main

import (
	"example.com/demand/rows"
	"github.com/spindle-flow/spindle/flow"
)

type Train struct {
	flow.Flow
	Grid []rows.Row
}

func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Grid = rows.All()
	return flow.To(t.End), nil
}

func (t *Train) End(ctx flow.Context) (flow.Next, error) {
	println(len(t.Grid))
	return flow.End(), nil
}

func main() { flow.Main(&Train{}) }
`

const (
	goRows = "package rows\n\ntype Row struct{ X int }\n\nfunc All() []Row { return nil }\n"
	goLost = "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\nfunc (t *Train) Lost(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }\n"
)

// goWorkspace is a module with a flow in train, a step of which nothing leads to, and a package that it imports.
func goWorkspace(t testing.TB) string {
	t.Helper()
	dir := workspace(t, map[string]string{"train/main.go": goMain, "train/lost.go": goLost, "rows/rows.go": goRows})
	editor.WriteModule(t, dir)
	return dir
}

// told waits until the findings of a file are those of some codes.
func told(e *editor.Editor, name, want string) {
	e.UntilFindings(name, func(list []protocol.Diagnostic) bool { return codes(list) == want })
}

// TestGoFiles: what is told follows edits, the package's other files, those that come and go on disk, and packages that it imports.
func TestGoFiles(t *testing.T) {
	t.Parallel()
	e := editor.Start(t, goWorkspace(t), editor.Options{})
	e.Open("train/main.go")
	told(e, "train/lost.go", "SP120") // which is not open
	e.Open("train/lost.go")
	at := protocol.Position{Line: 14, Character: 18}
	e.Type("train/main.go", protocol.Range{Start: at, End: protocol.Position{Line: 14, Character: 21}}, "Lost")
	told(e, "train/lost.go", "")
	e.Type("train/main.go", protocol.Range{Start: at, End: protocol.Position{Line: 14, Character: 22}}, "End")
	told(e, "train/lost.go", "SP120")

	e.Write("train/more.go", strings.ReplaceAll(goLost, "Lost", "More"))
	told(e, "train/more.go", "SP120")
	e.Remove("train/more.go")
	told(e, "train/more.go", "")
	e.Write("rows/rows.go", strings.Replace(goRows, "X int", "F func()", 1))
	told(e, "train/main.go", "SP606")
	e.Write("rows/rows.go", goRows)
	told(e, "train/main.go", "")
	e.Close("train/lost.go")
	e.Remove("train/lost.go")
	told(e, "train/lost.go", "")
}

// TestGoConfigs: a config's file is held against the types of the fields that it is read into, whichever of the two is edited.
func TestGoConfigs(t *testing.T) {
	t.Parallel()
	dir := goWorkspace(t)
	settings := "package main\n\ntype Settings struct{ Rate %s }\n"
	put(t, filepath.Join(dir, "train/main.go"), strings.Replace(strings.Replace(goMain, "Grid []rows.Row\n", "Grid []rows.Row\n\tCfg Settings `config:\"cfg\" file:\"base.json\"`\n", 1),
		"println(", "println(t.Cfg.Rate, ", 1), 0o666)
	put(t, filepath.Join(dir, "train/settings.go"), fmt.Sprintf(settings, "int"), 0o666)
	put(t, filepath.Join(dir, "train/base.json"), `{"rate": 1}`, 0o666)
	e := editor.Start(t, dir, editor.Options{})
	e.Open("train/main.go")
	e.Open("train/base.json")
	e.Replace("train/base.json", `{"rate": "fast"}`)
	told(e, "train/base.json", "SP404")
	e.Write("train/settings.go", fmt.Sprintf(settings, "string"))
	told(e, "train/base.json", "")
	e.Replace("train/base.json", `{"raet": "fast"}`)
	told(e, "train/base.json", "SP403")
}

// TestGoTool: the go tool is run for packages with a flow, unless the client says that the workspace is not trusted. Where it fails, that is
// told in the file: an error would be shown for every request of the editor.
func TestGoTool(t *testing.T) {
	for name, test := range map[string]struct {
		file, options string
		run           bool
	}{
		"a flow":                  {file: "train/lost.go", options: `{}`, run: true},
		"a flow in the way":       {file: "train/lost.go", options: `{"trusted":false}`},
		"a package without flows": {file: "rows/rows.go", options: `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			dir, bin := t.TempDir(), t.TempDir()
			for file, text := range map[string]string{"train/main.go": goMain, "train/lost.go": goLost, "rows/rows.go": goRows} {
				if filepath.Dir(file) == filepath.Dir(test.file) { // else the flow is read in the background
					put(t, filepath.Join(dir, file), text, 0o666)
				}
			}
			put(t, filepath.Join(bin, "go"), "#!/bin/sh\n: > "+filepath.Join(bin, "ran")+"\necho it is out of order >&2\nexit 1\n", 0o755)
			t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
			e := editor.Start(t, dir, editor.Options{
				Params: func(p *protocol.InitializeParams) { p.InitializationOptions = protocol.LSPAny(test.options) },
			})
			e.Open(test.file)
			var report protocol.RelatedFullDocumentDiagnosticReport
			err := e.Try(protocol.MethodTextDocumentDiagnostic, &protocol.DocumentDiagnosticParams{TextDocument: e.Document(test.file)}, &report)
			failed := codes(report.Items) == "SP143" && strings.Contains(fmt.Sprint(report.Items[0].Message), "it is out of order")
			if err != nil || failed != test.run || !failed && len(report.Items) > 0 {
				t.Errorf("got %v, told %v", err, report.Items)
			}
			if _, err := os.Stat(filepath.Join(bin, "ran")); (err == nil) != test.run {
				t.Errorf("the go tool was run: %v", err == nil)
			}
		})
	}
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}
