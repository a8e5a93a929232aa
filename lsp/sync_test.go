package lsp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

const goodFlow = `from metaflow import FlowSpec, step


class Small(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.x)


if __name__ == "__main__":
    Small()
`

// workspace writes files into a new folder.
func workspace(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// codes are the codes of findings, in order.
func codes(list []protocol.Diagnostic) string {
	var out []string
	for _, d := range list {
		code, _ := d.Code.(protocol.String)
		out = append(out, string(code))
	}
	return strings.Join(out, " ")
}

func span(line, from, to uint32) protocol.Range {
	return protocol.Range{Start: protocol.Position{Line: line, Character: from}, End: protocol.Position{Line: line, Character: to}}
}

func TestEditAndPublish(t *testing.T) {
	t.Parallel()
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": goodFlow}), editor.Options{})
	e.Open("flow.py")
	v := e.Type("flow.py", span(7, 23, 26), "ende")
	list := e.Findings("flow.py", v)
	if got := codes(list); got != "SP118" {
		t.Fatalf("the typo gives %q, want SP118", got)
	}
	if got, want := list[0].Range, span(7, 23, 27); got != want {
		t.Errorf("it is at %v, want %v", got, want)
	}
	v = e.Type("flow.py", span(7, 26, 27), "")
	if got := codes(e.Findings("flow.py", v)); got != "" {
		t.Errorf("without the typo there is %q", got)
	}
}
