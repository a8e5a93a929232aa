package cases

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/text"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// FlowFile is the file of a case that holds its flow.
const FlowFile = "flow.py"

// Case is one small workspace with the findings it should give.
type Case struct {
	Name    string // the file's name without its ending
	Path    string // the archive
	archive *txtar.Archive
}

// Parse makes a case of an archive's text.
func Parse(name, source string) *Case {
	return &Case{Name: name, archive: txtar.Parse([]byte(source))}
}

// Each runs a test for every case in testdata.
func Each(t *testing.T, run func(t *testing.T, c *Case)) {
	t.Helper()
	for _, c := range All(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			run(t, c)
		})
	}
}

// All reads the cases in testdata. A folder without any fails the test.
func All(t testing.TB) []*Case {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no cases in testdata")
	}
	var list []*Case
	for _, file := range paths {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &Case{Name: strings.TrimSuffix(filepath.Base(file), ".txtar"), Path: file, archive: a})
	}
	return list
}

// Comment is what stands above the files.
func (c *Case) Comment() string { return string(c.archive.Comment) }

// Option returns a value of the comment's "# options:" line, empty where it is not named.
func (c *Case) Option(name string) string {
	for line := range strings.Lines(c.Comment()) {
		list, ok := strings.CutPrefix(strings.TrimSpace(line), "# options:")
		if !ok {
			continue
		}
		for pair := range strings.SplitSeq(list, ",") {
			if key, value, _ := strings.Cut(strings.TrimSpace(pair), "="); strings.TrimSpace(key) == name {
				return strings.TrimSpace(value)
			}
		}
	}
	return ""
}

// File returns the text of a file of the case, empty where it has none.
func (c *Case) File(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == path.Clean(name) {
			return string(f.Data)
		}
	}
	return ""
}

// ReadFile reads a file of the case as if it were on disk.
func (c *Case) ReadFile(name string) ([]byte, error) {
	for _, f := range c.archive.Files {
		if f.Name == path.Clean(name) {
			return f.Data, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Read reads the flow of the case.
func (c *Case) Read(t testing.TB) *python.Result {
	t.Helper()
	r, err := python.Read(context.Background(), python.Options{File: FlowFile, ReadFile: c.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Unpack writes the files of the case into a folder.
func (c *Case) Unpack(t testing.TB, folder string) {
	t.Helper()
	for _, f := range c.archive.Files {
		file := filepath.Join(folder, f.Name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// render writes findings as want holds them.
func (c *Case) render(found []lint.Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		b.WriteString(text.Render(d, c.source))
	}
	return b.String()
}

// source is a file's text as the reader saw it.
func (c *Case) source(name string) string { return python.Text([]byte(c.File(name))) }

// with returns the case with another text of one file.
func (c *Case) with(name, content string) *Case {
	out := *c
	out.archive = &txtar.Archive{Comment: c.archive.Comment, Files: slices.Clone(c.archive.Files)}
	file := txtar.File{Name: name, Data: []byte(content)}
	i := slices.IndexFunc(out.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		out.archive.Files = append(out.archive.Files, file)
	} else {
		out.archive.Files[i] = file
	}
	return &out
}
