package flows

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/spin"
)

// nowhere is a host without a workbench.
type nowhere struct{ Host }

func (nowhere) Dir() string { return "." }

func (nowhere) View(context.Context, *Source) (spin.View, func(), error) {
	return spin.View{}, nil, errors.New("nothing was run")
}

// goRunner is a runner with the flow of testdata.
func goRunner(t *testing.T) *Runner {
	t.Helper()
	dir, err := filepath.Abs("testdata/goflow")
	if err != nil {
		t.Fatal(err)
	}
	r := New(nowhere{}, nil, t.TempDir())
	b, err := openGo(r.flowsOfGo, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.attach(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return r
}

const goBody = `import "math"

// Body has the root of an item.
func (t *Tiny) Body(ctx flow.Context, p Point) (flow.Next, error) {
	t.Y = math.Sqrt(p.X)
	return flow.Join(t.Meet), nil
}`

func TestGoStepsReplaceThoseOfThePackage(t *testing.T) {
	t.Parallel()
	r := goRunner(t)
	b, before := r.attached()
	if !b.definesSteps(goBody) || !b.definesSteps("%%spin --all\n"+goBody) || b.definesSteps("self.Total") {
		t.Error("cells with steps are not told from others")
	}
	next, steps, err := b.define(t.Context(), "Cell In[3]", goBody)
	if err != nil || !slices.Equal(steps, []string{"body"}) {
		t.Fatalf("%v, %v", steps, err)
	}
	s, err := next.source(t.Context())
	if err != nil || s.Flow == nil || len(s.Faults) > 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if file, line := s.Where(s.Step("body").NameRange.File, s.Step("body").NameRange.Start.Line); file != "Cell In[3]" || line != 4 {
		t.Errorf("body is at line %d of %s", line, file)
	}
	if file, line := s.Where(s.File, s.Step("end").NameRange.Start.Line); file != s.File || line != before.Step("end").NameRange.Start.Line {
		t.Errorf("end is at line %d of %s", line, file)
	}
	if text := string(s.Edited()[s.File]); !strings.Contains(text, "//line Cell In[3]:3:1\n// Body has the root of an item.\n") {
		t.Errorf("to build:\n%s", text)
	}
	gone, names := next.without("")
	if len(names) != 1 || names[0] != "body" || gone.edited() {
		t.Errorf("forgot %v", names)
	}
}

func TestGoFaultsHaveTheLinesOfCells(t *testing.T) {
	t.Parallel()
	r := goRunner(t)
	b, _ := r.attached()
	next, _, err := b.define(t.Context(), "Cell In[4]", "// one\nfunc (t *Tiny) End(ctx flow.Context) (flow.Next, error) {\n\tx := 1\n\treturn flow.End(), nil\n}")
	if err != nil {
		t.Fatal(err)
	}
	s, err := next.source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var said recorded
	if err := judge(s, "Cell In[4]", newStage(&said, nil)); !errors.Is(err, errFaults) || !strings.Contains(said.text, "Cell In[4], line 3: error") || !strings.Contains(said.text, "declared and not used: x") {
		t.Errorf("%v, %s", err, said.text)
	}
}

// recorded keeps what is printed.
type recorded struct{ text string }

func (r *recorded) Stream(_, text string)   { r.text += text }
func (r *recorded) Publish(_ string, _ any) {}

func TestGoSave(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/goflow/main.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, text, 0o640); err != nil {
		t.Fatal(err)
	}
	opened, err := openGo(source.NewSession(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	edited, _, err := opened.define(t.Context(), "Cell In[1]", strings.Replace(goBody, "\tt.Y = ", "t.Y   =  ", 1)+"\n\nfunc unused() {}\n")
	if err != nil {
		t.Fatal(err)
	}
	saved, files, err := edited.saved(t.Context())
	if err != nil || !slices.Equal(files, []string{file}) || saved.edited() {
		t.Fatalf("%v, %v", files, err)
	}
	want := strings.NewReplacer(
		"\t\"fmt\"\n", "\t\"fmt\"\n\t\"math\"\n", "// Body has one item.", "// Body has the root of an item.", "scaled(p, t.Alpha)", "math.Sqrt(p.X)", "\tfmt.Println(\"item\", p.X)\n", "",
	).Replace(string(text)) + "\nfunc unused() {}\n"
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("saved (%v):\n%s", err, got)
	}
	if err := os.WriteFile(file, append(got, '\n'), 0o640); err != nil {
		t.Fatal(err)
	}
	again, _, err := saved.define(t.Context(), "Cell In[2]", goBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := again.saved(t.Context()); !errors.Is(err, errChanged) {
		t.Errorf("a file that has changed was written: %v", err)
	}
}

func TestGoCellsAreChecked(t *testing.T) {
	t.Parallel()
	r := goRunner(t)
	b, s := r.attached()
	for code, want := range map[string]string{
		"self.Total":             "",
		"x := 1":                 "Cell In[5], line 1: declared and not used: x",
		"\n\nself.Nothing":       "Cell In[5], line 3: self.Nothing undefined (type *Tiny has no field or method Nothing)",
		"strings.ToUpper(\"a\")": "",
		"func norm(p Point) float64 { return math.Hypot(p.X, p.Y) }\nnorm(self.Items[0])": "",
		"self.End(ctx)":                                         "",
		"func f() {}\nf()":                                      "",
		"var p Point = 3":                                       "Cell In[5], line 1: cannot use 3",
		"func scaled(p Point) int { return 1 }":                 "main.go, line 36: too many arguments",
		"for range 3 {\n\tfmt.Println(self.Words)\n}":           "",
		"import \"no.such/thing\"\nthing.Do()":                  "Cell In[5], line 1: ",
		"func (t *Tiny) Shown() int { return 1 }\nself.Shown()": "",
	} {
		g, err := newGoCell(b.(*goBook), s, "Cell In[5]", code)
		if err != nil {
			t.Errorf("%q: %v", code, err)
			continue
		}
		err = g.check(t.Context(), r.cellsOfGo)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", code, err, want)
		}
		if code == "func f() {}\nf()" && g.program.Show {
			t.Error("what has no value is shown")
		}
	}
}

func TestGoCellsReadWhatTheyUse(t *testing.T) {
	t.Parallel()
	r := goRunner(t)
	b, s := r.attached()
	for code, want := range map[string]string{"self.Words": "counts", "self.Total + self.Alpha": "total alpha", "self": "total counts items y alpha", "1": ""} {
		g, err := newGoCell(b.(*goBook), s, "Cell In[1]", code)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.check(t.Context(), r.cellsOfGo); err != nil {
			t.Fatal(err)
		}
		wanted := g.wanted()
		for _, name := range []string{"total", "counts", "items", "y", "alpha"} {
			if got := wanted(name); got != slices.Contains(strings.Fields(want), name) {
				t.Errorf("%s: %s %t", code, name, got)
			}
		}
	}
}

func TestGoAnswers(t *testing.T) {
	t.Parallel()
	r := goRunner(t)
	ask := func(kind, code string) map[string]any {
		t.Helper()
		at := strings.Index(code, "|")
		code = strings.Replace(code, "|", "", 1)
		raw, err := r.Answer(t.Context(), cells.Question{Kind: kind, Code: code, Cursor: len([]rune(code[:at]))})
		if err != nil {
			t.Fatal(err)
		}
		var reply map[string]any
		if raw != nil {
			if err := json.Unmarshal(raw, &reply); err != nil {
				t.Fatal(err)
			}
		}
		return reply
	}
	for code, want := range map[string]string{
		"self.T|":              "Total",
		"self.Items[0].|":      "X Y",
		"math.Hypo|":           "Hypot",
		"x := self.Wo|\n_ = x": "Words",
		"func (t *Tiny) Body(ctx flow.Context, p Point) (flow.Next, error) {\n\treturn flow.To(t.En|), nil\n}": "End",
		"var count = 1\nprintln(coun|)": "count",
	} {
		got := []string{}
		for _, m := range ask("complete", code)["matches"].([]any) {
			got = append(got, m.(string))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", code, got, want)
		}
	}
	for code, want := range map[string]string{
		"sel|f.Total":        "var self *Tiny",
		"self.To|tal":        "field Total float64",
		"\nself.Bo|dy":       "func (*Tiny).Body(ctx flow.Context, p Point) (flow.Next, error)\nBody has one item.",
		"scal|ed(Point{},1)": "func scaled(p Point, by float64) float64\nscaled is what helps Body.",
	} {
		reply := ask("inspect", code)
		data, _ := reply["data"].(map[string]any)
		if text, _ := data["text/plain"].(string); !strings.HasPrefix(text, want) {
			t.Errorf("%s: %q", code, text)
		}
	}
	for code, want := range map[string]string{"if x {|": "incomplete", "x := 1|": "complete", "x := := 1|": "invalid", "s := `|": "incomplete"} {
		if got := ask("is_complete", code)["status"]; got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}

// Cells are part of a program's package, so that a flow of another one can't be edited in them.
func TestGoFlowElsewhere(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs("testdata/goelsewhere")
	if err != nil {
		t.Fatal(err)
	}
	r := New(nowhere{}, nil, t.TempDir())
	b, err := openGo(r.flowsOfGo, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.attach(t.Context(), b); err == nil || !strings.Contains(err.Error(), "the flow Tiny is of another package, in "+filepath.Join(dir, "tiny")) {
		t.Errorf("%v", err)
	}
}
