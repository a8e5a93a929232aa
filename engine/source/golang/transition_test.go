package golang_test

import (
	"strings"
	"testing"
)

// TestTransitions holds what is read of the ways out of a step.
func TestTransitions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"an error":            {`if t.P < 0 { return flow.Next{}, errors.New("x") }; return flow.To(t.A), nil`, "linear a"},
		"only with an error":  {`return flow.To(t.A), errors.New("x")`, "linear a"},
		"an error of another": {`if ctx.Err() != nil { return flow.Next{}, ctx.Err() }; return flow.To(t.A), nil`, "linear a"},
		"end with an error":   {`if err := ctx.Err(); err != nil { return flow.End(), err }; return flow.To(t.A), nil`, "linear a"},
		"a call's error":      {`return flow.To(t.A), ctx.Err()`, "linear a"},
		"none":                {`return flow.Next{}, nil`, "invalid (flow.Next{} names no step)"},
		"end":                 {`return flow.End(), nil`, "-"},
		"two":                 {`if t.P > 0 { return flow.To(t.B), nil }; return flow.To(t.A), nil`, "linear a; stray linear b"},
		"twice the same":      {`if t.P > 0 { return flow.To(t.A), nil }; return flow.To(t.A), nil`, "linear a"},
		"end or on":           {`if t.P > 0 { return flow.To(t.A), nil }; return flow.End(), nil`, "linear a; stray linear"},
		"variable":            {`next := flow.Split(t.A, t.B); return next, nil`, "split a b"},
		"variable in branch":  {`var next flow.Next; if t.P > 0 { next = flow.To(t.A) } else { next = flow.To(t.B) }; return next, nil`, "linear b; stray linear a"},
		"helper":              {`return t.next()`, "linear a"},
		"helper's variable":   {`next, err := t.next(); return next, err`, "linear a"},
		"function":            {`return choose(t), nil`, "linear b"},
		"field of no flow":    {`items := []int{1}; return flow.Foreach(t.Item, items), nil`, "invalid item (the items of a foreach must be a field of the flow, and items is none)"},
		"parameter":           {`return flow.Foreach(t.Item, t.L), nil`, "foreach l item"},
		"a field's value":     {`l := t.L; return flow.Foreach(t.Item, l), nil`, "foreach l item"},
		"a field set to it":   {`l := []int{1}; t.L = l; return flow.Foreach(t.Item, l), nil`, "foreach l item"},
		"a lazy field":        {`l, err := t.Z.Get(); return flow.Foreach(t.Item, l), err`, "foreach z item"},
		"a lazy field set":    {`l := []int{1}; t.Z.Set(l); return flow.Foreach(t.Item, l), nil`, "foreach z item"},
		"a field's condition": {`p := t.P; return flow.Switch(p, flow.Case(1, t.A), flow.Case(2, t.B)), nil`, "switch p 1=a 2=b"},
		"type argument":       {`return flow.Foreach[int](t.Item, t.L), nil`, "foreach l item"},
		"literal":             {`return flow.To(func(flow.Context) (flow.Next, error) { return flow.End(), nil }), nil`, "invalid (a step is a method of the flow, not a function)"},
		"computed":            {`steps := []flow.Plain{t.A}; return flow.To(steps[0]), nil`, "invalid (a step is named as a method of the flow, as in t.Name, and steps[0] is computed)"},
		"a list":              {`rest := []flow.Plain{t.B}; return flow.Split(t.A, t.B, rest...), nil`, "invalid (its steps are computed)"},
		"gang":                {`return flow.Gang(t.A, nodes), nil`, "parallel 3 a"},
		"computed gang":       {`return flow.Gang(t.A, t.P), nil`, "parallel a"},
		"empty gang":          {`return flow.Gang(t.A, 0), nil`, "invalid 0 a (a gang needs at least 1 node)"},
		"switch":              {`return flow.Switch(t.P, flow.Case(1, t.A), flow.Case(2, t.B)), nil`, "switch p 1=a 2=b"},
		"constants":           {`return flow.Switch(t.S, flow.Case(low, t.A), flow.Case(level("high"), t.B)), nil`, "switch s low=a high=b"},
		"truth":               {`return flow.Switch(t.Yes, flow.Case(true, t.A), flow.Case(false, t.B)), nil`, "switch yes True=a False=b"},
		"computed case":       {`return flow.Switch(t.P, flow.Case(t.P+1, t.A), flow.Case(2, t.B)), nil`, "invalid p a 2=b (a case must be a constant: a text, a number, true or false)"},
		"computed condition":  {`return flow.Switch(t.P+1, flow.Case(1, t.A), flow.Case(2, t.B)), nil`, "invalid 1=a 2=b (the condition of a switch must be a field of the flow, and t.P+1 is none)"},
		"no such step":        {`return flow.To(t.Gone), nil`, "linear gone"},
		"in a literal":        {`f := func() (flow.Next, error) { return flow.To(t.B), nil }; _ = f; return flow.To(t.A), nil`, "linear a"},
		"itself by a helper":  {`return t.around(1), nil`, "linear a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readText(t, `package main

import (
	"errors"

	"github.com/spindle-flow/spindle/flow"
)

const nodes = 3

type level string

const low level = "low"

var _ = errors.New

type T struct {
	flow.Flow
	P   int
	S   level
	Yes bool
	L   []int
	Z   flow.Lazy[[]int]
}

func (t *T) next() (flow.Next, error) { return flow.To(t.A), nil }

func choose(of *T) flow.Next { return flow.To(of.B) }

func (t *T) around(n int) flow.Next {
	if n > 0 {
		return t.around(n - 1)
	}
	return flow.To(t.A)
}

func (t *T) A(ctx flow.Context) (flow.Next, error)           { return flow.End(), nil }
func (t *T) B(ctx flow.Context) (flow.Next, error)           { return flow.End(), nil }
func (t *T) Item(ctx flow.Context, i int) (flow.Next, error) { return flow.End(), nil }

func (t *T) Start(ctx flow.Context) (flow.Next, error) {
`+test.body+"\n}\n\nfunc main() { flow.Main(&T{}) }\n")
			for _, f := range r.Faults {
				if name != "no such step" {
					t.Errorf("%d: %s", f.Range.Start.Line, f.Message)
				}
			}
			var got []string
			for _, s := range r.Flow.Steps {
				if s.Name == "start" {
					got = append(got, transition(s.Next))
					for _, stray := range s.Stray {
						got = append(got, "stray "+transition(stray))
					}
				}
			}
			if text := strings.Join(got, "; "); text != test.want {
				t.Errorf("got\n%s\nwant\n%s", text, test.want)
			}
		})
	}
}
