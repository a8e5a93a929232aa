package project

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
)

func edit(file string, line, from, to int, text string) lint.Edit {
	return lint.Edit{Range: graph.Range{File: file, Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}}, Text: text}
}

func fault(edits ...lint.Edit) lint.Diagnostic {
	return lint.Diagnostic{Code: "SP900", Fix: &lint.Fix{Title: "change", Edits: edits}}
}

func newFixer(disk map[string]string) *fixer {
	read := func(file string) ([]byte, error) {
		if text, ok := disk[file]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	may := func(file string) bool { return file != "theirs.py" }
	return &fixer{read: read, may: may, now: map[string][]byte{}, frozen: map[string]bool{}}
}

func TestPass(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		disk    map[string]string
		found   []lint.Diagnostic
		applied int
		want    map[string]string
	}{
		"side by side": {
			map[string]string{"a.py": "abcdef\n"}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "X")), fault(edit("a.py", 1, 4, 5, "Y"))},
			2, map[string]string{"a.py": "XbcYef\n"},
		},
		"overlapping: the first wins": {
			map[string]string{"a.py": "abcdef\n"}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 3, "X")), fault(edit("a.py", 1, 2, 5, "Y"))},
			1, map[string]string{"a.py": "Xcdef\n"},
		},
		"at the same place": {
			map[string]string{"a.py": "abc\n"}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 1, "X")), fault(edit("a.py", 1, 1, 1, "Y"))},
			1, map[string]string{"a.py": "Xabc\n"},
		},
		"two files": {
			map[string]string{"a.py": "a\n", "b.py": "b\n"}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "X"), edit("b.py", 1, 1, 2, "Y"))},
			1, map[string]string{"a.py": "X\n", "b.py": "Y\n"},
		},
		"not allowed": {
			map[string]string{"a.py": "a\n", "theirs.py": "b\n"}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "X"), edit("theirs.py", 1, 1, 2, "Y"))},
			0, map[string]string{},
		},
		"half of it impossible": {
			map[string]string{"a.py": "a\n", "b.py": "# coding: latin-1\nb\n"},
			[]lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "X"), edit("b.py", 2, 1, 2, "ä"))},
			0, map[string]string{"a.py": "a\n"},
		},
		"gone": {map[string]string{}, []lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "X"))}, 0, map[string]string{}},
	} {
		f := newFixer(tt.disk)
		applied, before := f.pass(tt.found)
		got := map[string]string{}
		for file, data := range f.now {
			got[file] = string(data)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || len(applied) != tt.applied {
			t.Errorf("%s: %d applied, want %d\n%s", name, len(applied), tt.applied, diff)
		}
		for file, old := range before {
			if string(old) != tt.disk[file] {
				t.Errorf("%s: %s was %q", name, file, old)
			}
		}
	}
}

// A fix that makes nonsense of a file is taken back, and no other is tried there.
func TestSpoilt(t *testing.T) {
	t.Parallel()
	bad := Judged{Result: &files.Result{Findings: []lint.Diagnostic{{Code: "SP100", Range: graph.Range{File: "a.py"}}}}}
	f := newFixer(map[string]string{"a.py": "a\n", "b.py": "b\n"})
	_, before := f.pass([]lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "(")), fault(edit("b.py", 1, 1, 2, "c"))})
	spoilt := f.spoilt(nil, []Judged{bad, {}}, before)
	if diff := cmp.Diff(map[string]bool{"a.py": true}, spoilt); diff != "" {
		t.Fatal(diff)
	}
	f.undo(spoilt, before)
	if string(f.now["a.py"]) != "a\n" || string(f.now["b.py"]) != "c\n" {
		t.Errorf("now %q", f.now)
	}
	if applied, _ := f.pass([]lint.Diagnostic{fault(edit("a.py", 1, 1, 2, "x"))}); len(applied) != 0 {
		t.Error("the file is changed again")
	}
	if c := f.changes(&Report{}); len(c.Files) != 1 || string(c.Files["b.py"]) != "c\n" {
		t.Errorf("changes %q", c.Files)
	}
	if got := f.spoilt([]Judged{bad}, []Judged{bad}, before); len(got) != 0 {
		t.Errorf("what was broken before is told as spoilt: %v", got)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	read := func(string) ([]byte, error) {
		return []byte("from metaflow import FlowSpec\nclass A(FlowSpec): pass\n"), nil
	}
	opts := Options{Of: func(string) files.Options { return files.Options{ReadFile: read} }}
	if _, err := Lint(ctx, []Source{{File: "a.py"}}, opts); !errors.Is(err, context.Canceled) {
		t.Errorf("lint: %v", err)
	}
	if _, err := Fix(ctx, []Source{{File: "a.py"}}, opts, read, func(string) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("fix: %v", err)
	}
}
