package effective_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/worker"
)

var update = flag.Bool("update", false, "write what the cases give into them")

// TestCases runs the cases of testdata. The lines above the files of a case say what it is about:
//
//	config cfg default=base.json     a declaration: default, value, required, parser, plain, format
//	--config cfg=base.json,us.json   an option
//	env NAME=VALUE                   a variable
//
// The file want has the values as JSON and the findings, each a line with its hint below it.
func TestCases(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) < 40 {
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
			got, want := outcome(t, archive), file(archive, "want")
			if *update && got != want {
				archive.Files[len(archive.Files)-1].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.HasPrefix(name, "bad_") != strings.Contains(got, ": error: ") {
				t.Errorf("a case called %s ends so:\n%s", name, got)
			}
		})
	}
	if bad < 25 {
		t.Errorf("%d bad inputs", bad)
	}
}

func file(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func outcome(t *testing.T, a *txtar.Archive) string {
	var declared []worker.ConfigDeclaration
	var files, values, sets []string
	env := map[string]string{}
	for line := range strings.Lines(string(a.Comment)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "config":
			declared = append(declared, declaration(t, rest))
		case "--config":
			files = append(files, rest)
		case "--config-value":
			values = append(values, rest)
		case "--set":
			sets = append(sets, rest)
		case "env":
			name, value, _ := strings.Cut(rest, "=")
			env[name] = value
		case "#", "":
		default:
			t.Fatalf("unknown line %q", line)
		}
	}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	read := func(path string) ([]byte, error) {
		name := strings.TrimPrefix(filepath.ToSlash(path), "/p/")
		if slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == name }) {
			return []byte(strings.TrimSuffix(file(a, name), "\n")), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	given, found := effective.Parse(files, values, sets, lookup)
	configs, more := effective.Resolve(declared, given, effective.Surroundings{Dir: "/p", ReadFile: read, LookupEnv: lookup})
	found = append(found, more...)
	var b strings.Builder
	if len(found) == 0 {
		for _, c := range configs {
			fmt.Fprintf(&b, "%s = %s\n", c.Declared.Name, shown(c))
		}
	}
	for _, d := range found {
		b.WriteString(line(d))
	}
	return b.String()
}

func shown(c *effective.Config) string {
	switch {
	case c.Value != nil:
		return document.Encode(c.Value)
	case c.Text != nil:
		return fmt.Sprintf("the text %q", *c.Text)
	}
	return "nothing"
}

func line(d lint.Diagnostic) string {
	place := d.Range.File
	if d.Range.Start.Line > 0 {
		place += fmt.Sprintf(":%d:%d", d.Range.Start.Line, d.Range.Start.Column)
	}
	out := fmt.Sprintf("%s: %s: %s\n", place, d.Severity, d.Message)
	if d.Detail != "" {
		out += "  " + d.Detail + "\n"
	}
	return out
}

func declaration(t *testing.T, text string) worker.ConfigDeclaration {
	words := strings.Fields(text)
	d := worker.ConfigDeclaration{Name: words[0], Attr: words[0], File: "flow.py", Line: 7}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "default":
			d.Default = &value
		case "value":
			d.DefaultValue = &value
		case "error":
			d.Error = value
		case "required":
			d.Required = true
		case "parser":
			d.Parser = true
		case "plain":
			d.Plain = true
		case "format":
			d.Format = value
		default:
			t.Fatalf("unknown word %q", w)
		}
	}
	return d
}
