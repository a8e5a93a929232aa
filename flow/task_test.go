package flow

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// shop is a flow whose step does what the test says.
type shop struct {
	Flow
	Alpha  float64 `param:"alpha" default:"0.5"`
	Count  int
	Items  []string
	Sums   map[string]float64
	Late   Lazy[[]int]
	Secret int `artifact:"-"`
	Why    *Failure
	Blob   map[string]int `artifact:"blob,gob"`

	do   func(*shop, Context) (Next, error)
	join func(*shop, Context, []*shop) (Next, error)
}

func (s *shop) Start(ctx Context) (Next, error) { return s.do(s, ctx) }
func (s *shop) Body(ctx Context, item string) (Next, error) {
	s.Count += len(item)
	return s.do(s, ctx)
}
func (s *shop) Bring(ctx Context, inputs []*shop) (Next, error) { return s.join(s, ctx, inputs) }
func (s *shop) End(Context) (Next, error)                       { return End(), nil }
func (s *shop) helper(Context) (Next, error)                    { return End(), nil }
func (s *shop) NoStep(Context) error                            { _, err := s.helper(Context{}); return err }
func doing(do func(s *shop, ctx Context) (Next, error)) *shop   { return &shop{do: do} }
func ending(do func(s *shop)) *shop {
	return doing(func(s *shop, _ Context) (Next, error) { do(s); return To(s.End), nil })
}

func linear(next ...string) wire.Node { return wire.Node{Type: "linear", Next: next} }

func start() wire.Task { return wire.Task{Step: "start", Node: linear("end")} }

