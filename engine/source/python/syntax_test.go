package python_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

func TestSyntaxFaults(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{"x = (1,\ny = 2\n", `1:5 "(" was never closed`},
		{"x = 1)\n", `1:6 unmatched ")"`},
		{"x = (1]\n", `1:7 closing "]" does not match opening "("`},
		{"x = 'abc\n", "1:5 unterminated string"},
		{"x = '''abc\n", "1:5 unterminated triple-quoted string"},
		{"def f()\n    pass\n", `1:8 expected ":"`},
		{"if x  # why\n    pass\n", `1:5 expected ":"`},
		{"class A\n    x = 1\n", `1:8 expected ":"`},
		{"def f():\npass\n", "2:1 expected an indented block"},
		{"def f():\n    # nothing\n\nx = 1\n", "4:1 expected an indented block"},
		{"def f():\n", "2:1 expected an indented block"},
		{"def f():\n    x = 1\n  y = 2\n", "3:3 unindent does not match any outer level"},
		{"x = 1\n  y = 2\n", "2:3 unexpected indent"},
		{"def f():\n        x = 1\n\ty = 2\n", "3:2 inconsistent use of tabs and spaces in indentation"},
		{"if x:\n  if y:\n\tz = 2\n", "3:2 inconsistent use of tabs and spaces in indentation"},
		{"x = = 2\n", "1:5 invalid syntax"},
		{"class A:\n    def f(self):\n        self.x =\n        self.next(self.a)\n", `3:16 something must follow "="`},
		{"class A:\n    def f(self):\n        self.\n        self.next(self.a)\n", `3:13 something must follow "."`},
		{"x = y and  # why\nz = 1\n", `1:7 something must follow "and"`},
		{"import\nx = 1\n", `1:1 something must follow "import"`},
		{"class A:\n    def f(self):\n        pass\n\n    @g\n    def h(self)\n        pass\n", `6:16 expected ":"`},
		{"class A:\n    def f(self):\n        for x in {1: 2}\n            pass\n", `3:24 expected ":"`},
		{"if (x := 1) > y := 2\n    pass\n", `1:21 expected ":"`},
		{"def f():\n    x = 'a' b\n\ndef g()\n    pass\n", "2:9 invalid syntax"},
		{"self.next(self.a self.b)\n", "1:18 invalid syntax"},
		{"x = $y\n", "1:5 invalid syntax"},
		{"print 'x'\n", "1:1 print is a function in Python 3: its arguments need parentheses"},
		{"exec code\n", "1:1 exec is a function in Python 3: its arguments need parentheses"},
		{"x = 1\x00\n", "1:6 source code cannot contain null bytes"},
		{"x = '\xff'\n", "1:6 the file is not UTF-8 here and declares no encoding"},
		{"# coding: utf-8\nx = '\xff'\n", "2:6 the file is not UTF-8 here, though it declares to be"},
	}
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			t.Parallel()
			r := one(tt.source).result(t)
			if len(r.Faults) == 0 || r.Faults[0].Kind != graph.FaultSyntax {
				t.Fatalf("want a syntax fault, got %+v", r.Faults)
			}
			f := r.Faults[0]
			if got := fmt.Sprintf("%d:%d %s", f.Range.Start.Line, f.Range.Start.Column, f.Message); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestNoSyntaxFault holds text that Python takes and that is easy to take for broken.
