package python_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/lint/text"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// exercise runs everything that is done with a source over some bytes.
func exercise(t testing.TB, data []byte) {
	t.Helper()
	f := files{"ws/flow.py": string(data), "ws/base.py": "from flow import *\nfrom metaflow import *\n"}
	r, err := python.Read(context.Background(), f.options())
	if err != nil {
		t.Fatalf("only a file that can't be read is an error: %v", err)
	}
	found := structure.Source(r.Faults)
	if r.Flow != nil {
		g := graph.New(r.Flow)
		found = append(found, structure.Check(r.Flow, g)...)
		if _, err := json.Marshal(graph.GraphInfo(g, graph.Extra{})); err != nil {
			t.Fatal(err)
		}
		view.Raw(g, graph.Extra{})
		view.Dot(g)
		view.Show(g, graph.Extra{})
	}
	lines := strings.Count(python.Text(data), "\n") + 1
	for _, d := range found {
		if d.Range.Start.Line < 1 || d.Range.Start.Column < 1 || d.Range.File == "ws/flow.py" && d.Range.End.Line > lines {
			t.Fatalf("a range outside the file of %d lines: %+v", lines, d)
		}
		text.Render(d, func(string) string { return python.Text(data) })
	}
	if _, err := python.ReadStep(context.Background(), python.DescribedStep{Name: "x", File: "ws/flow.py", Line: 1 + len(data)%7, EndLine: 9}, f.options()); err != nil {
		t.Fatal(err)
	}
}

const classHead = "from metaflow import *\nclass F(FlowSpec):\n @step\n def start(self):\n  "

// TestDeepAndLong feeds text that is nested or repeated far beyond what a person writes.
func TestDeepAndLong(t *testing.T) {
	t.Parallel()
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	nested := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(many(" ", i) + "if x:\n")
		}
		return b.String() + many(" ", n) + "pass\n"
	}
	classes := func(n int) string {
		var b strings.Builder
		b.WriteString("from metaflow import *\nclass C0(FlowSpec): pass\n")
		for i := 1; i < n; i++ {
			b.WriteString("class C" + strings.Repeat("i", i) + "(C" + strings.Repeat("i", i-1) + "): pass\n")
		}
		return b.String()
	}
	for name, source := range map[string]string{
		"brackets":          "x = " + many("(", 50_000) + many(")", 50_000),
		"open brackets":     many("[", 100_000),
		"attributes":        classHead + "self" + many(".a", 50_000) + "()\n",
		"not":               "x = " + many("not ", 50_000) + "y\n",
		"blocks":            nested(1_000),
		"elifs":             "if x:\n pass\n" + many("elif y:\n pass\n", 20_000),
		"decorators":        "from metaflow import *\n" + many("@a\n", 20_000) + "class F(FlowSpec): pass\n",
		"bases":             "from metaflow import *\nclass F(" + many("FlowSpec,", 20_000) + "): pass\n",
		"targets":           classHead + "self.next(" + many("self.a, ", 20_000) + ")\n",
		"strays":            classHead + many("self.next(self.a);", 20_000) + "pass\n",
		"chain of calls":    classHead[:22] + many("f()", 20_000) + "()\n",
		"chain of equals":   many("a = ", 20_000) + "1\n",
		"lambdas":           classHead + many("lambda: ", 20_000) + "self.next()\n",
		"strings":           classHead + "self.next(self.a, foreach=" + many("'x' ", 20_000) + ")\n",
		"classes":           classes(400),
		"nested classes":    strings.ReplaceAll(nested(500), "if x:", "class A:"),
		"nested functions":  strings.ReplaceAll(nested(500), "if x:", "def f():"),
		"backslashes":       many("\\\n", 10_000),
		"tabs":              many("\t", 100_000) + "x\n",
		"quotes":            many("'", 100_001),
		"f-strings":         "x = " + many("f'{", 2_000) + many("}'", 2_000),
		"nul":               many("\x00", 100_000),
		"invalid":           many("\xff", 100_000),
		"colons":            many(":\n", 50_000),
		"dict of cases":     classHead + "self.next({" + many("'a': self.a, ", 20_000) + "}, condition='c')\n",
		"imports":           many("from base import *\n", 5_000) + "class F(X): pass\nF()\n",
		"assignments":       many("x.y = z\n", 20_000),
		"one step many ifs": classHead + many("if x: self.next(self.a)\n  ", 5_000) + "pass\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercise(t, []byte(source))
		})
	}
}

func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("../../lint/structure/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	for _, path := range []string{"../../graph/view/testdata/decorated.py"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(declared))
	f.Add([]byte(mergeSource))
	f.Add([]byte("\xff\xfe\x00c\x00l"))
	f.Add([]byte("# coding: latin-1\n\xe9 = '''\r\\\r\n\f\t"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			t.Skip("the fuzzer gains nothing from larger files")
		}
		exercise(t, data)
	})
}

// BenchmarkCheck reads and checks a flow of 20 steps.
func BenchmarkCheck(b *testing.B) {
	var s strings.Builder
	s.WriteString("from metaflow import FlowSpec, Parameter, retry, step\n\n\nclass F(FlowSpec):\n    alpha = Parameter('alpha', default=1)\n\n")
	step := func(name, args, next string) {
		s.WriteString("    @retry(times=2)\n    @step\n    def " + name + "(" + args + "):\n        \"\"\"Works on the data.\"\"\"\n        x = [i * 2 for i in range(10)]\n" +
			"        self.total = sum(x)\n        print('total', self.total)\n        " + next + "\n\n")
	}
	step("start", "self", "self.next(self.a1, self.b1)")
	for _, p := range []string{"a", "b"} {
		step(p+"1", "self", "self.next(self."+p+"2, foreach='xs')")
		step(p+"2", "self", "self.next({'x': self."+p+"3, 'y': self."+p+"4}, condition='k')")
		step(p+"3", "self", "self.next(self."+p+"5)")
		step(p+"4", "self", "self.next(self."+p+"5)")
		step(p+"5", "self", "self.next(self."+p+"6)")
		step(p+"6", "self", "self.next(self."+p+"7)")
		step(p+"7", "self, inputs", "self.next(self."+p+"8)")
		step(p+"8", "self", "self.next(self.joined)")
	}
	step("joined", "self, inputs", "self.next(self.last)")
	step("last", "self", "self.next(self.end)")
	step("end", "self", "pass")
	f := one(s.String())
	for b.Loop() {
		r, err := python.Read(context.Background(), f.options())
		if err != nil {
			b.Fatal(err)
		}
		if found := structure.Check(r.Flow, graph.New(r.Flow)); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
