package machine

// gang are the tasks of one parallel step. They run at the same time, since they talk to one another, in one slot; they fail, are
// tried again and finish together.
type gang struct {
	tasks       []TaskID // by node; the first is the control task
	transitions []*Transition
	running     int // processes
	open        int // tasks that have not reported
	failed      TaskID
	retryable   bool
}

func (m *Machine) newGang(sc *scope, from TaskID, iter []int) *gang {
	g := &gang{tasks: make([]TaskID, sc.n), transitions: make([]*Transition, sc.n)}
	for i := range sc.n {
		id := m.add(sc.step, &frame{scope: sc, index: int32(i)}, iter, from, nil)
		m.tasks[id].gang = g
		g.tasks[i] = id
	}
	return g
}

func (m *Machine) startGang(g *gang) {
	g.failed, g.retryable = NoTask, true
	g.running, g.open = len(g.tasks), len(g.tasks)
	for i, id := range g.tasks {
		m.startTask(id, g.node(i))
	}
}

func (g *gang) node(i int) *Node { return &Node{Control: g.tasks[0], Index: i, Count: len(g.tasks)} }

func (g *gang) index(id TaskID) int { return int(id - g.tasks[0]) }

// gangReport notes that one task of a gang has finished well.
func (m *Machine) gangReport(g *gang, id TaskID, tr *Transition) {
	g.transitions[g.index(id)] = tr
	g.open--
	m.gangSettle(g)
}

// gangFailed notes that one has failed. The others would wait for it for ever, so they are stopped; that they fail then says nothing.
func (m *Machine) gangFailed(g *gang, id TaskID, retryable bool) {
	g.open--
	if g.failed == NoTask {
		g.failed, g.retryable = id, retryable
		for _, other := range g.tasks {
			if m.tasks[other].status == running && m.phase == active {
				m.emit(StopTask{Task: other})
			}
		}
	}
	m.gangSettle(g)
}

// gangSettle goes on when every task of a gang has reported.
func (m *Machine) gangSettle(g *gang) {
	if g.open > 0 || m.phase != active {
		return
	}
	if g.failed == NoTask {
		for i, id := range g.tasks {
			if m.phase == active {
				m.advance(id, g.transitions[i])
			}
		}
		return
	}
	if !g.retryable || !m.another(&m.tasks[g.failed]) {
		m.counters[m.tasks[g.failed].step].Failed++
		m.stop(Stop{Task: g.failed}, Failed)
		return
	}
	for _, id := range g.tasks {
		t := &m.tasks[id]
		if t.status == finished {
			m.counters[t.step].Done--
		}
		t.attempt++
		t.status = queued
	}
	m.queue.retry(g.tasks[0])
}