func TestNoSyntaxFault(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"class A:\n    @g\n# a comment\n    def f(self):\n        pass\n\n    @g()\n  # ä\n    @h\n# b\n    def k(self):\n        pass\n",
		"", "\n", "   \n", "x = 1\n" + strings.Repeat(" ", 90), "\f\n", "#", "\\\n", "x = 1", "\ufeffx = 1\n", "x = 1\r\ny = 2\ry = 3\n",
		"def f():\n    (bar.\nbaz)\n    (bar.\nbaz(\n))\n", // dedented within brackets
		"if x:\n\ty = 1\n\tz = 2\n", "if x:\n\tif y:\n\t    z\n", "if x:\n \ta\n \tb\n", "if x: pass; y\n", "x = [  # (\n]\n",
		"def f(): return 1\nclass A: x = 1\n", "if x:\n  pass\n # odd comment\nelse:\n  pass\n",
		"class A:\n\f\n    def f(self):\n        pass\n", "x = {\n'a':\n1}\n", "y = x[1:\n2]\n",
		"print >>f, 'x'\n", "print (1), 2\n", "exec('x')\n", "print -1\n", "match = 1\ncase = 2\ntype = 3\n",
		"from a import *\n", "x = ...\n", "x = 1.\nx = 1_0.\n", "x = y.is_\n", "f(x.y,\n  z or\n  w)\n", "x = [a for a in b\n  if a]\n", "x = y + \\\n  z\n",
		"def f(a, *, b=1) -> int: return a\n", "if lambda: x: pass\n", "x = '''\nif a\nb +\n'''\n", "x = 1,\n", "return_ = x\n", "class A: x: int = 3\n",
		"else_ = 1\nif_ = els\n", "x = (yield)\n", "raise\n", "@a\n# b =\ndef f(): pass\n", "é = 1; é.or_\n", "def f(): return\n", "x = a if b else c\n",
		"match x:\n    case [1, *rest] if rest:\n        pass\n    case {'k': v, **kw}:\n        pass\n",
		"type X[T] = list[T]\n", "def f[T](x: T) -> T: ...\n", "f'{x!r:>{w}} {{}}'\n", "f\"{x[\"a\"]}\"\n",
		"try:\n    pass\nexcept* ValueError:\n    pass\n", "async def f():\n    async with a as b, c: pass\n    return [x async for x in y]\n",
		"with (open(a) as f, open(b) as g):\n    pass\n", "x = 0xFF_FF + 1_0j + 1e-3\n", "λ = 'é'; x = λ\n",
		"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "#!x\n# vim: set fileencoding=koi8-r :\n\xd0 = '\xff'\n",
		"if (n := 1) > 0: pass\n", "def f(a, /, b, *, c): pass\n", "lambda *a, **k: (yield)\n", "x = (yield)\n", "@a.b[c](d)\ndef f(): pass\n",
		"'''\n  :\n x'''\n", "x = 1 if y else \\\n    2\n", "for x in *a, b: pass\n", "global_ = 1\ndef f():\n    global global_\n    nonlocal_ = 1\n",
	} {
		if r := one(source).result(t); len(r.Faults) > 0 && r.Faults[0].Kind == graph.FaultSyntax {
			t.Errorf("%q: %+v", source, r.Faults[0])
		}
	}
}

// TestStandardLibrary reads Python's own library, in which there is no syntax error.
func TestStandardLibrary(t *testing.T) {
	t.Parallel()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, pattern := range []string{
		"3.11*/lib/python3.11/*.py", "3.1[23]*/lib/python3*/test/test_{fstring,grammar,patma,compile,type_params,syntax}.py", "3.1[23]*/lib/python3*/[t-z]*.py",
	} {
		for _, p := range braces(pattern) {
			found, err := filepath.Glob(filepath.Join(home, ".pyenv/versions", p))
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, found...)
		}
	}
	if len(paths) == 0 {
		t.Skip("no Python is installed under ~/.pyenv/versions")
	}
	for _, path := range paths {
		r, err := python.Read(context.Background(), python.Options{File: path})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Faults {
			if f.Kind == graph.FaultSyntax {
				t.Errorf("%s:%d:%d: %s", path, f.Range.Start.Line, f.Range.Start.Column, f.Message)
			}
		}
	}
}

// braces expands one {a,b} of a pattern.
func braces(pattern string) []string {
	head, rest, ok := strings.Cut(pattern, "{")
	if !ok {
		return []string{pattern}
	}
	list, tail, _ := strings.Cut(rest, "}")
	var out []string
	for _, x := range strings.Split(list, ",") {
		out = append(out, head+x+tail)
	}
	return out
}

func TestText(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"\ufeffa\r\nb\rc\n":                 "a\nb\nc\n",
		"# coding: latin-1\n\xe9":           "# coding: latin-1\né",
		"# coding=cp1252\n\xe9":             "# coding=cp1252\né",
		"\n# coding: shift-jis\n\x83\x41":   "\n# coding: shift-jis\néA",
		"x\n# coding: latin-1\n\xe9":        "x\n# coding: latin-1\n\uFFFD",
		"#\n#\n# coding: latin-1\n\xc3\xa9": "#\n#\n# coding: latin-1\né",
		"a\x00b":                            "a b",
	} {
		if got := python.Text([]byte(data)); got != want {
			t.Errorf("Text(%q) = %q, want %q", data, got, want)
		}
	}
}
