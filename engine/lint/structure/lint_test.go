package structure_test

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/lint/text"
	"github.com/spindle-flow/spindle/engine/source/python"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// eachCase runs a test for every case in testdata: a small workspace with the flow in flow.py, and the findings in want.
func eachCase(t *testing.T, run func(t *testing.T, path string, a *txtar.Archive)) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no cases in testdata")
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			run(t, path, a)
		})
	}
}

// readCase reads the files of an archive as if they were on disk.
func readCase(a *txtar.Archive) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		for _, f := range a.Files {
			if f.Name == path {
				return f.Data, nil
			}
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
}

func findings(t *testing.T, a *txtar.Archive) []lint.Diagnostic {
	t.Helper()
	r, err := python.Read(context.Background(), python.Options{File: "flow.py", ReadFile: readCase(a)})
	if err != nil {
		t.Fatal(err)
	}
	found := structure.Source(r.Faults)
	if r.Flow != nil {
		found = append(found, structure.Check(r.Flow, graph.New(r.Flow))...)
	}
	return found
}

func TestCases(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, path string, a *txtar.Archive) {
		var b strings.Builder
		for _, d := range findings(t, a) {
			b.WriteString(text.Render(d, sources(a)))
		}
		if *update {
			setFile(a, "want", b.String())
			if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(file(a, "want"), b.String()); diff != "" {
			t.Errorf("findings differ (-want +got), -update rewrites them:\n%s", diff)
		}
	})
}

func sources(a *txtar.Archive) text.Sources {
	return func(name string) string { return python.Text([]byte(file(a, name))) }
}

func file(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setFile(a *txtar.Archive, name, content string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(content)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(content)})
}

// TestRightAndWrong holds the names of cases to what they show: a case of a rule has that rule's code, a right one no error.
func TestRightAndWrong(t *testing.T) {
	t.Parallel()
	eachCase(t, func(t *testing.T, path string, a *txtar.Archive) {
		name := strings.ToUpper(filepath.Base(path))
		found := findings(t, a)
		switch {
		case strings.HasPrefix(name, "RIGHT_"):
			if lint.HasErrors(found) {
				t.Errorf("a right flow has errors: %v", found)
			}
		case strings.HasPrefix(name, "SP"):
			code := name[:5]
			if len(found) == 0 {
				t.Errorf("no finding, want %s", code)
			}
			for _, d := range found {
				if d.Code != code {
					t.Errorf("want nothing but %s, got %+v", code, d)
				}
			}
		}
	})
}

// TestEveryRuleHasACase fails when a rule is added without one.
func TestEveryRuleHasACase(t *testing.T) {
	t.Parallel()
	for _, rule := range structure.Rules() {
		paths, err := filepath.Glob("testdata/" + strings.ToLower(rule.Code) + "_*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		if len(paths) == 0 && rule.Code != "SP142" && rule.Code != "SP143" {
			t.Errorf("%s has no case in testdata", rule.Code)
		}
	}
}

func TestSourceFaults(t *testing.T) {
	t.Parallel()
	a := txtar.Parse([]byte("-- flow.py --\nfrom metaflow import FlowSpec\nclass A(FlowSpec): pass\n"))
	r, err := python.Read(context.Background(), python.Options{File: "flow.py", Class: "B", ReadFile: readCase(a)})
	if err != nil {
		t.Fatal(err)
	}
	found := structure.Source(r.Faults)
	if len(found) != 1 || found[0].Code != "SP142" || len(found[0].Related) != 1 {
		t.Errorf("want one SP142 that names the flow there is, got %+v", found)
	}
	_, err = python.Read(context.Background(), python.Options{File: "none.py", ReadFile: readCase(a)})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: got %v", err)
	}
}
