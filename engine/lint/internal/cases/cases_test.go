package cases

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func TestOption(t *testing.T) {
	t.Parallel()
	c := Parse("x", "A case.\n# options: target=argo, select = SP2\n-- flow.py --\npass\n")
	for name, want := range map[string]string{"target": "argo", "select": "SP2", "ignore": ""} {
		if got := c.Option(name); got != want {
			t.Errorf("option %q is %q, want %q", name, got, want)
		}
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	c := Parse("x", "-- a/b.py --\npass\n")
	if data, err := c.ReadFile("./a/b.py"); err != nil || string(data) != "pass\n" {
		t.Errorf("got %q, %v", data, err)
	}
	if _, err := c.ReadFile("b.py"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestCaseCode(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"sp203_lost": "SP203", "right_x": "", "split_x": "", "SP_x": ""} {
		if code, ok := caseCode(name); ok != (want != "") || ok && code != want {
			t.Errorf("%s is of %q, want %q", name, code, want)
		}
	}
}

// TestApply holds that several edits of one fix don't move one another's places.
func TestApply(t *testing.T) {
	t.Parallel()
	at := func(line, from, to int) graph.Range {
		return graph.Range{File: "flow.py", Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}}
	}
	c := Parse("x", "-- flow.py --\né = one\nb = two\n")
	got := c.Apply(&lint.Fix{Edits: []lint.Edit{{Range: at(1, 5, 8), Text: "1\n\n"}, {Range: at(2, 5, 8), Text: "2"}}})
	if want := "é = 1\n\n\nb = 2\n"; got.File("flow.py") != want {
		t.Errorf("got %q, want %q", got.File("flow.py"), want)
	}
}
