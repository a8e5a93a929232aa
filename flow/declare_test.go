package flow

import (
	"encoding/hex"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

type noFlow struct{ Count int }

type twice struct {
	Flow
	FitModel int `artifact:"fit"`
	Name     string
}

func (t *twice) Fit(Context) (Next, error) { return End(), nil }

type wrongTags struct {
	Flow
	Count    int             `param:"count" default:"many"`
	Small    int8            `param:"small" default:"300"`
	Wait     time.Duration   `param:"wait" default:"5 minutes"`
	On       bool            `param:"on" default:"maybe"`
	Deep     struct{ X int } `param:"deep" default:"{\"x\": \"one\"}"`
	Colour   string          `param:"colour" choices:"red,green" default:"blue"`
	Numbers  []int           `param:"numbers" separator:"," default:"1"`
	Delayed  Lazy[int]       `param:"delayed"`
	Sequence []float64       `param:"sequence" default:"1,x"`
}

func (w *wrongTags) Start(Context) (Next, error) { return End(), nil }

// All that is wrong with a flow is told at once.
func TestDeclarationFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flow    any
		options []Option
		want    []string
	}{
		{flow: shop{}, want: []string{"give it a pointer"}},
		{flow: nil, want: []string{"flow.Main is given <nil>"}},
		{flow: &noFlow{}, want: []string{"noFlow does not embed flow.Flow"}},
		{flow: &twice{}, want: []string{"twice.FitModel: the artifact is called fit, as is the step Fit", "twice.Name: the artifact is called name, as is the flow's name"}},
		{
			flow: &shop{}, options: []Option{
				Step((*shop).Start, Retry{Times: 9}, Catch{Field: "Reason"}, Timeout(-1)), Step((*shop).End, Catch{Field: "Count"}),
				Step((*shop).helper), Step("Start"),
			},
			want: []string{
				"shop.Start: flow.Retry{Times: 9}: it must be from 0 to 4", "a timeout of -1ns", `flow.Catch names the field "Reason", which shop does not have`,
				"shop.End: flow.Catch names the field Count of type int: it must be a *flow.Failure", "flow.Step is given helper, which is no step of shop", "flow.Step is given a string",
			},
		},
	} {
		_, err := declare(c.flow, c.options)
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: error %v, want one with %q", c.flow, err, want)
			}
		}
	}
	p, err := declare(&wrongTags{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.describe(wire.Describe{})
	for _, want := range []string{
		`wrongTags.Count: its default: "many" is not a valid integer`, "wrongTags.Small: its default: 300 is out of the range of a int8", "wrongTags.Wait: its default:",
		`wrongTags.On: its default: "maybe" is not a valid boolean`, "wrongTags.Deep: its default: .X: it is a str", `"blue" is not one of red, green`,
		"wrongTags.Numbers: a separator is for parameters of type []string", "wrongTags.Delayed: a parameter can't be a flow.Lazy", "wrongTags.Sequence: its default",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

type catalogue struct {
	Flow
	Alpha  float64         `param:"alpha" default:"0.1" help:"learning rate"`
	Rate   *int            `param:"learning-rate" required:"true"`
	Colour string          `param:"colour" choices:"red,green" default:"red"`
	Tags   []string        `param:"tags" separator:"," default:"a,b"`
	Sizes  []int           `param:"size" default:"1,2"`
	Wait   time.Duration   `param:"wait" default:"90s"`
	Deep   map[string]int  `param:"deep" default:"{\"a\": 1}"`
	Note   File            `param:"note" default:"note.txt"`
	Cfg    struct{ X int } `config:"cfg" file:"base.json" help:"settings"`
	Why    *Failure
}

func (d *catalogue) Start(Context) (Next, error) { return To(d.Finish), nil }
func (d *catalogue) Finish(Context) (Next, error) {
	return End(), nil
}

// What a flow is, as the engine is told.
func TestDescribe(t *testing.T) {
	t.Parallel()
	p, err := declare(&catalogue{}, []Option{
		Step((*catalogue).Start, Retry{Times: 2, Wait: time.Minute}, Resources{CPU: 4, MemoryMB: 8000}, Environment{"A": "b"}, Batch{Queue: "q", GPU: 1}),
		Step((*catalogue).Finish, AsEnd(), Catch{Field: "Why"}), EveryStep(Timeout(time.Hour)), ProjectName("demand"), Schedule{Daily: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if wanted := p.configsWanted(wire.Options{}); len(wanted) != 1 || wanted[0]["default"] != "base.json" {
		t.Errorf("configs wanted: %v", wanted)
	}
	text := `{"x": 5}`
	told, err := p.describe(wire.Describe{With: []string{"retry:times=4", "environment:vars={\"C\": 1}"}, Options: wire.Options{
		User: "ann", Configs: map[string]wire.ConfigValue{"cfg": {Text: &text}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Steps []struct {
			Name, File string
			Line       int
			End        bool
			Decorators []struct {
				Name       string
				Attributes map[string]any
				Static     bool `json:"statically_defined"`
			}
			Retries        struct{ User, Error int }
			TimeoutSeconds float64 `json:"timeout_seconds"`
			Environment    map[string]string
			Catch          bool
		}
		Parameters []struct {
			Name, Attr, Kind, Type string
			Multiple, Required     bool
			Separator              string
			Default                any
		}
		Project wire.Project
		Tags    []string `json:"system_tags"`
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	var steps, parameters []string
	for _, s := range d.Steps {
		line := s.Name
		for _, one := range s.Decorators {
			line += " " + one.Name
			if !one.Static {
				line += "+"
			}
		}
		steps = append(steps, line)
		if !strings.HasSuffix(s.File, "declare_test.go") || s.TimeoutSeconds != 3600 {
			t.Errorf("%+v", s)
		}
	}
	for _, q := range d.Parameters {
		line, err := json.Marshal([]any{q.Name, q.Attr, q.Kind, q.Type, q.Multiple, q.Required, q.Separator, q.Default})
		if err != nil {
			t.Fatal(err)
		}
		parameters = append(parameters, string(line))
	}
	if diff := cmp.Diff([]string{"finish timeout catch retry+ environment+", "start retry timeout environment resources batch"}, steps); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		`["alpha","alpha","parameter","float",false,false,"",0.1]`, `["cfg","cfg","config","str",false,false,"",null]`,
		`["colour","colour","parameter","choice",false,false,"","red"]`, `["deep","deep","parameter","JSON",false,false,"",{"a":1}]`,
		`["note","note","include_file","path",false,false,"","note.txt"]`, `["learning-rate","rate","parameter","int",false,true,"",null]`,
		`["size","sizes","parameter","int",true,false,"",[1,2]]`, `["tags","tags","parameter","str",false,false,",","a,b"]`,
		`["wait","wait","parameter","str",false,false,"","1m30s"]`,
	}, parameters); diff != "" {
		t.Error(diff)
	}
	start, end := d.Steps[1], d.Steps[0]
	if start.Retries.User != 2 || start.Environment["A"] != "b" || !end.End || !end.Catch || end.Retries.Error != 3 || end.Retries.User != 4 || end.Environment["C"] != "1" {
		t.Errorf("%+v\n%+v", start, end)
	}
	if d.Project.FlowName != "demand.user.ann.catalogue" && !strings.HasPrefix(d.Project.Branch, "user.") || len(d.Tags) != 2 {
		t.Errorf("project %+v, tags %q", d.Project, d.Tags)
	}
	for spec, want := range map[string]string{"card": `but not "card"`, "retry:times": "not of the form attribute=value", "retry:times=9": "from 0 to 4", "kubernetes": "not supported"} {
		if _, err := p.describe(wire.Describe{With: []string{spec}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--with %s: error %v", spec, err)
		}
	}
	bad := `{"x": "five"}`
	if _, err := p.describe(wire.Describe{Options: wire.Options{Configs: map[string]wire.ConfigValue{"cfg": {JSON: &bad}}}}); err == nil || !strings.Contains(err.Error(), `config "cfg": .X: it is a str`) {
		t.Errorf("a wrong config: %v", err)
	}
}

// The run's first task: what parameters are made of the texts they are given.
func TestParameters(t *testing.T) {
	t.Parallel()
	text := `{"x": 5, "more": [1.0, 2]}`
	task := wire.Task{Kind: "parameters", GraphInfo: json.RawMessage(`{"steps":{"a":{"switch_cases":[[1,"b"],[true,"c"]]}}}`)}
	task.Options.Configs = map[string]wire.ConfigValue{"cfg": {Text: &text}}
	task.Values = map[string][]string{"learning-rate": {"7"}, "size": {"3", "4"}, "tags": {"x,y"}, "deep": {`{"b": 2}`}, "note": {`{"type": "x", "size": 3}`}}
	last, left := newEngine(t, &catalogue{}).run(task)
	if last.Type != "done" {
		t.Fatalf("%+v", last)
	}
	for name, want := range map[string]any{
		"alpha": 0.1, "rate": 7, "colour": "red", "tags": []any{"x", "y"}, "sizes": []any{3, 4}, "wait": 90 * time.Second, "deep": map[string]any{"b": 2},
		"cfg": map[string]any{"x": 5, "more": []any{1.0, 2}}, "name": "catalogue", "_task_ok": true, "_success": true, "_transition": nil,
		"_foreach_stack": []any(nil), "_configs_processed": true,
		"_graph_info": map[string]any{"steps": map[string]any{"a": map[string]any{"switch_cases": map[any]any{1: "b", true: "c"}}}},
	} {
		if got := left.value(t, name); !reflect.DeepEqual(got, want) && !(want == nil && got == nil) && len(left[name].bytes) > 4 {
			t.Errorf("%s is %#v, want %#v", name, got, want)
		}
	}
	task.Values = map[string][]string{"alpha": {"x"}, "colour": {"blue"}, "size": {"1", "y"}}
	last, _ = newEngine(t, &catalogue{}).run(task)
	if last.Type != "invalid" || len(last.Errors) != 5 {
		t.Errorf("%+v", last)
	}
}

// Items are named as Python's reprlib names their values.
func TestItemText(t *testing.T) {
	t.Parallel()
	values := []any{
		"plain", 5, -1.5, 1.0, 1e16, 1e-5, 123456789.125, true, nil, []int{1, 2}, []int{1, 2, 3, 4, 5, 6, 7, 8}, []string{"it's", "a\nb"}, map[string]int{"b": 1, "a": 2},
		map[int]int{5: 1, 4: 2, 3: 3, 2: 4, 1: 5}, []string{strings.Repeat("abc", 20)}, [][]float64{{0.5}, {}}, struct {
			Zeta, Alpha int
		}{1, 2},
	}
	script := "import sys, pickle, reprlib\nfor line in sys.stdin.read().split():\n    v = pickle.loads(bytes.fromhex(line))\n" +
		"    print(str(v) if isinstance(v, (str, int, float)) else reprlib.Repr().repr(v))\n"
	var lines []string
	for _, v := range values {
		b, err := new(pickle.Encoder).Append(nil, reflect.ValueOf(v))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, hex.EncodeToString(b))
	}
	cmd := exec.Command("python3", "-c", script)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no python3: %v", err)
	}
	for i, want := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if got := itemText(reflect.ValueOf(values[i])); got != want {
			t.Errorf("%#v is %s, want %s", values[i], got, want)
		}
	}
}

// based has its steps from another struct.
type based struct {
	catalogue
	More int
}

func TestEmbeddedFlow(t *testing.T) {
	t.Parallel()
	p, err := declare(&based{}, []Option{Step((*based).Start, Retry{Times: 1})})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.steps) != 2 || p.field("alpha") == nil || p.field("more") == nil || p.step("start").retry == nil {
		t.Errorf("%+v", p)
	}
	for _, s := range p.steps {
		if file, line := s.place(); !strings.HasSuffix(file, "declare_test.go") || line == 0 || s.lastLine(file) < line {
			t.Errorf("%s is at %s:%d-%d", s.name, file, line, s.lastLine(file))
		}
	}
	last, left := newEngine(t, &based{}).run(wire.Task{Step: "start", Node: linear("finish")}, of(t, map[string]any{"alpha": 0.5, "more": 3}))
	if last.Type != "done" || left.value(t, "more") != 3 {
		t.Errorf("%+v", last)
	}
}

// Two values that only the flow can read, as a spin tells of them.
func TestChanges(t *testing.T) {
	t.Parallel()
	blob := func(n int) stored {
		_, left := newEngine(t, ending(func(s *shop) { s.Blob = map[string]int{"a": n}; s.Late.Set(make([]int, 100)) })).run(start())
		return left
	}
	last, _ := newEngine(t, &shop{}).run(wire.Task{Kind: "changes", Values: map[string][]string{"names": {"blob", "late", "other"}}}, blob(1), blob(2))
	var told map[string]change
	if err := json.Unmarshal(last.Answer, &told); err != nil {
		t.Fatal(err)
	}
	want := map[string]change{
		"blob": {Value: "map[a:1]", Before: "map[a:2]"}, "other": {},
		"late": {Value: "[" + strings.Repeat("0 ", 29) + "…", Before: "[" + strings.Repeat("0 ", 29) + "…", Same: true},
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}
