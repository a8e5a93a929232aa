package golang_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// module makes a module of its own in a temporary folder: a flow's package in train, and as many packages beside it as are asked for.
func module(t testing.TB, packages int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), "module example.org/demand\n\ngo 1.26.0\n\nrequire github.com/spindle-flow/spindle v0.0.0\n\nreplace github.com/spindle-flow/spindle => "+root+"\n")
	var imports, uses strings.Builder
	for i := range packages {
		write(t, filepath.Join(dir, fmt.Sprintf("p%d", i), "p.go"), fmt.Sprintf("// Package p%d is one of many.\npackage p%d\n\nimport \"strings\"\n\n// Row is a row.\ntype Row struct{ Name string; Values []float64 }\n\n// Name is its name.\nfunc (r *Row) Upper() string { return strings.ToUpper(r.Name) }\n", i, i))
		fmt.Fprintf(&imports, "\t\"example.org/demand/p%d\"\n", i)
		fmt.Fprintf(&uses, "\tt.Names = append(t.Names, (&p%d.Row{}).Upper())\n", i)
	}
	write(t, filepath.Join(dir, "train", "main.go"), "package main\n\nimport (\n"+imports.String()+"\n\t\"github.com/spindle-flow/spindle/flow\"\n)\n\n"+
		"type Train struct {\n\tflow.Flow\n\tNames []string\n}\n\nfunc (t *Train) Start(ctx flow.Context) (flow.Next, error) {\n"+uses.String()+"\treturn flow.To(t.End), nil\n}\n\n"+
		"func main() { flow.Main(&Train{}) }\n")
	write(t, filepath.Join(dir, "train", "end.go"), "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\nfunc (t *Train) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }\n")
	return dir
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSession follows a package through edits: on disk and in the editor, of its files, of what it imports, to code that does not compile and back.
func TestSession(t *testing.T) {
	t.Parallel()
	dir := module(t, 2)
	train, own := filepath.Join(dir, "train"), filepath.Join(dir, "train", "end.go")
	text, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	s := golang.NewSession()
	read := func(overlay map[string][]byte) string {
		t.Helper()
		r, err := s.Read(context.Background(), golang.Options{Dir: train, Overlay: overlay})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range r.Faults {
			got = append(got, fmt.Sprintf("%s:%d %s %s", filepath.Base(f.Range.File), f.Range.Start.Line, f.Kind, f.Message))
		}
		if r.Flow != nil {
			got = append(got, strings.ReplaceAll(strings.TrimSpace(outline(r.Flow)), "\n", ", "))
			if r.Flow.Broken {
				got = append(got, "broken")
			}
		}
		return strings.Join(got, "; ")
	}
	put := func(replacement string, more ...string) map[string][]byte {
		out := map[string][]byte{own: []byte(strings.Replace(string(text), "flow.End(), nil }", replacement, 1))}
		for i := 0; i < len(more); i += 2 {
			out[filepath.Join(train, more[i])] = []byte(more[i+1])
		}
		return out
	}
	const whole = "start: linear end, end: -"
	for _, step := range []struct {
		what    string
		overlay map[string][]byte
		do      func()
		want    string
	}{
		{what: "as it is", want: whole},
		{what: "an edit", overlay: put("flow.To(t.Start), nil }"), want: "start: linear end, end: linear start"},
		{what: "not Go", overlay: put("flow.To("), want: "end.go:5 syntax expected ')', found 'EOF'; start: linear end, end: invalid (it names no step); broken"},
		{what: "no such name", overlay: put("flow.To(t.Gone), nil }"), want: "end.go:5 type t.Gone undefined (type *Train has no field or method Gone); start: linear end, end: linear gone"},
		{what: "a new file", overlay: put("flow.To(t.Last), nil }", "last.go", "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\nfunc (t *Train) Last(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }\n"),
			want: "start: linear end, end: linear last, last: -"},
		{what: "gone again", want: whole},
		{what: "a new import", overlay: map[string][]byte{own: []byte(strings.Replace(strings.Replace(string(text), "import ", "import \"sort\"\nimport ", 1), "{ return flow.End()", "{ sort.Strings(t.Names); return flow.End()", 1))}, want: whole},
		{what: "an import that is none", overlay: map[string][]byte{own: []byte(strings.Replace(string(text), "import ", "import \"example.org/demand/none\"\nimport ", 1))}, want: "type"},
		{what: "a test and another platform's file", do: func() {
			write(t, filepath.Join(train, "main_test.go"), "package main\n\nbroken")
			write(t, filepath.Join(train, "main_plan9.go"), "package main\n\nbroken")
		}, want: whole},
		{what: "another package has changed", do: func() {
			path := filepath.Join(dir, "p0", "p.go")
			write(t, path, "package p0\n\ntype Row struct{}\n\nfunc (r *Row) Upper() int { return 1 }\n")
			s.Changed(path)
		}, want: "type"},
		{what: "the module has changed", do: func() {
			write(t, filepath.Join(dir, "p0", "p.go"), "package p0\n\ntype Row struct{}\n\nfunc (r *Row) Upper() string { return \"\" }\n")
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "go.mod"), string(text)+"\n// more\n")
		}, want: whole},
		{what: "another package does not compile", do: func() {
			path := filepath.Join(dir, "p0", "p.go")
			write(t, path, "package p0\n\nfunc")
			s.Changed(path)
		}, want: "type"},
	} {
		if step.do != nil {
			step.do()
		}
		got := read(step.overlay)
		if step.want == "type" {
			if !strings.Contains(got, " type ") || !strings.HasSuffix(got, whole) {
				t.Errorf("%s: got %s", step.what, got)
			}
		} else if got != step.want {
			t.Errorf("%s: got\n%s\nwant\n%s", step.what, got, step.want)
		}
	}
}

