package config_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
)

var update = flag.Bool("update", false, "write what the cases give into them")

// TestCases runs the cases of testdata: each a project with what is wrong with it or, where nothing is, the variants it has. Lines "env NAME=VALUE" above
// the files are variables; a line "flow" adds the flow that most cases are about, flows/demand.py.
func TestCases(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d cases: %v", len(paths), err)
	}
	bad := 0
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if strings.HasPrefix(name, "bad_") {
			bad++
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, hints := outcome(t, archive)
			last := &archive.Files[len(archive.Files)-1]
			if last.Name != "want" {
				t.Fatal("the last file is not want")
			}
			if *update && got != string(last.Data) {
				last.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(last.Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if isBad := strings.Contains(got, "error") || strings.Contains(got, "warning"); strings.HasPrefix(name, "bad_") != isBad {
				t.Errorf("a case called %s ends so:\n%s", name, got)
			}
			if !hints {
				t.Errorf("a finding says not what to do:\n%s", got)
			}
		})
	}
	if bad < 60 {
		t.Errorf("%d bad inputs", bad)
	}
}

// outcome is what a case gives, and whether every finding has a hint.
func outcome(t *testing.T, a *txtar.Archive) (got string, hints bool) {
	files, env := fstest.MapFS{}, map[string]string{}
	for line := range strings.Lines(string(a.Comment)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "env":
			name, value, _ := strings.Cut(rest, "=")
			env[name] = value
		case "flow":
			files["flows/demand.py"] = &fstest.MapFile{Data: []byte(demand)}
		case "#", "":
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	for _, f := range a.Files {
		if f.Name != "want" {
			files[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	p, found, err := config.Load("/p", around(files, env))
	if err != nil {
		t.Fatal(err)
	}
	variants, more := p.ResolveAll()
	judged, err := p.Judge(context.Background(), variants, p.Reader())
	if err != nil {
		t.Fatal(err)
	}
	all := config.Distinct(append(append(found, more...), judged...))
	var b strings.Builder
	hints = true
	for _, d := range all {
		b.WriteString(told(d))
		hints = hints && d.Detail != ""
	}
	if len(all) == 0 {
		listed(&b, variants)
	}
	return b.String(), hints
}

// around reads the files of a case, which are in the folder /p.
func around(files fstest.MapFS, env map[string]string) config.Surroundings {
	inside := func(path string) (string, error) {
		name, err := filepath.Rel("/p", path)
		if err != nil || !fs.ValidPath(filepath.ToSlash(name)) {
			return "", &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
		return filepath.ToSlash(name), nil
	}
	return config.Surroundings{
		ReadFile: func(path string) ([]byte, error) {
			name, err := inside(path)
			if err != nil {
				return nil, err
			}
			return files.ReadFile(name)
		},
		ReadDir: func(path string) ([]fs.DirEntry, error) {
			name, err := inside(path)
			if err != nil {
				return nil, err
			}
			return files.ReadDir(name)
		},
		LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}
}

func told(d lint.Diagnostic) string {
	out := fmt.Sprintf("%s:%d:%d: %s %s: %s\n", strings.TrimPrefix(d.Range.File, "/p/"), d.Range.Start.Line, d.Range.Start.Column, d.Code, d.Severity, d.Message)
	if d.Detail != "" {
		out += "  " + d.Detail + "\n"
	}
	for _, r := range d.Related {
		out += fmt.Sprintf("  %s:%d:%d: %s\n", strings.TrimPrefix(r.Range.File, "/p/"), r.Range.Start.Line, r.Range.Start.Column, r.Message)
	}
	return out
}

func listed(b *strings.Builder, variants []config.Variant) {
	for _, v := range variants {
		fmt.Fprintf(b, "%s\n", strings.TrimSuffix(v.Name+" in "+v.Environment.Name, " in "))
		for _, s := range v.Settings {
			fmt.Fprintf(b, "  %s = %s (%d:%d)\n", s.Name, s.Value, s.At.Start.Line, s.At.Start.Column)
		}
	}
}

// demand is the flow that most cases are about.
const demand = `from metaflow import Config, FlowSpec, IncludeFile, JSONType, Parameter, step


class Demand(FlowSpec):
    cfg = Config("cfg", default="configs/base.json")
    horizon = Parameter("horizon", default=7, type=int)
    rate = Parameter("rate", default=0.5)
    fast = Parameter("fast", default=False, type=bool)
    label = Parameter("label", default="x")
    extra = Parameter("extra", default="{}", type=JSONType)

    @step
    def start(self):
        self.items = [1, 2]
        self.next(self.train, foreach="items")

    @step
    def train(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Demand()
`
