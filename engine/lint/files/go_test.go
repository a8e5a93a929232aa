package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// TestGo: with a Go file its whole package is judged, as it is on disk or would be with other texts. Ignore comments are heeded in all its files.
func TestGo(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs("testdata/train")
	if err != nil {
		t.Fatal(err)
	}
	session := golang.NewSession()
	for name, test := range map[string]struct {
		file, old, put string // put in place of old in that file
		compiled       bool
		want           []string
	}{
		"as it is": {want: []string{"steps.go:11 SP120"}},
		"ignored":  {file: "steps.go", old: "func (t *Train) Lost(", put: "//spindle:ignore SP120 for later\nfunc (t *Train) Lost("},
		"ignored on the line": {
			file: "steps.go", old: "func (t *Train) Lost(ctx flow.Context) (flow.Next, error) {", put: "func (t *Train) Lost(ctx flow.Context) (flow.Next, error) { //spindle:ignore",
		},
		"ignored in the file": {file: "steps.go", old: "package main", put: "//spindle:ignore-file SP120\n\npackage main"},
		"a rule that is none": {
			file: "steps.go", old: "// Lost", put: "//spindle:ignore SP120, SP999\n// Lost", want: []string{"steps.go:10 SP003"},
		},
		"nothing to ignore": {
			file: "steps.go", old: "func (t *Train) Lost(ctx flow.Context) (flow.Next, error) {\n\treturn flow.To(t.End), nil",
			put: "func (t *Train) lost() bool { //spindle:ignore SP118\n\treturn false", want: []string{"steps.go:11 SP002"},
		},
		"the compiler's": {
			file: "main.go", old: "t.Rows = 1", put: "t.Rows = true", compiled: true, want: []string{"steps.go:11 SP120"},
		},
		"no Go": {file: "main.go", old: "t.Rows = 1", put: "t.Rows = (", compiled: true},
	} {
		t.Run(name, func(t *testing.T) {
			overlay := map[string][]byte{}
			read := func(path string) ([]byte, error) {
				if text, ok := overlay[path]; ok {
					return text, nil
				}
				return os.ReadFile(path)
			}
			if test.file != "" {
				path := filepath.Join(dir, test.file)
				text, err := os.ReadFile(path)
				if err != nil || !strings.Contains(string(text), test.old) {
					t.Fatalf("%s has no %q: %v", test.file, test.old, err)
				}
				overlay[path] = []byte(strings.Replace(string(text), test.old, test.put, 1))
			}
			r, err := files.Lint(t.Context(), filepath.Join(dir, "main.go"), files.Options{ReadFile: read, Go: files.Go{Session: session, Overlay: overlay, Compiled: test.compiled}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range r.Findings {
				got = append(got, fmt.Sprintf("%s:%d %s", filepath.Base(d.Range.File), d.Range.Start.Line, d.Code))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%+v", diff, r.Findings)
			}
			if len(r.Flows) != 1 || r.Flows[0].Flow.Name != "Train" || len(r.Files) < 2 {
				t.Errorf("flows %+v, files %q", r.Flows, r.Files)
			}
		})
	}
	if _, err := files.Lint(t.Context(), filepath.Join(dir, "none.go"), files.Options{ReadFile: os.ReadFile}); err == nil {
		t.Error("a file that is not there: no error")
	}
}
