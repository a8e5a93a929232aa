package machine

// add makes a task.
func (m *Machine) add(step int32, f *frame, iter []int, input TaskID, inputs []TaskID) TaskID {
	id := TaskID(len(m.tasks))
	m.tasks = append(m.tasks, task{step: step, frame: f, iter: iter, input: input, inputs: inputs})
	return id
}

// enqueue makes a task and either takes it over from the origin or puts it into the queue.
func (m *Machine) enqueue(step int32, f *frame, iter []int, input TaskID, inputs []TaskID) {
	id := m.add(step, f, iter, input, inputs)
	m.counters[step].Total++
	if past, ok := m.past(id); ok {
		m.take(id, past, nil)
		return
	}
	m.queue.push(batch{task: id}, 1)
}

// launch starts what is ready, as far as there are slots.
func (m *Machine) launch() {
	for m.phase == active && !m.policy.CloneOnly && m.procs < m.policy.MaxWorkers && m.queue.size > 0 {
		m.procs++
		m.queue.size--
		if n := len(m.queue.retries); n > 0 {
			id := m.queue.retries[0]
			m.queue.retries = m.queue.retries[1:]
			m.restart(id)
			continue
		}
		m.launchFront()
	}
}

func (m *Machine) launchFront() {
	b := m.queue.front()
	if b.task != NoTask {
		id := b.task
		m.queue.drop()
		m.startTask(id, nil)
		return
	}
	if b.scope.kind == Parallel {
		g := m.newGang(b.scope, b.from, b.iter)
		m.queue.drop()
		m.startGang(g)
		return
	}
	id := m.add(b.scope.step, &frame{scope: b.scope, index: int32(b.next)}, b.iter, b.from, nil)
	b.next++
	if b.next == b.scope.n {
		m.queue.drop()
	}
	m.startTask(id, nil)
}

func (m *Machine) restart(id TaskID) {
	if g := m.tasks[id].gang; g != nil {
		m.startGang(g)
		return
	}
	m.startTask(id, nil)
}

// startTask emits the command; the slot has been taken by the caller.
func (m *Machine) startTask(id TaskID, node *Node) {
	t := &m.tasks[id]
	n := &m.nodes[t.step]
	t.status = running
	m.open++
	m.counters[t.step].Running++
	inputs := t.inputs
	if inputs == nil {
		inputs = []TaskID{t.input}
	}
	m.emit(StartTask{
		Task: id, Step: n.Name, Attempt: int(t.attempt), Fallback: int(t.attempt) > n.UserRetries, Join: n.Join,
		Inputs: inputs, Stack: Stack{top: t.frame, nodes: m.nodes}, Iteration: t.iter, Node: node,
	})
}
