package python

import (
	"sync"

	"github.com/spindle-flow/spindle/engine/graph"
)

// memory keeps what was read of the flows of a file that is being edited, for the next version of its text. Reading a step means to walk all that
// its function does, and an edit changes one function of many.
//
// A step is taken over only where reading it anew can give nothing else: its own lines are the same and stand in the same place, and so does
// everything around the steps that a reading looks at ([surroundings]).
type memory struct {
	mu    sync.Mutex
	flows map[string]*readFlow // guarded by mu; by class
}

// readFlow is what one reading of a flow found. It is not changed once it is in a memory.
type readFlow struct {
	around surroundings
	steps  []*readStep // in the order of the flow
}

// readStep is one step as it was read. The texts in it are pieces of its own: a piece of the file's would keep all of that version alive.
type readStep struct {
	at      graph.Pos
	text    string // decorators included
	step    *graph.Step
	dynamic []graph.Dynamic
	touched []string // the files that were looked for
	*deeds
}

// deeds are what a step was found to do. A step has none where other functions have a part in it.
type deeds struct {
	body     *graph.Body
	index    int // of the body
	names    []numbered
	mentions []*graph.Mention
	touched  []string
}

// numbered is an artifact's name with its number in the reading.
type numbered struct {
	name string
	id   int
}

func (m *memory) recall(class string) *readFlow {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.flows[class]
}

// keep replaces all that is remembered.
func (m *memory) keep(flows map[string]*readFlow) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flows = flows
}

// recollection is what an earlier reading of a flow has to offer to this one, and what this one leaves to the next. A nil one has nothing and
// keeps nothing.
type recollection struct {
	key string
	old *readFlow // nil where nothing of it holds
	now *readFlow
}

// recollect looks for an earlier reading of a flow. It is nil for a file that nobody edits, and where it is not certain what is read.
func (w *workspace) recollect(main *module, l lineage, all []owned) *recollection {
	if main == nil || main.memory == nil {
		return nil
	}
	around, ok := w.surround(l, all)
	if !ok {
		return nil
	}
	c := l.classes[0]
	r := &recollection{key: c.mod.path + "\x00" + c.name, now: &readFlow{around: around}}
	if old := main.memory.recall(r.key); old != nil && old.around.same(&around) && w.unchanged(old.around.others) {
		r.old = old
		r.now.steps = make([]*readStep, 0, len(old.steps))
	}
	return r
}

// remember leaves what was read of a file's flows to the next reading. What was read before a fault was typed is kept until it is gone.
func (w *workspace) remember(main *module, list []*recollection) {
	if main.memory == nil || main.fault != nil || w.err != nil || w.ctx.Err() != nil || len(w.files) >= maxFiles {
		return
	}
	flows := make(map[string]*readFlow, len(list))
	for _, r := range list {
		if r != nil {
			r.now.around.others = w.others(r.now.around.texts)
			flows[r.key] = r.now
		}
	}
	main.memory.keep(flows)
}

// step reads the next step, or takes it over.
func (r *recollection) step(w *workspace, o owned) (*graph.Step, []graph.Dynamic) {
	if r == nil {
		return o.readStep(w)
	}
	f, whole := o.class.mod.file, o.attr.def.whole
	if r.old != nil {
		if old := r.old.steps[len(r.now.steps)]; old.is(f, whole) {
			r.now.steps = append(r.now.steps, old)
			w.touch(old.touched)
			return old.step, old.dynamic
		}
	}
	now := &readStep{at: f.pos(int(whole.start)), text: string(f.text[whole.start:f.inside(whole.end)])}
	defer f.cut(int(whole.start), now.text)()
	o.attr.name = f.source(f.field(o.attr.def.node, fieldName))
	now.touched = w.touching(func() { now.step, now.dynamic = o.readStep(w) })
	r.now.steps = append(r.now.steps, now)
	return now.step, now.dynamic
}

// is reports whether a step stands there as it did.
func (s *readStep) is(f *file, whole *flatNode) bool {
	if s.text != string(f.text[whole.start:f.inside(whole.end)]) || s.at != f.pos(int(whole.start)) {
		return false
	}
	for _, d := range s.step.Decorators {
		if d.Mentions > 0 && d.Mentions != f.mentions(d.Name) {
			return false
		}
	}
	return true
}

// inside is an offset that is not behind the text: the parser sees it with a final line end added.
func (f *file) inside(offset uint32) int { return min(int(offset), len(f.text)) }

// touch looks for files again: what the result depends on must be the same, and the order in which they are read.
func (w *workspace) touch(paths []string) {
	for _, path := range paths {
		w.module(path)
	}
}

// touching lists the files that are looked for meanwhile.
func (w *workspace) touching(do func()) []string {
	outer := w.touched
	var list []string
	w.touched = &list
	do()
	w.touched = outer
	return list
}
