package project_test

import (
	"context"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/text"
	"github.com/spindle-flow/spindle/engine/source/python"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// workspace is a case: files, those to lint, and what is expected.
type workspace struct {
	archive *txtar.Archive
	files   map[string][]byte
}

func load(t *testing.T, path string) *workspace {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{a, map[string][]byte{}}
	for _, f := range a.Files {
		if f.Name != "want" && !strings.HasPrefix(f.Name, "fixed/") {
			w.files[f.Name] = f.Data
		}
	}
	return w
}

func (w *workspace) read(path string) ([]byte, error) {
	if data, ok := w.files[path]; ok {
		return data, nil
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

// words are the words of a line of the case's comment: "# lint: flow.py".
func (w *workspace) words(name string) []string {
	for line := range strings.Lines(string(w.archive.Comment)) {
		if rest, ok := strings.CutPrefix(line, "# "+name+":"); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}

func (w *workspace) sources() []project.Source {
	var out []project.Source
	for _, file := range w.words("lint") {
		out = append(out, project.Source{File: file})
	}
	for _, file := range w.words("found") {
		out = append(out, project.Source{File: file, Found: true})
	}
	if out == nil {
		out = append(out, project.Source{File: "flow.py"})
	}
	return out
}

func (w *workspace) options() project.Options {
	choice := rules.Choice{Select: w.words("select"), Ignore: w.words("ignore")}
	return project.Options{Workers: 2, Of: func(string) files.Options { return files.Options{ReadFile: w.read, Choice: choice} }}
}

func TestCases(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			w := load(t, path)
			report, err := project.Lint(context.Background(), w.sources(), w.options())
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{"want": w.render(report)}
			changes, err := project.Fix(context.Background(), w.sources(), w.options(), w.read, func(string) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			for file, data := range changes.Files {
				got["fixed/"+file] = string(data)
			}
			w.compare(t, path, got)
		})
	}
}

func (w *workspace) render(r *project.Report) string {
	var b strings.Builder
	for _, d := range r.Findings {
		b.WriteString(text.Render(d, func(file string) string { return python.Text(w.files[file]) }))
	}
	return b.String()
}

func (w *workspace) compare(t *testing.T, path string, got map[string]string) {
	t.Helper()
	if *update {
		a := &txtar.Archive{Comment: w.archive.Comment}
		for _, f := range w.archive.Files {
			if _, input := w.files[f.Name]; input {
				a.Files = append(a.Files, f)
			}
		}
		for _, name := range append([]string{"want"}, slices.DeleteFunc(slices.Sorted(maps.Keys(got)), func(n string) bool { return n == "want" })...) {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := map[string]string{"want": ""}
	for _, f := range w.archive.Files {
		if _, input := w.files[f.Name]; !input {
			want[f.Name] = string(f.Data)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (rewrite with -update):\n%s", diff)
	}
}
