package files_test

import (
	"context"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

const (
	flow = "from base import Base\nfrom gone import x\nfrom metaflow import step\n\nclass A(Base):\n    @step\n    def work(self):\n        self.next(self.ende)\n\nA()\n"
	base = "from metaflow import FlowSpec, step\n\nclass Base(FlowSpec):\n    @step\n    def start(self):\n        self.next(self.wrok)\n    @step\n    def end(self):\n        pass\n"
)

func TestLint(t *testing.T) {
	t.Parallel()
	disk, read := map[string]string{"p/flow.py": flow, "p/base.py": base}, map[string]int{}
	opts := files.Options{
		ReadFile: func(file string) ([]byte, error) {
			read[file]++
			if text, ok := disk[file]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		ChoiceOf: func(file string) rules.Choice { return rules.Choice{Off: []string{"SP118"}} },
	}
	r, err := files.Lint(context.Background(), "p/flow.py", opts)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Flows) != 1 || r.Flows[0].Flow.Name != "A" || !r.Flows[0].Started || r.Flows[0].Graph == nil || !r.Sure {
		t.Errorf("flows %+v", r.Flows)
	}
	if len(r.Bases) != 1 || r.Bases[0].Name != "Base" || r.Bases[0].Range.File != "p/base.py" {
		t.Errorf("bases %+v", r.Bases)
	}
	if len(r.Findings) != 1 || r.Findings[0].Range.File != "p/flow.py" {
		t.Errorf("the choice of the base's file does not count: %+v", r.Findings)
	}
	if r.Files[0] != "p/flow.py" {
		t.Errorf("the first file is %q", r.Files[0])
	}
	seen := map[string]bool{}
	for _, file := range r.Files {
		seen[file] = true
	}
	if diff := cmp.Diff(true, seen["p/base.py"] && seen["p/base/__init__.py"]); diff != "" {
		t.Errorf("the result depends on more than %q", r.Files)
	}
	for file, n := range read {
		if n > 1 || !seen[file] {
			t.Errorf("%s was read %d times, told: %v", file, n, seen[file])
		}
	}
	disk["p/flow.py"] = ""
	if _, err := files.Lint(context.Background(), "p/none.py", opts); err == nil {
		t.Error("a file that is not there: no error")
	}
}

// An editor that has somebody for Go hears of broken Python all the same.
func TestSyntaxOfPythonIsTold(t *testing.T) {
	t.Parallel()
	opts := files.Options{ReadFile: func(string) ([]byte, error) { return []byte(flow + "x = (\n"), nil }, Go: files.Go{Compiled: true}}
	r, err := files.Lint(context.Background(), "p/flow.py", opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Findings {
		if d.Code == "SP100" {
			return
		}
	}
	t.Errorf("no SP100 among %+v", r.Findings)
}
