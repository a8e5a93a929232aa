package machine

import (
	"fmt"
	"slices"
)

// advance queues what follows a finished task and lets its inputs go.
func (m *Machine) advance(id TaskID, tr *Transition) {
	n := &m.nodes[m.tasks[id].step]
	if err := check(n, tr, m.nodes); err != nil {
		m.stop(Stop{Task: id, Err: err}, Failed)
		return
	}
	if err := m.follow(id, n, tr); err != nil {
		m.stop(Stop{Task: id, Err: err}, Failed)
		return
	}
	m.letGo(id)
}

// check compares a transition with the graph.
func check(n *node, tr *Transition, nodes []node) error {
	if tr == nil {
		tr = &Transition{}
	}
	wrong := &TransitionError{Step: n.Name, Expected: n.Next, Actual: tr.Next}
	if n.Kind == Switch {
		if len(tr.Next) != 1 || !slices.Contains(n.Next, tr.Next[0]) {
			wrong.Problem = fmt.Sprintf("a switch must choose exactly one of %s, but it chose %s", steps(n.Next, "no step"), steps(tr.Next, "none"))
			return wrong
		}
	} else if !slices.Equal(tr.Next, n.Next) {
		return wrong
	}
	switch {
	case (n.Kind == Foreach) != (tr.Foreach != "" && tr.Parallel == 0):
		wrong.Problem = fmt.Sprintf("its source is a %s transition, but when it ran it was not (foreach=%q)", n.Kind, tr.Foreach)
	case (n.Kind == Parallel) != (tr.Parallel != 0):
		wrong.Problem = fmt.Sprintf("its source is a %s transition, but when it ran it was not (num_parallel=%d)", n.Kind, tr.Parallel)
	case n.Kind == Foreach && tr.NumSplits < 1:
		wrong.Problem = fmt.Sprintf("foreach over %q has %d items; it needs at least one", tr.Foreach, tr.NumSplits)
	case n.Kind == Parallel && tr.Parallel < 1:
		wrong.Problem = fmt.Sprintf("num_parallel is %d; it must be at least 1", tr.Parallel)
	case len(n.next) > 1 && n.Kind != Switch && slices.ContainsFunc(n.next, func(i int32) bool { return nodes[i].Join }):
		wrong.Problem = "it leads to a join and to another step; a join must be the only one"
	default:
		return nil
	}
	return wrong
}

// follow queues the successors of a task whose transition is as it should be.
func (m *Machine) follow(id TaskID, n *node, tr *Transition) error {
	t := &m.tasks[id]
	switch n.Kind {
	case End:
		return nil
	case Foreach:
		if tr.NumSplits > m.policy.MaxSplits {
			return &SplitsError{Step: n.Name, N: tr.NumSplits, Max: m.policy.MaxSplits}
		}
		m.fan(id, &scope{kind: Foreach, outer: t.frame, step: n.next[0], name: tr.Foreach, n: tr.NumSplits, values: tr.Values, join: -1})
		return nil
	case Parallel:
		m.fan(id, &scope{kind: Parallel, outer: t.frame, step: n.next[0], name: tr.Foreach, n: tr.Parallel, values: tr.Values, join: -1})
		return nil
	case Split:
		sc := &scope{kind: Split, outer: t.frame, n: len(n.next), join: -1}
		t.uses = int32(sc.n)
		iter := t.iter // t moves when tasks are added
		for i, next := range n.next {
			m.enqueue(next, &frame{scope: sc, index: int32(i)}, enter(&m.nodes[next], iter), id, nil)
		}
		return nil
	}
	next := n.next[0]
	if n.Kind == Switch {
		next = n.next[slices.Index(n.Next, tr.Next[0])]
	}
	t.uses = 1
	if m.nodes[next].Join {
		return m.arrive(id, n, next)
	}
	m.enqueue(next, t.frame, m.iteration(t, n, next), id, nil)
	return nil
}

// iteration is the iteration stack of a successor: one more in a loop, one level less after it, one level more before another.
func (m *Machine) iteration(t *task, n *node, next int32) []int {
	iter := t.iter
	if n.recursive && len(iter) > 0 {
		if next == t.step {
			iter = slices.Clone(iter)
			iter[len(iter)-1]++
			return iter
		}
		iter = iter[:len(iter)-1]
	}
	return enter(&m.nodes[next], iter)
}

// enter adds a level for a step that can repeat itself.
func enter(n *node, iter []int) []int {
	if !n.recursive {
		return iter
	}
	return append(slices.Clip(iter), 0)
}

// fan queues the children of a foreach or parallel step.
func (m *Machine) fan(from TaskID, sc *scope) {
	t := &m.tasks[from]
	t.uses = int32(sc.n)
	iter := enter(&m.nodes[sc.step], t.iter)
	if t.cloned && m.cloneChildren(from, sc, iter) {
		return
	}
	m.counters[sc.step].Total += sc.n
	n := sc.n
	if sc.kind == Parallel {
		n = 1
	}
	m.queue.push(batch{task: NoTask, scope: sc, from: from, iter: iter}, n)
}

// arrive puts a task into its place of the innermost scope, and queues the join when that was the last.
func (m *Machine) arrive(id TaskID, n *node, join int32) error {
	t := &m.tasks[id]
	f := t.frame
	if f == nil {
		return &TransitionError{Step: n.Name, Problem: fmt.Sprintf("it leads to the join %q, but nothing was split before", m.nodes[join].Name)}
	}
	sc := f.scope
	switch {
	case sc.join < 0:
		sc.join = join
		sc.places = make([]TaskID, sc.n)
	case sc.join != join:
		return &TransitionError{Step: n.Name, Problem: fmt.Sprintf("it leads to the join %q, but another branch of the same split leads to %q",
			m.nodes[join].Name, m.nodes[sc.join].Name)}
	}
	if sc.places[f.index] != 0 {
		return &TransitionError{Step: n.Name, Problem: fmt.Sprintf("its branch has reached the join %q twice", m.nodes[join].Name)}
	}
	sc.places[f.index] = id
	sc.taken++
	if sc.taken == sc.n {
		m.enqueue(join, sc.outer, m.iteration(t, n, join), NoTask, sc.places)
	}
	return nil
}

// letGo gives up a task's hold on its inputs, and releases the task itself when nothing follows it.
func (m *Machine) letGo(id TaskID) {
	t := &m.tasks[id]
	for _, in := range t.inputs {
		m.unuse(in)
	}
	if t.input != NoTask {
		m.unuse(t.input)
	}
	t.inputs, t.frame, t.iter = nil, nil, nil
	if t.uses == 0 {
		m.emit(Release{Task: id})
	}
}

func (m *Machine) unuse(id TaskID) {
	t := &m.tasks[id]
	t.uses--
	if t.uses == 0 {
		m.emit(Release{Task: id})
	}
}