// A step stores what it has set or changed, and passes the rest on by its key.
func TestKept(t *testing.T) {
	t.Parallel()
	python := stored{"sums": artifactOf(unhex(t, "80049519000000000000007d94288c016194473ff00000000000008c0162944b02752e"), "pickle-v4", "<class 'dict'>")}
	cases := map[string]struct {
		do      func(s *shop)
		assigns []string
		given   stored
		written []string
	}{
		"nothing set":              {do: func(*shop) {}, given: of(t, map[string]any{"count": 3, "unknown": 1}), written: nil},
		"set":                      {do: func(s *shop) { s.Count = 4 }, written: []string{"count"}},
		"changed":                  {do: func(s *shop) { s.Count++ }, given: of(t, map[string]any{"count": 3}), written: []string{"count"}},
		"zero and not assigned":    {do: func(s *shop) { s.Count = 0 }, written: nil},
		"zero and assigned":        {do: func(s *shop) { s.Count = 0 }, assigns: []string{"count"}, written: []string{"count"}},
		"back to zero":             {do: func(s *shop) { s.Count = 0 }, given: of(t, map[string]any{"count": 3}), written: []string{"count"}},
		"set to what it was":       {do: func(s *shop) { s.Count = 3 }, given: of(t, map[string]any{"count": 3}), written: nil},
		"changed within":           {do: func(s *shop) { s.Items[0] = "z" }, given: of(t, map[string]any{"items": []string{"a"}}), written: []string{"items"}},
		"Python's, unchanged":      {do: func(*shop) {}, given: python, written: nil},
		"Python's, changed within": {do: func(s *shop) { s.Sums["a"] = 5 }, given: python, written: []string{"sums"}},
		"lazy, not read":           {do: func(*shop) {}, given: of(t, map[string]any{"late": []int{1}}), written: nil},
		"lazy, set":                {do: func(s *shop) { s.Late.Set(nil) }, written: []string{"late"}},
		"kept out":                 {do: func(s *shop) { s.Secret = 1 }, written: nil},
		"gob":                      {do: func(s *shop) { s.Blob = map[string]int{"a": 1} }, written: []string{"blob"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, ending(c.do))
			task := start()
			task.Node.Assigns = c.assigns
			var inputs []stored
			if c.given != nil {
				inputs = append(inputs, c.given)
			}
			last, left := e.run(task, inputs...)
			if last.Type != "done" || !last.Success {
				t.Fatalf("%+v", last)
			}
			if diff := cmp.Diff(c.written, last.written()); diff != "" {
				t.Error(diff)
			}
			for name := range c.given {
				if _, ok := left[name]; !ok {
					t.Errorf("%s is gone", name)
				}
			}
		})
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What a step has read of an artifact that only Go understands, and of a lazy one.
func TestReading(t *testing.T) {
	t.Parallel()
	e := newEngine(t, ending(func(s *shop) { s.Blob = map[string]int{"a": 1}; s.Late.Set([]int{4, 5}) }))
	_, left := e.run(start())
	if got := left["blob"].ref; got.Encoding != "go-gob" || got.Type != "map[string]int" {
		t.Errorf("blob is %+v", got)
	}
	e = newEngine(t, doing(func(s *shop, _ Context) (Next, error) {
		late, err := s.Late.Get()
		again, err2 := s.Late.Get()
		s.Count = s.Blob["a"] + len(late) + len(again)
		return To(s.End), errors.Join(err, err2)
	}))
	last, after := e.run(start(), left)
	if last.Type != "done" || after.value(t, "count") != 5 {
		t.Errorf("%+v", last)
	}
	if want := []string{"0/blob", "0/late"}; !slices.Equal(e.gets, want) {
		t.Errorf("asked for %q, want %q", e.gets, want)
	}
	if diff := cmp.Diff([]string{"count"}, last.written()); diff != "" {
		t.Error(diff)
	}
	var nothing Lazy[int]
	if _, err := nothing.Get(); err == nil {
		t.Error("a Lazy without a value was read")
	}
}

// The ways in which a step fails, and what the engine is told of each.
func TestFailures(t *testing.T) {
	t.Parallel()
	type do = func(*shop, Context) (Next, error)
	task := func(change func(*wire.Task)) wire.Task {
		m := start()
		change(&m)
		return m
	}
	cases := map[string]struct {
		do        do
		options   []Option
		task      wire.Task
		given     map[string]any
		kind      string
		message   string
		fatal     bool
		unwritten bool
	}{
		"error":         {do: func(s *shop, _ Context) (Next, error) { return To(s.End), errors.New("no bread") }, kind: "error", message: "no bread"},
		"wrapped":       {do: func(*shop, Context) (Next, error) { return Next{}, fmt.Errorf("bake: %w", &Failure{Message: "cold"}) }, kind: "*flow.Failure", message: "bake: cold"},
		"fatal":         {do: func(*shop, Context) (Next, error) { return Next{}, Fatal(errors.New("no flour")) }, kind: "error", message: "no flour", fatal: true},
		"panic":         {do: func(s *shop, _ Context) (Next, error) { return To(s.End), errors.New(s.Items[3]) }, kind: "panic", message: "index out of range"},
		"no next":       {do: func(*shop, Context) (Next, error) { return Next{}, nil }, kind: "error", message: "returned no flow.Next"},
		"other next":    {do: func(s *shop, _ Context) (Next, error) { return Join(s.Bring), nil }, kind: "error", message: "went to bring, but its source says end"},
		"ended":         {do: func(*shop, Context) (Next, error) { return End(), nil }, kind: "error", message: "its source says that it goes to end"},
		"no step":       {do: func(s *shop, _ Context) (Next, error) { return To(s.helper), nil }, kind: "error", message: "what is no step of shop"},
		"no field":      {do: func(s *shop, _ Context) (Next, error) { return Foreach(s.Body, []string{"a"}), nil }, kind: "error", message: "are no field of shop"},
		"no items":      {do: func(s *shop, _ Context) (Next, error) { s.Items = []string{}; return Foreach(s.Body, s.Items), nil }, kind: "error", message: "has no items"},
		"no case":       {do: func(s *shop, _ Context) (Next, error) { return Switch(s.Count, Case(1, s.End)), nil }, kind: "error", message: "no case for 0; it has 1"},
		"no nodes":      {do: func(s *shop, _ Context) (Next, error) { return Gang(s.End, 0), nil }, kind: "error", message: "at least one"},
		"parameter":     {do: func(s *shop, _ Context) (Next, error) { s.Alpha = 2; return To(s.End), nil }, given: map[string]any{"alpha": 0.5}, kind: "error", message: "has changed Alpha, which is a parameter", unwritten: true},
		"unstorable":    {do: func(s *shop, _ Context) (Next, error) { s.Items = []string{"\xff"}; return To(s.End), nil }, kind: "error", message: "the field shop.Items can't be stored: [0]: a string that is no valid UTF-8", unwritten: true},
		"unreadable":    {do: func(s *shop, _ Context) (Next, error) { return To(s.End), nil }, given: map[string]any{"count": "three"}, kind: "error", message: `the artifact "count" of 1/before/0 can't be read into the field Count: it is a str, and int is wanted`},
		"timeout":       {do: func(s *shop, ctx Context) (Next, error) { <-ctx.Done(); return To(s.End), ctx.Err() }, options: []Option{Step((*shop).Start, Timeout(time.Millisecond))}, kind: "flow.Timeout", message: "step start timed out after 1ms"},
		"unknown step":  {do: nil, task: task(func(m *wire.Task) { m.Step = "bake" }), kind: "error", message: "shop has no step bake", unwritten: true},
		"a join":        {do: nil, task: task(func(m *wire.Task) { m.Join = true }), kind: "error", message: "takes no inputs", unwritten: true},
		"unknown kind":  {do: nil, task: task(func(m *wire.Task) { m.Kind = "values" }), kind: "error", message: "knows no tasks of kind", unwritten: true},
		"catch a split": {do: nil, options: []Option{Step((*shop).Start, Catch{})}, task: task(func(m *wire.Task) { m.Node.Type = "foreach" }), kind: "error", message: "flow.Catch can't be used on step start: it is a foreach"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, doing(c.do), c.options...)
			if c.task.Step == "" {
				c.task = start()
			}
			var inputs []stored
			if c.given != nil {
				inputs = append(inputs, of(t, c.given))
			}
			last, left := e.run(c.task, inputs...)
			if last.Type != "failed" || last.Persisted == c.unwritten || last.Retry == c.fatal {
				t.Fatalf("%+v", last)
			}
			if last.Exception.Type != c.kind || !strings.Contains(last.Exception.Message, c.message) {
				t.Errorf("exception is %+v, want a %s with %q", last.Exception, c.kind, c.message)
			}
			if !c.unwritten && (left.value(t, "_task_ok") != false || left.value(t, "_success") != false || len(left["_exception"].bytes) < 50) {
				t.Errorf("a failed task has left %v, %v", left.value(t, "_task_ok"), left.value(t, "_success"))
			}
			if name == "panic" && (!strings.HasSuffix(last.Exception.File, "task_test.go") || !strings.Contains(last.Exception.Traceback, "TestFailures")) {
				t.Errorf("the panic is at %s:%d\n%s", last.Exception.File, last.Exception.Line, last.Exception.Traceback)
			}
		})
	}
}

