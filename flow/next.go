package flow

import "fmt"

// Next says where the run goes after a step. The functions that make one take steps as method values of the flow: flow.To(t.Fit).
type Next struct {
	kind  nextKind
	steps []any // method values
	// items are a foreach's, as a slice; condition is a switch's value.
	items, condition any
	nodes            int
	// problem is what is wrong with the call.
	problem error
}

type nextKind int

const (
	nextNone nextKind = iota
	nextEnd
	nextSteps
	nextForeach
	nextGang
	nextSwitch
)

// Plain is a step that is neither the body of a foreach nor a join.
type Plain = func(Context) (Next, error)

// End ends the run; the last step returns it.
func End() Next { return Next{kind: nextEnd} }

// To goes on with one step.
func To(step Plain) Next { return Next{kind: nextSteps, steps: []any{step}} }

// Split goes on with several steps side by side. A join brings them together again.
func Split(first, second Plain, more ...Plain) Next {
	n := Next{kind: nextSteps, steps: []any{first, second}}
	for _, step := range more {
		n.steps = append(n.steps, step)
	}
	return n
}

// Foreach goes on with the body once for each item, side by side. The items must be a field of the flow, because each task of the body finds
// its item there. Without any item the step fails.
func Foreach[T any](body func(Context, T) (Next, error), items []T) Next {
	return Next{kind: nextForeach, steps: []any{body}, items: items}
}

// Join goes on with a join, the step where the branches of a split or of a foreach come together.
func Join[F any](join func(Context, []*F) (Next, error)) Next {
	return Next{kind: nextSteps, steps: []any{join}}
}

// Gang goes on with as many tasks of one step, all running at the same time; each sees its place in [Current].Parallel. A join comes after it.
func Gang(step Plain, nodes int) Next {
	n := Next{kind: nextGang, steps: []any{step}, nodes: nodes}
	if nodes < 1 {
		n.problem = fmt.Errorf("a gang of %d nodes: it takes at least one", nodes)
	}
	return n
}

// Switch goes on with the step of the case that has the condition's value. The condition must be a field of the flow. A case may name the
// step that returns the switch, which repeats it. A value that no case has fails the step.
func Switch[K comparable](condition K, cases ...Choice[K]) Next {
	n := Next{kind: nextSwitch, condition: condition}
	known := make([]K, 0, len(cases))
	for _, c := range cases {
		if c.value == condition {
			n.steps = []any{c.step}
			return n
		}
		known = append(known, c.value)
	}
	n.problem = fmt.Errorf("the switch has no case for %s; it has %s", quoted(condition), listed(known))
	return n
}

// Choice is one case of a [Switch].
type Choice[K comparable] struct {
	value K
	step  Plain
}

// Case says which step a value leads to.
func Case[K comparable](value K, step Plain) Choice[K] { return Choice[K]{value, step} }

func quoted(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

func listed[K any](values []K) string {
	if len(values) == 0 {
		return "none"
	}
	text := ""
	for i, v := range values {
		if i > 0 {
			text += ", "
		}
		text += quoted(v)
	}
	return text
}
