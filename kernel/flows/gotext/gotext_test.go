package gotext

import (
	"go/token"
	"slices"
	"strings"
	"testing"
)

const flowText = `package main

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Train adds up.
type Train struct {
	flow.Flow
	X int
}

// Start begins.
func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.X = len(strings.Fields("a b"))
	return flow.To(t.End), nil
}

func (t *Train) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.X)   // odd   spaces
	return flow.End(), nil
}

func main() { flow.Main(&Train{}) }
`

func TestParse(t *testing.T) {
	t.Parallel()
	cell, err := Parse(`import "math"
import (
	"os"
	m2 "example.com/m"
)

// Point is one.
type Point struct{ X, Y float64 }

var a, b = 1, 2

// not a comment of norm

func norm(p Point) float64 {
	return math.Hypot(p.X, p.Y)
}
func (p Point) Half() Point { return Point{p.X / 2, p.Y / 2} }

for i := 0; i < 3; i++ {
	os.Getpid()
}
func() { println("x") }()
p := Point{3, 4}; q := p
norm(q) // shown
`)
	if err != nil {
		t.Fatal(err)
	}
	imports := []Import{{"", "math", 1}, {"", "os", 3}, {"m2", "example.com/m", 4}}
	if !slices.Equal(cell.Imports, imports) {
		t.Errorf("imports %v", cell.Imports)
	}
	var keys []string
	for _, d := range cell.Decls {
		keys = append(keys, d.Kind.String()+" "+d.Key())
	}
	if got := strings.Join(keys, ", "); got != "type Point, var a, func norm, func Point.Half" {
		t.Errorf("declares %s", got)
	}
	if d := cell.Decls[0]; d.Line != 7 || !d.Commented || !strings.HasPrefix(d.Text, "// Point is one.\ntype Point") {
		t.Errorf("%+v", d)
	}
	if d := cell.Decls[2]; d.Line != 14 || d.Commented {
		t.Errorf("%+v", d)
	}
	if len(cell.Body) != 4 || cell.Body[1].Line != 22 || cell.Body[3].Text != "q := p" {
		t.Errorf("body %+v", cell.Body)
	}
	if cell.Last == nil || cell.Last.Text != "norm(q)" || cell.Last.Line != 24 {
		t.Errorf("last %v", cell.Last)
	}
}

func TestParseTells(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"x := 1\ny := := 2":               "2:6: syntax error",
		"x := 1\nif x {\n":                "2:1: syntax error: what begins here is not finished",
		"x)":                              "1:2: syntax error: unexpected \")\"",
		"func f() {\n\treturn 1 2\n}":     "2:11: syntax error",
		"x := `abc":                       "1:6: raw string literal not terminated",
		"\n\n// c\nfunc f( {\n}":          "4:1: syntax error: what begins here is not finished",
		"import math":                     "1:12: syntax error",
		"fmt.Println(1)\n@step\ndef f():": "2:1: illegal character",
	} {
		_, err := Parse(code)
		fault, ok := err.(*Fault)
		if !ok {
			t.Errorf("%q: %v", code, err)
			continue
		}
		got := at(fault)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", code, got, want)
		}
	}
}

func at(f *Fault) string {
	p := token.Position{Line: f.Line, Column: f.Column}
	return p.String() + ": " + f.Message
}

func TestLastExpression(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"self.X": true, "1 + 2": true, "f(1)": true, "fmt.Println(1)": false, "x := 1": false, "x++": false, "fmt.Sprint(1)": false,
		"panic(1)": false, "[]int{1}": true, "func() int { return 1 }()": true, "return": false, "var x = 1": false, "": false, "<-c": true,
	} {
		c, err := Parse(code)
		if err != nil || (c.Last != nil) != want {
			t.Errorf("%q: %+v, %v", code, c, err)
		}
	}
}

func TestDefinesSteps(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"func (t *Train) Fit(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }":            true,
		"import \"math\"\n\nfunc (t *Train) Fit(ctx flow.Context) (flow.Next, error) { panic(math.Pi) }": true,
		"func (t *Train) Fit(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }\nx := 1":    false,
		"func helper() (int, error) { return 0, nil }":                                                   false,
		"self.Fit(ctx)":                             false,
		"@step\ndef fit(self):\n    self.next()":    false,
		"func (t *Train) help() int { return t.X }": false,
	} {
		if got := DefinesSteps(code); got != want {
			t.Errorf("%q: %t", code, got)
		}
	}
}

func edits(t *testing.T, cell, code string) []Edit {
	t.Helper()
	c, err := Parse(code)
	if err != nil {
		t.Fatal(err)
	}
	var list []Edit
	for _, d := range c.Decls {
		list = append(list, Edit{d, cell, c.Imports})
	}
	return list
}

const cellText = `import "math"

func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
  t.X = int(math.Sqrt(16)) // of the cell
	return flow.To(t.End), nil
}

// double is new.
func (t *Train) double() int { return 2*t.X }
`

