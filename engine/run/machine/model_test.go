package machine_test

import (
	"fmt"
	"hash/fnv"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

// world is what the steps of a simulated run do. Everything follows from the seed and a task's key, so that the model, the run and
// a resumed run see the same.
type world struct {
	seed   uint64
	deadly bool // some tasks fail for good
	steps  map[string]machine.Step
}

func (w *world) roll(what, key string, n int) int {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s/%s", w.seed, what, key)
	return int(h.Sum64() % uint64(n))
}

// failures is how many attempts of a task fail, and whether that is more than it has.
func (w *world) failures(step, key string) (n int, deadly bool) {
	s := w.steps[step]
	if w.deadly && w.roll("deadly", key, 12) == 0 {
		return 1000, true
	}
	limit := min(s.UserRetries+s.ErrorRetries, attempts-1)
	if limit == 0 || w.roll("fails", key, 4) > 0 {
		return 0, false
	}
	return w.roll("count", key, limit+1), false
}

func (w *world) width(key string) int          { return 1 + w.roll("width", key, 4) }
func (w *world) choice(key string, of int) int { return w.roll("choice", key, of) }

// rounds is how often a loop repeats itself; the key is that of its first iteration.
func (w *world) rounds(step string, indices []int) int {
	return w.roll("rounds", machine.Key(step, indices, nil), 4)
}

// expectation is what the model says of one task.
type expectation struct {
	step    string
	inputs  []string
	stack   []machine.Frame
	iter    []int
	control string // of a parallel step: key of node 0
	nodes   int
}

// model executes the block tree in the simplest way: depth first, one task after the other.
type model struct {
	w     *world
	tasks map[string]*expectation
	order []string
}

const parameters = "_parameters[][]"

func indices(stack []machine.Frame) []int {
	var list []int
	for _, f := range stack {
		list = append(list, f.Index)
	}
	return list
}

func (m *model) task(step string, inputs []string, stack []machine.Frame, iter ...int) string {
	key := machine.Key(step, indices(stack), iter)
	m.tasks[key] = &expectation{step: step, inputs: inputs, stack: stack, iter: iter}
	m.order = append(m.order, key)
	return key
}

func push(stack []machine.Frame, f machine.Frame) []machine.Frame {
	return append(append([]machine.Frame{}, stack...), f)
}

// run executes blocks on one input and returns the last task.
func (m *model) run(blocks []*block, input string, stack []machine.Frame) string {
	for _, b := range blocks {
		input = m.block(b, input, stack)
	}
	return input
}

func (m *model) block(b *block, input string, stack []machine.Frame) string {
	if b.kind == loop {
		rounds := m.w.rounds(b.name, indices(stack))
		for i := range rounds + 1 {
			input = m.task(b.name, []string{input}, stack, i)
		}
		return input
	}
	head := m.task(b.name, []string{input}, stack)
	var ends []string
	switch b.kind {
	case plain:
		return head
	case switched:
		return m.run(b.inner[m.w.choice(head, len(b.inner))], head, stack)
	case split:
		for _, branch := range b.inner {
			ends = append(ends, m.run(branch, head, stack))
		}
	case foreach:
		n := m.w.width(head)
		for i := range n {
			f := machine.Frame{Step: b.inner[0][0].name, Var: "items", NumSplits: n, Index: i, Value: fmt.Sprint("v", i)}
			ends = append(ends, m.run(b.inner[0], head, push(stack, f)))
		}
	case parallel:
		n := m.w.width(head)
		for i := range n {
			f := machine.Frame{Step: b.inner[0][0].name, Var: "_parallel_ubf_iter", Index: i, Parallel: true}
			ends = append(ends, m.run(b.inner[0], head, push(stack, f)))
			m.tasks[ends[i]].control, m.tasks[ends[i]].nodes = ends[0], n
		}
	}
	return m.task(b.join, ends, stack)
}