// TestNoPackage: a folder that can't be read as a package is an error that says why.
func TestNoPackage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.org/x\n\ngo 1.26\n")
	_, err := golang.Read(context.Background(), golang.Options{Dir: dir})
	var none *golang.NoPackageError
	if !errors.As(err, &none) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := golang.Read(context.Background(), golang.Options{Dir: filepath.Join(dir, "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestOtherPackages: fields of an embedded struct are the flow's wherever that is declared.
func TestOtherPackages(t *testing.T) {
	t.Parallel()
	dir := module(t, 0)
	write(t, filepath.Join(dir, "common", "common.go"), "package common\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\ntype Base struct {\n\tAlpha float64 `param:\"alpha\" default:\"x\"`\n\tRows []int\n}\n\ntype Far struct{ flow.Flow }\n")
	write(t, filepath.Join(dir, "train", "main.go"), "package main\n\nimport (\n\t\"example.org/demand/common\"\n\n\t\"github.com/spindle-flow/spindle/flow\"\n)\n\n"+
		"type Train struct {\n\tflow.Flow\n\tcommon.Base\n}\n\nfunc (t *Train) Start(ctx flow.Context) (flow.Next, error) {\n\tt.Rows = nil\n\treturn flow.To(t.End), nil\n}\n\nfunc main() { flow.Main(&Train{}) }\n")
	r, err := golang.Read(context.Background(), golang.Options{Dir: filepath.Join(dir, "train")})
	if err != nil || r.Flow == nil || len(r.Faults) > 0 {
		t.Fatalf("%v %+v", err, r)
	}
	if p := r.Flow.Parameters; len(p) != 1 || p[0].Name != "alpha" || p[0].Default != "x" || p[0].NameRange.Start.Line != 11 {
		t.Errorf("parameters %+v", p)
	}
	if got := summary(r.Flow, "start"); got != "surely rows; always rows; maybe rows; assigns rows" {
		t.Errorf("got %s", got)
	}
	if len(r.Flow.Oddities) != 1 || r.Flow.Oddities[0].Kind != graph.OddDefault {
		t.Errorf("oddities %+v", r.Flow.Oddities)
	}
}

// TestPick: of several flows the one that flow.Main runs is read, or the one that is asked for.
func TestPick(t *testing.T) {
	t.Parallel()
	const two = "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\ntype A struct{ flow.Flow }\ntype B struct{ flow.Flow }\n\nfunc main() { MAIN }\n"
	for name, test := range map[string]struct {
		source, class, want string
		kind                graph.FaultKind
	}{
		"main":     {source: strings.Replace(two, "MAIN", "flow.Main(&B{})", 1), want: "B"},
		"new":      {source: strings.Replace(two, "MAIN", "flow.Main(new(A))", 1), want: "A"},
		"variable": {source: strings.Replace(two, "MAIN", "f := &B{}; flow.Main(f)", 1), want: "B"},
		"asked":    {source: strings.Replace(two, "MAIN", "flow.Main(&B{})", 1), class: "A", want: "A"},
		"many":     {source: strings.Replace(two, "MAIN", "", 1), kind: graph.FaultManyFlows},
		"no class": {source: strings.Replace(two, "MAIN", "", 1), class: "C", kind: graph.FaultNoClass},
		"none":     {source: "package main\n\nfunc main() {}\n", kind: graph.FaultNoFlow},
		"embedded": {source: "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\ntype Base struct{ flow.Flow }\ntype C struct{ Base }\n\nfunc main() {}\n", want: "C"},
		"alias":    {source: "package main\n\nimport f \"github.com/spindle-flow/spindle/flow\"\n\ntype F = f.Flow\n\ntype A struct{ F }\n\nfunc main() {}\n", want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readClass(t, test.source, test.class)
			switch {
			case test.kind != "":
				if r.Flow != nil || len(r.Faults) != 1 || r.Faults[0].Kind != test.kind {
					t.Errorf("got %+v", r.Faults)
				}
			case test.want != "" && (r.Flow == nil || r.Flow.Name != test.want):
				t.Errorf("got %+v, %+v", r.Flow, r.Faults)
			}
		})
	}
}

// BenchmarkEdit is the time from an edit to the flow as it then is, and to its findings, in a module with 200 packages.
func BenchmarkEdit(b *testing.B) {
	dir := module(b, 200)
	train := filepath.Join(dir, "train")
	own := filepath.Join(train, "end.go")
	text, err := os.ReadFile(own)
	if err != nil {
		b.Fatal(err)
	}
	s := golang.NewSession()
	if _, err := s.Read(context.Background(), golang.Options{Dir: train}); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		overlay := map[string][]byte{own: append(text[:len(text):len(text)], fmt.Sprintf("\n// %d\n", n)...)}
		r, err := s.Read(context.Background(), golang.Options{Dir: train, Overlay: overlay})
		if err != nil || r.Flow == nil || len(r.Faults) > 0 {
			b.Fatalf("%v %+v", err, r)
		}
	}
}
