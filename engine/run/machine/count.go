package machine

// Count counts the tasks of one step.
type Count struct {
	Step    string
	Total   int // known so far: for a foreach, all children from the moment the split has finished
	Running int // started and not yet stored
	Done    int
	Failed  int // for good
}

// Counts are the counts of all steps, in the order of the plan. The slice is the machine's own: read it before the next Apply.
func (m *Machine) Counts() []Count { return m.counters }

// Queued is the number of tasks that are ready and wait for a slot.
func (m *Machine) Queued() int { return m.queue.size }

// Running is the number of slots taken.
func (m *Machine) Running() int { return m.procs }

// Open is the number of tasks that were started and have not reported yet.
func (m *Machine) Open() int { return m.open }
