package machine_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

const (
	attempts = 6
	seeds    = 4000
)

// TestSimulation runs random flows with random outcomes in a random order of events, and checks every command against the model.
func TestSimulation(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := &generator{r: r}
		blocks := g.flow(2 + r.IntN(14))
		w := &world{seed: seed, deadly: r.IntN(3) == 0, steps: map[string]machine.Step{}}
		for _, s := range g.plan.Steps {
			w.steps[s.Name] = s
		}
		ref := &model{w: w, tasks: map[string]*expectation{}}
		ref.run(blocks, parameters, nil)
		if len(ref.tasks) > 600 {
			continue
		}
		first := newSimulation(t, seed, g.plan, w, ref, r, nil)
		if r.IntN(4) == 0 {
			first.cancelAt = r.IntN(2*len(ref.tasks) + 2)
		}
		first.run()
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		w.deadly = false
		second := newSimulation(t, seed, g.plan, w, ref, r, first.subset(r))
		second.run()
		if second.end != machine.Done {
			t.Errorf("resumed run ended %v", second.end)
		}
		if t.Failed() {
			t.Fatalf("seed %d, resumed", seed)
		}
	}
}

// simulation is one run: the machine and, in place of everything else, lists.
type simulation struct {
	t        *testing.T
	seed     uint64
	m        *machine.Machine
	w        *world
	ref      *model
	r        *rand.Rand
	workers  int
	origin   map[string]bool
	cancelAt int // events before the user cancels, -1 never

	keys     map[machine.TaskID]string
	attempt  map[string]int
	live     []machine.TaskID // processes
	storing  []machine.TaskID
	doomed   map[machine.TaskID]bool // asked to stop
	done     map[string]bool
	cloned   map[string]bool
	started  map[string]bool
	released map[string]bool
	stopped  bool
	end      machine.State
	ended    bool
}

func newSimulation(t *testing.T, seed uint64, p machine.Plan, w *world, ref *model, r *rand.Rand, origin map[string]bool) *simulation {
	s := &simulation{t: t, seed: seed, w: w, ref: ref, r: r, workers: 1 + r.IntN(5), origin: origin, cancelAt: -1,
		keys: map[machine.TaskID]string{machine.Parameters: parameters}, attempt: map[string]int{}, doomed: map[machine.TaskID]bool{},
		done: map[string]bool{}, cloned: map[string]bool{}, started: map[string]bool{}, released: map[string]bool{}}
	policy := machine.Policy{MaxWorkers: s.workers, MaxSplits: 100, MaxAttempts: attempts}
	if origin != nil {
		policy.Origin = func(key string) (machine.Past, bool) {
			if !origin[key] {
				return machine.Past{}, false
			}
			return machine.Past{Ref: slices.Index(ref.order, key), Transition: s.transition(key)}, true
		}
	}
	m, err := machine.New(p, policy)
	if err != nil {
		t.Fatal(err)
	}
	s.m = m
	return s
}

// transition is what the step of a task says at its end.
func (s *simulation) transition(key string) *machine.Transition {
	e := s.ref.tasks[key]
	if e == nil {
		s.t.Fatalf("the model has no task %s", key)
	}
	step := s.w.steps[e.step]
	tr := &machine.Transition{Next: step.Next}
	switch step.Kind {
	case machine.End:
		return nil
	case machine.Foreach:
		tr.Foreach, tr.NumSplits = "items", s.w.width(key)
		for i := range tr.NumSplits {
			tr.Values = append(tr.Values, "v"+string(rune('0'+i)))
		}
	case machine.Parallel:
		tr.Foreach, tr.Parallel = "_parallel_ubf_iter", s.w.width(key)
	case machine.Switch:
		at := s.w.choice(key, len(step.Next))
		if len(e.iter) > 0 {
			at = 1
			if e.iter[0] < s.w.rounds(e.step, indices(e.stack)) {
				at = 0
			}
		}
		tr.Next = step.Next[at : at+1]
	}
	return tr
}

