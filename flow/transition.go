package flow

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/wire"
	"github.com/spindle-flow/spindle/flow/names"
)

// gangVariable is what Metaflow's stores call the items of a gang.
const gangVariable = "_parallel_ubf_iter"

var errNoNext = errors.New("the step has returned no flow.Next: return flow.To(…), or flow.End() from the last step")

// follow checks what a step has returned against its source, and returns where the run goes; nil at the end.
func (t *task) follow(n Next) (*wire.Transition, error) {
	if n.problem != nil {
		return nil, n.problem
	}
	node := t.message.Node
	if n.kind == nextEnd || n.kind == nextNone {
		switch {
		case len(node.Next) > 0 && n.kind == nextEnd:
			return nil, fmt.Errorf("the step %s has ended the run, but its source says that it goes to %s", t.step.name, strings.Join(node.Next, ", "))
		case n.kind == nextNone && (len(node.Next) > 0 || node.Type != "end"):
			return nil, errNoNext
		}
		return nil, nil
	}
	to := &wire.Transition{Condition: node.Condition}
	for _, method := range n.steps {
		name := names.Snake(methodName(method))
		if t.program.step(name) == nil {
			return nil, fmt.Errorf("the step %s goes on to what is no step of %s: give it a step as a method value, as in flow.To(t.%s)", t.step.name, t.program.name, t.program.anyStep())
		}
		to.Next = append(to.Next, name)
	}
	if err := t.split(n, to); err != nil {
		return nil, err
	}
	return to, t.fits(to)
}

// split fills in what a foreach and a gang say beyond their step.
func (t *task) split(n Next, to *wire.Transition) error {
	to.Values = []string{}
	switch n.kind {
	case nextGang:
		to.Foreach, to.Parallel = gangVariable, n.nodes
	case nextForeach:
		name, err := t.variable(n.items)
		if err != nil {
			return err
		}
		items := reflect.ValueOf(n.items)
		if items.Len() == 0 {
			return fmt.Errorf("the foreach over %s in step %s has no items: it must have at least one", name, t.step.name)
		}
		to.Foreach, to.NumSplits = name, items.Len()
		if included() {
			to.Values = texts(items)
		}
	}
	return nil
}

// variable is the artifact of which the items of a foreach are the value.
func (t *task) variable(items any) (string, error) {
	v := reflect.ValueOf(items)
	if f := t.program.field(t.message.Node.Foreach); f != nil && t.holds(f, v) {
		return f.Name, nil
	}
	for _, f := range t.program.fields {
		if t.holds(f, v) {
			return f.Name, nil
		}
	}
	return "", fmt.Errorf("the items of the foreach in step %s are no field of %s: set a field to them first, so that the tasks find them there", t.step.name, t.program.name)
}

// holds tells whether a field's value is this very slice.
func (t *task) holds(f *field, items reflect.Value) bool {
	v := f.of(t.flow)
	if f.lazy {
		v, _, _ = f.lazyOf(t.flow).held()
	}
	return v.Type().AssignableTo(items.Type()) && v.Len() == items.Len() && v.Pointer() == items.Pointer()
}

// fits compares where the step goes with where its source says it goes.
func (t *task) fits(to *wire.Transition) error {
	node := t.message.Node
	if node.Type == "" {
		return nil
	}
	went, says := slices.Sorted(slices.Values(to.Next)), slices.Sorted(slices.Values(node.Next))
	ok := slices.Equal(went, says)
	if node.Type == "switch" {
		ok = len(went) == 1 && slices.Contains(says, went[0])
	}
	if ok && (node.Foreach == "" || to.Foreach == node.Foreach || to.Foreach == gangVariable) {
		return nil
	}
	where := strings.Join(to.Next, ", ")
	if to.Foreach != "" {
		where += " for each of " + to.Foreach
	}
	source := strings.Join(node.Next, ", ")
	if node.Foreach != "" {
		source += " for each of " + node.Foreach
	}
	if source == "" {
		source = "nowhere"
	}
	return fmt.Errorf("the step %s went to %s, but its source says %s: the graph must be the one written in the source", t.step.name, where, source)
}

// included says whether the texts of items are kept.
func included() bool {
	value, given := os.LookupEnv("METAFLOW_INCLUDE_FOREACH_STACK")
	return !given || !slices.Contains([]string{"", "0", "false"}, strings.ToLower(value))
}

// texts are the items as the short texts that name their tasks.
func texts(items reflect.Value) []string {
	limit := 30
	if n, err := strconv.Atoi(os.Getenv("METAFLOW_MAXIMUM_FOREACH_VALUE_CHARS")); err == nil && n >= 0 {
		limit = n
	}
	out := make([]string, items.Len())
	for i := range out {
		letters := []rune(itemText(items.Index(i)))
		out[i] = string(letters[:min(len(letters), limit)])
	}
	return out
}