func TestWith(t *testing.T) {
	t.Parallel()
	p := NewPackage(map[string]string{"/f/main.go": flowText})
	texts, err := p.With(edits(t, "Cell In[3]", cellText), true)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`	"strings"
`, `	"math"
`, `	t.X = len(strings.Fields("a b"))
`, `	t.X = int(math.Sqrt(16)) // of the cell
`).Replace(flowText) + `
// double is new.
func (t *Train) double() int { return 2 * t.X }
`
	if got := texts["/f/main.go"].Data; got != want {
		t.Errorf("edited:\n%s", got)
	}
}

func TestLinesComeFromTheirPlaces(t *testing.T) {
	t.Parallel()
	p := NewPackage(map[string]string{"/f/main.go": flowText})
	texts, err := p.With(edits(t, "Cell In[3]", cellText), false)
	if err != nil {
		t.Fatal(err)
	}
	text := texts["/f/main.go"]
	for n, line := range strings.Split(text.Data, "\n") {
		from, there := text.Where(n + 1)
		source := flowText
		if from == "Cell In[3]" {
			source = cellText
		}
		if strings.Contains(line, `"math"`) {
			if from != "Cell In[3]" || there != 1 {
				t.Errorf("the import is said to be line %d of %s", there, from)
			}
			continue
		}
		if got := strings.Split(source, "\n")[there-1]; line != "" && got != line {
			t.Errorf("line %d %q is said to be line %d of %s, %q", n+1, line, there, from, got)
		}
	}
	built := text.Build(func(from string) string { return from })
	if !strings.Contains(built, "//line Cell In[3]:3:1\nfunc (t *Train) Start") {
		t.Errorf("to build:\n%s", built)
	}
}

func TestImportsOfEdits(t *testing.T) {
	t.Parallel()
	const tail = "\n\ntype T struct{}\n\nfunc (t T) F() { %s }\n"
	file := func(head, body string) string { return "package p\n\n" + head + strings.Replace(tail, "%s", body, 1) }
	for name, c := range map[string]struct{ head, body, cell, want string }{
		"none before": {"", "", "import \"math\"\n\nfunc (t T) F() { math.Abs(1) }", "import \"math\"\n\n"},
		"one before": {"import \"os\"", "os.Exit(1)", "import (\n\"math\"\n\"example.com/x\"\n)\nfunc (t T) F() { x.F(math.Pi); os.Exit(1) }",
			"import (\n\t\"math\"\n\t\"os\"\n\n\t\"example.com/x\"\n)"},
		"one goes":            {"import \"os\"", "os.Exit(1)", "import \"math\"\nfunc (t T) F() { math.Abs(1) }", "import \"math\"\n"},
		"not imported":        {"import (\n\t\"os\"\n)", "os.Exit(1)", "func (t T) F() { slices.Sort(os.Args) }", "import (\n\t\"os\"\n\t\"slices\"\n)"},
		"in another file":     {"", "", "func (t T) F() { other.G() }", "import \"example.com/go-other\"\n\n"},
		"a name of the files": {"", "", "func (t T) F() { time.G() }", "type T"},
		"blank":               {"", "", "import _ \"embed\"\nfunc (t T) F() {}", "import _ \"embed\"\n"},
		"local":               {"", "", "func (t T) F() { math := t; math.F() }", "type T"},
	} {
		p := NewPackage(map[string]string{
			"/p/a.go": file(c.head, c.body),
			"/p/b.go": "package p\n\nimport other \"example.com/go-other\"\n\nvar time = other.X\n",
		})
		if c.want == "import \"example.com/go-other\"\n\n" {
			c.want = "import other \"example.com/go-other\"\n"
		}
		texts, err := p.With(edits(t, "c", c.cell), true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := strings.TrimLeft(strings.TrimPrefix(texts["/p/a.go"].Data, "package p"), "\n")
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

func TestProgram(t *testing.T) {
	t.Parallel()
	p := NewPackage(map[string]string{"/f/main.go": flowText})
	cell, err := Parse("y := strings.ToUpper(\"a\")\nfmt.Println(y)\nself.X +\n 1")
	if err != nil {
		t.Fatal(err)
	}
	g := Program{Flow: "Train", Cell: "Cell In[4]", Body: cell.Body, Last: cell.Last, Show: true, Decls: edits(t, "Cell In[2]", "\nfunc norm() float64 { return math.Pi }")}
	text, err := g.Text(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parse(text.Data, 0); err != nil {
		t.Errorf("%v in\n%s", err, text.Data)
	}
	built := text.Build(func(from string) string { return from })
	for _, want := range []string{
		"import \"fmt\"\n", "import \"math\"\n", "import \"strings\"\n", "//line Cell In[4]:3:1\nself.X +\n 1,\n", "//line Cell In[2]:2:1\nfunc norm()",
	} {
		if !strings.Contains(built, want) {
			t.Errorf("no %q in\n%s", want, built)
		}
	}
	if fields, all := g.UsesOfSelf(); all || !slices.Equal(fields, []string{"X"}) {
		t.Errorf("uses %v, all %t", fields, all)
	}
	g.Last = &Stretch{"f(self)", 1}
	if _, all := g.UsesOfSelf(); !all {
		t.Error("a function is given self, and may use all of it")
	}
}