func (s *simulation) run() {
	s.apply(machine.Begin{})
	for n := 0; !s.ended && !s.t.Failed(); n++ {
		if n == s.cancelAt {
			s.apply(machine.Cancelled{})
			continue
		}
		s.step()
	}
	if !s.t.Failed() {
		s.verify()
	}
}

// step lets something happen to a random task.
func (s *simulation) step() {
	if len(s.live)+len(s.storing) == 0 {
		s.t.Errorf("nothing runs and the run has not ended")
		return
	}
	i := s.r.IntN(len(s.live) + len(s.storing))
	if i < len(s.live) {
		id := s.live[i]
		s.live = slices.Delete(s.live, i, i+1)
		if s.r.IntN(2) == 0 {
			s.storing = append(s.storing, id)
			s.apply(machine.ProcessEnded{Task: id})
			return
		}
		s.report(id)
		return
	}
	i -= len(s.live)
	id := s.storing[i]
	s.storing = slices.Delete(s.storing, i, i+1)
	s.report(id)
}

func (s *simulation) report(id machine.TaskID) {
	key := s.keys[id]
	n, _ := s.w.failures(s.ref.tasks[key].step, key)
	if s.doomed[id] || s.attempt[key] < n {
		s.apply(machine.TaskFailed{Task: id, Retryable: true})
		return
	}
	s.done[key] = true
	s.apply(machine.TaskFinished{Task: id, Transition: s.transition(key)})
}

func (s *simulation) apply(ev machine.Event) {
	commands, err := s.m.Apply(ev)
	if err != nil {
		s.t.Errorf("%T: %v", ev, err)
		return
	}
	for _, c := range slices.Clone(commands) {
		s.command(c)
	}
}

func (s *simulation) command(c machine.Command) {
	switch c := c.(type) {
	case machine.StartTask:
		s.start(c)
	case machine.CloneTask:
		s.clone(c)
	case machine.StopTask:
		if slices.Contains(s.live, c.Task) {
			s.doomed[c.Task] = true
		}
	case machine.Stop:
		if s.stopped {
			s.t.Errorf("stopped twice")
		}
		s.stopped = true
		for _, id := range s.live {
			s.doomed[id] = s.r.IntN(3) > 0 // some end well all the same
		}
	case machine.Release:
		s.release(s.keys[c.Task])
	case machine.Complete:
		s.end, s.ended = c.State, true
		if len(s.live)+len(s.storing) > 0 {
			s.t.Errorf("completed while tasks were open")
		}
	}
}

// key finds out which task of the model a started task is: by its place, which must be one the model has.
func (s *simulation) key(c machine.StartTask) (string, *expectation) {
	key := machine.Key(c.Step, indices(c.Stack.Frames()), c.Iteration)
	e := s.ref.tasks[key]
	if e == nil {
		s.t.Fatalf("seed %d: %s was started; the model has no such task", s.seed, key)
	}
	return key, e
}

func (s *simulation) start(c machine.StartTask) {
	key, e := s.key(c)
	if c.Attempt == 0 && s.started[key] || s.cloned[key] {
		s.t.Errorf("%s was started twice", key)
	}
	if c.Attempt > 0 && c.Attempt != s.attempt[key]+1 {
		s.t.Errorf("%s: attempt %d follows %d", key, c.Attempt, s.attempt[key])
	}
	if s.stopped {
		s.t.Errorf("%s was started after the stop", key)
	}
	var inputs []string
	for _, in := range c.Inputs {
		inputs = append(inputs, s.keys[in])
		if k := s.keys[in]; k != parameters && !s.done[k] && !s.cloned[k] || s.released[k] {
			s.t.Errorf("%s was started; its input %s is not there (released: %v)", key, k, s.released[k])
		}
	}
	if diff := cmp.Diff(e.inputs, inputs); diff != "" {
		s.t.Errorf("%s: inputs (-model +machine):\n%s", key, diff)
	}
	if diff := cmp.Diff(e.stack, c.Stack.Frames(), cmpopts.EquateEmpty()); diff != "" {
		s.t.Errorf("%s: foreach stack (-model +machine):\n%s", key, diff)
	}
	if want := c.Attempt > s.w.steps[e.step].UserRetries; c.Fallback != want {
		s.t.Errorf("%s: attempt %d: fallback %v", key, c.Attempt, c.Fallback)
	}
	if (c.Node != nil) != (e.control != "") || c.Node != nil && (c.Node.Count != e.nodes || s.keys[c.Node.Control] != e.control && c.Task != c.Node.Control) {
		s.t.Errorf("%s: node %+v, the model says %d nodes under %s", key, c.Node, e.nodes, e.control)
	}
	s.keys[c.Task], s.attempt[key], s.started[key] = key, c.Attempt, true
	delete(s.doomed, c.Task)
	s.live = append(s.live, c.Task)
	if n := s.m.Running(); n > s.workers {
		s.t.Errorf("%d tasks run at once, %d may", n, s.workers)
	}
}