// A step that does not return when its time is over has failed all the same, and what it may still write to is not read.
func TestStuck(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	returned := make(chan struct{})
	e := newEngine(t, doing(func(s *shop, _ Context) (Next, error) {
		defer close(returned)
		s.Count = 7
		<-release
		return To(s.End), nil
	}), EveryStep(Timeout(time.Millisecond)))
	last, left := e.run(start(), of(t, map[string]any{"count": 1}))
	if last.Type != "failed" || last.Exception.Type != "flow.Timeout" || left.value(t, "count") != 1 {
		t.Errorf("%+v, count %v", last, left["count"])
	}
	close(release)
	<-returned
}

// Catch lets the run go on after the last attempt, and says why in its field, which is nil otherwise.
func TestCatch(t *testing.T) {
	t.Parallel()
	options := []Option{Step((*shop).Start, Catch{Field: "Why"}, Retry{Times: 1})}
	failing := doing(func(s *shop, _ Context) (Next, error) { s.Count = 5; return Next{}, errors.New("burnt") })
	task := start()
	task.UserRetries, task.ErrorRetries = 1, 3
	last, _ := newEngine(t, failing, options...).run(task)
	if last.Type != "failed" {
		t.Errorf("the first attempt: %+v", last)
	}
	task.Attempt = 1
	last, left := newEngine(t, failing, options...).run(task)
	if last.Type != "done" || last.Success || !last.Caught || !slices.Equal(last.Transition.Next, []string{"end"}) || left.value(t, "count") != 5 || left.value(t, "_task_ok") != true {
		t.Errorf("the last attempt: %+v", last)
	}
	var why *Failure
	e := newEngine(t, ending(func(s *shop) { why = s.Why }))
	if e.run(start(), left); why == nil || why.Message != "burnt" || why.Type != "error" {
		t.Errorf("caught: %+v", why)
	}
	task.Attempt = 2
	last, left = newEngine(t, doing(nil), options...).run(task)
	if last.Type != "done" || !last.Caught || !strings.Contains(string(left["why"].bytes), "failed in all of 2 attempts") {
		t.Errorf("a fallback: %+v", last)
	}
	task.Attempt = 0
	last, left = newEngine(t, ending(func(*shop) {}), options...).run(task)
	if last.Type != "done" || !last.Success || left.value(t, "why") != nil {
		t.Errorf("a success: %+v", last)
	}
}

