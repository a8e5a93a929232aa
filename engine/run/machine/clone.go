package machine

// past finds a task in the origin. A task can be taken over only if all its inputs were: what it did depends on them. A transition the
// graph no longer allows (the source has been changed since) means that the step is another one now.
func (m *Machine) past(id TaskID) (Past, bool) {
	t := &m.tasks[id]
	if m.policy.Origin == nil || m.phase != active || !m.inputsCloned(t) {
		return Past{}, false
	}
	return m.find(t.step, t.frame.indices(), t.iter)
}

func (m *Machine) find(step int32, indices, iter []int) (Past, bool) {
	n := &m.nodes[step]
	past, ok := m.policy.Origin(Key(n.Name, indices, iter))
	if !ok || check(n, past.Transition, m.nodes) != nil {
		return Past{}, false
	}
	return past, true
}

func (m *Machine) inputsCloned(t *task) bool {
	for _, in := range t.inputs {
		if !m.tasks[in].cloned {
			return false
		}
	}
	return t.input == NoTask || m.tasks[t.input].cloned
}

// take makes a finished task of the origin one of this run. Its successors are looked at later (Apply), so that a long loop in the
// origin does not become a deep recursion here.
func (m *Machine) take(id TaskID, past Past, node *Node) {
	t := &m.tasks[id]
	t.cloned = true
	t.status = finished
	m.counters[t.step].Done++
	if t.step == m.end {
		m.endDone = true
	}
	m.emit(CloneTask{Task: id, Step: m.nodes[t.step].Name, Origin: past.Ref, Node: node})
	m.clones = append(m.clones, clone{task: id, t: past.Transition})
}

// cloneChildren takes over the children of a cloned split; those not found are queued. The tasks of a parallel step are taken all or
// none. It returns false when the children are to be queued as usual.
func (m *Machine) cloneChildren(from TaskID, sc *scope, iter []int) bool {
	if sc.kind == Parallel {
		return m.cloneGang(from, sc, iter)
	}
	for i := range sc.n {
		m.enqueue(sc.step, &frame{scope: sc, index: int32(i)}, iter, from, nil)
	}
	return true
}

func (m *Machine) cloneGang(from TaskID, sc *scope, iter []int) bool {
	pasts := make([]Past, sc.n)
	for i := range sc.n {
		past, ok := m.find(sc.step, (&frame{scope: sc, index: int32(i)}).indices(), iter)
		if !ok {
			return false
		}
		pasts[i] = past
	}
	m.counters[sc.step].Total += sc.n
	g := m.newGang(sc, from, iter)
	for i, id := range g.tasks {
		m.take(id, pasts[i], g.node(i))
	}
	return true
}