func (s *simulation) clone(c machine.CloneTask) {
	key := s.ref.order[c.Origin]
	e := s.ref.tasks[key]
	if s.cloned[key] || s.started[key] {
		s.t.Errorf("%s was cloned after it was cloned or started", key)
	}
	if e.step != c.Step || (c.Node != nil) != (e.control != "") || c.Node != nil && c.Node.Count != e.nodes {
		s.t.Errorf("%s was cloned as step %s, node %+v", key, c.Step, c.Node)
	}
	s.keys[c.Task], s.cloned[key] = key, true
}

// cloneable is the rule of the model: in the origin, and so are all it depends on; a parallel step whole or not at all.
func (s *simulation) cloneable(key string) bool {
	e := s.ref.tasks[key]
	if e == nil || !s.origin[key] {
		return key == parameters
	}
	if e.control != "" {
		for _, k := range s.ref.order {
			if s.ref.tasks[k].control == e.control && !s.origin[k] {
				return false
			}
		}
	}
	return !slices.ContainsFunc(e.inputs, func(in string) bool { return !s.cloneable(in) })
}

func (s *simulation) release(key string) {
	if s.released[key] {
		s.t.Errorf("%s was released twice", key)
	}
	s.released[key] = true
	for k, e := range s.ref.tasks {
		if slices.Contains(e.inputs, key) && !s.done[k] && !s.cloned[k] {
			s.t.Errorf("%s was released, but %s needs it", key, k)
		}
	}
}

// verify checks the run as a whole.
func (s *simulation) verify() {
	deadly := false
	for key, e := range s.ref.tasks {
		_, d := s.w.failures(e.step, key)
		deadly = deadly || d && !s.cloned[key]
		if s.origin != nil && s.cloneable(key) != s.cloned[key] {
			s.t.Errorf("%s: cloned %v, the model says %v", key, s.cloned[key], s.cloneable(key))
		}
	}
	switch s.end {
	case machine.Done:
		if deadly {
			s.t.Errorf("the run is done though a task fails for good")
		}
		for key := range s.ref.tasks {
			if !s.done[key] && !s.cloned[key] {
				s.t.Errorf("the run is done without %s", key)
			}
			if !s.released[key] {
				s.t.Errorf("%s was never released", key)
			}
		}
		for _, c := range s.m.Counts() {
			if c.Running != 0 || c.Done != c.Total {
				s.t.Errorf("at the end: %+v", c)
			}
		}
	case machine.Failed:
		if !deadly {
			s.t.Errorf("the run failed though no task does")
		}
	case machine.Interrupted:
		if s.cancelAt < 0 {
			s.t.Errorf("the run was interrupted by nobody")
		}
	}
}

// subset is a random part of what has finished, any part: the origin may have been damaged.
func (s *simulation) subset(r *rand.Rand) map[string]bool {
	origin := map[string]bool{}
	keep := r.IntN(5)
	for _, key := range s.ref.order {
		if s.done[key] && (keep == 0 || r.IntN(10) > 0) {
			origin[key] = true
		}
	}
	return origin
}