// A foreach: the transition, the body with its item, and the step after it.
func TestForeach(t *testing.T) {
	t.Parallel()
	e := newEngine(t, doing(func(s *shop, _ Context) (Next, error) {
		s.Items = []string{"a", "bcd"}
		return Foreach(s.Body, s.Items), nil
	}))
	split := start()
	split.Node = wire.Node{Type: "foreach", Next: []string{"body"}, Foreach: "items"}
	last, left := e.run(split)
	want := &wire.Transition{Next: []string{"body"}, Foreach: "items", NumSplits: 2, Values: []string{"a", "bcd"}}
	if diff := cmp.Diff(want, last.Transition); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff([]any{[]any{"body"}, "items"}, left.value(t, "_transition")); diff != "" {
		t.Error(diff)
	}
	two := 2
	frames := []wire.Frame{{Step: "body", Var: "items", NumSplits: &two, Index: 1, Value: "bcd"}}
	e = newEngine(t, doing(func(s *shop, ctx Context) (Next, error) {
		item, err := Item[string](ctx)
		s.Items = []string{item, ctx.Foreach[0].Value, fmt.Sprint(ctx.Index(), ctx.Foreach[0].Splits)}
		return Join(s.Bring), err
	}))
	last, left = e.run(wire.Task{Step: "body", Node: linear("bring"), ForeachStack: frames}, left)
	if last.Type != "done" || left.value(t, "count") != 3 {
		t.Fatalf("%+v", last)
	}
	if diff := cmp.Diff([]any{"bcd", "bcd", "1 2"}, left.value(t, "items")); diff != "" {
		t.Error(diff)
	}
	if _, err := Item[string](Context{}); err == nil {
		t.Error("an item outside of a foreach")
	}
}

// A gang: the transition, and what the first of its tasks says of the others.
func TestGang(t *testing.T) {
	e := newEngine(t, doing(func(s *shop, ctx Context) (Next, error) {
		if ctx.Parallel != nil {
			s.Count = 10*ctx.Parallel.Nodes + ctx.Parallel.Index
			return Join(s.Bring), nil
		}
		return Gang(s.Start, 3), nil
	}))
	split := start()
	split.Node = wire.Node{Type: "parallel", Next: []string{"start"}, Parallel: true}
	last, left := e.run(split)
	if tr := last.Transition; tr == nil || tr.Parallel != 3 || tr.Foreach != gangVariable || left.value(t, "_unbounded_foreach") != true {
		t.Fatalf("%+v", last)
	}
	task := start()
	task.Node, task.Parallel = linear("bring"), &wire.Parallel{NumNodes: 3, ControlTaskID: "7"}
	for _, name := range []string{"MAIN_IP", "NUM_NODES", "NODE_INDEX", "CONTROL_TASK_ID"} {
		t.Setenv("MF_PARALLEL_"+name, "")
	}
	last, left = e.run(task, left)
	if last.Type != "done" || left.value(t, "count") != 30 {
		t.Fatalf("%+v", last)
	}
	if diff := cmp.Diff([]any{"1/start/7", "1/start/7_node_1", "1/start/7_node_2"}, left.value(t, "_control_mapper_tasks")); diff != "" {
		t.Error(diff)
	}
}
