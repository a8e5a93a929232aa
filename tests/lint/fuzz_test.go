package lint_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint/files"
)

// scraps are what edits put into a flow: words of flows, and what upsets a reader.
var scraps = []string{
	"self.next(", "self.next(self.end)", "@step\n", "    @step\n    def more(self):\n", "foreach=\"xs\"", "inputs", "self.merge_artifacts(inputs)", "{", ")", "\"\"\"", "'", "\\\n",
	"\t", "\r\n", "\x00", "\xff", "\ufeff", "é", "def ", "class A(B, C):\n", "lambda: ", "async ", "# spindle: ignore[", "# spindle: ignore\n", "f\"{self.", ":=", "*", "**", "if x:\n",
	"\n        ", "@retry(times=", "@pypi(packages={", "Parameter(", "Config(\"c\", default=\"c.json\")", "config_expr(\"c.", "self.x = self.input\n", "del self.x\n", "1e999", "0x", "\f",
}

// edit changes a text as a hurried writer would: it puts in, takes out, doubles and moves pieces.
func edit(r *rand.Rand, text string) string {
	for range 1 + r.IntN(6) {
		at := r.IntN(len(text) + 1)
		end := min(len(text), at+r.IntN(1+r.IntN(80)))
		switch r.IntN(5) {
		case 0:
			text = text[:at] + text[end:]
		case 1:
			text = text[:end] + text[at:end] + text[end:]
		case 2:
			to := r.IntN(at + 1)
			text = text[:to] + text[at:end] + text[to:at] + text[end:]
		default:
			text = text[:at] + scraps[r.IntN(len(scraps))] + text[at:]
		}
	}
	return text
}

// lintText lints a text as if it were a file; the rules must not panic, and what they find must be inside of it.
func lintText(t *testing.T, text string) {
	t.Helper()
	read := func(path string) ([]byte, error) {
		if path == "flow.py" {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	r, err := files.Lint(context.Background(), "flow.py", files.Options{ReadFile: read})
	if err != nil {
		return // what can't be read at all
	}
	for _, d := range r.Findings {
		if d.Message == "" || d.Code == "" {
			t.Errorf("a finding says nothing: %+v", d)
		}
		if s, e := d.Range.Start, d.Range.End; s.Line < 1 || s.Column < 1 || e.Line < s.Line || e.Line == s.Line && e.Column < s.Column {
			t.Errorf("%s has the range %v", d.Code, d.Range)
		}
	}
}

// TestRandomEdits edits every flow there is.
func TestRandomEdits(t *testing.T) {
	t.Parallel()
	for i, path := range glob(t, rightFlows, wrongFlows, "../../examples/*/flow.py") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(uint64(i), 5))
		for range 15 {
			text := edit(r, string(data))
			if p := panics(func() { lintText(t, text) }); p != "" {
				t.Fatalf("%s edited: %s\n%q", path, p, text)
			}
		}
	}
}

// panics is what a function panics with and where, nothing if it does not.
func panics(f func()) (told string) {
	defer func() {
		if p := recover(); p != nil {
			told = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	f()
	return ""
}

func FuzzLint(f *testing.F) {
	for _, path := range glob(f, rightFlows, wrongFlows) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(lintText)
}
