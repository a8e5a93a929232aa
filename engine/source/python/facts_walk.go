package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// walk follows one function from its start to its end.
type walk struct {
	x    *facts
	t    *flatTree
	fn   function
	body int         // the index of the function's body, for mentions
	b    *graph.Body // what is found
	ret  *value
	// cond, guard, loop and deferred count the conditions, the handlers of missing attributes, the loops and the nested
	// functions around the point; early is set where the rest of a block can be skipped.
	cond, guard, loop, deferred, depth int
	early                              bool
	alone                              node // the expression that stands alone as the statement
	loops                              []*loop
	exit                               *state       // joined states of all returns
	guarded                            map[int]bool // artifacts the function asks for before it uses them
	asked                              map[string]bool
	late                               []int     // uses in nested functions, which run who knows when
	readLater                          graph.IDs // what functions read that run who knows when
	levels                             []int     // how many conditions are around each use
	calls                              map[callKey]bool
}

// callKey is a use of a called function as the caller sees it; telling it once is enough.
type callKey struct {
	mention     *graph.Mention
	assigned    graph.Answer
	conditional bool
	via         graph.Via
}

// loop collects the states that leave a loop's body early.
type loop struct{ breaks, continues *state }

// walk returns what a function does when its arguments are what is given.
func (x *facts) walk(fn function, given []*value) *walked {
	x.enter(fn)
	x.depth++
	defer func() { x.depth-- }()
	key := walkKey{funcKey: fn.key()}
	for _, v := range given {
		key.given += v.key()
	}
	if done := x.walks[key]; done != nil {
		return done
	}
	done := &walked{body: &graph.Body{}, busy: true}
	x.walks[key] = done
	x.budget--
	info := x.info(fn)
	room := x.takeRoom()
	done.body.Uses, done.body.Writes = room.uses, room.writes
	w := &walk{x: x, t: info.tree, fn: fn, body: x.bodyOf(fn), b: done.body}
	st := &state{vars: make([]variable, 0, len(info.params)+4)}
	st.sets(len(x.data.Names)>>6 + 1)
	if x.budget < 0 {
		w.open(st, 0, "the code is too entangled to follow")
	}
	for i, p := range info.params {
		var v *value
		if i < len(given) && (p.kind == graph.Positional || p.kind == graph.Keyword) {
			v = given[i]
		}
		st.bind(p.name, v)
	}
	w.block(st, info.body)
	w.finish(st)
	x.giveRoom(done.body)
	done.ret, done.busy = w.ret, false
	if b := x.body(fn); !b.Step && b.Exit.Surely == nil && len(b.Uses)+len(b.Writes) == 0 {
		fill(b, done.body)
	}
	return done
}

// roomy is room for what a walk finds. Only as much as it found is kept.
type roomy struct {
	uses   []graph.Use
	writes []graph.Assignment
}

func (x *facts) takeRoom() roomy {
	n := len(x.spare)
	if n == 0 {
		return roomy{make([]graph.Use, 0, 32), make([]graph.Assignment, 0, 16)}
	}
	room := x.spare[n-1]
	x.spare = x.spare[:n-1]
	return room
}

func (x *facts) giveRoom(b *graph.Body) {
	room := roomy{b.Uses[:0], b.Writes[:0]}
	b.Uses = append(make([]graph.Use, 0, len(b.Uses)), b.Uses...)
	b.Writes = append(make([]graph.Assignment, 0, len(b.Writes)), b.Writes...)
	x.spare = append(x.spare, room)
}

// finish settles what is known only at the function's end.
func (w *walk) finish(st *state) {
	if w.fn.owner == nil || st.dead || !w.handsOver() {
		st = join(st, w.exit)
	}
	w.b.Exit = graph.Exit{
		Surely: st.must, Always: st.always, Maybe: st.may, Writes: st.defs,
		Merged: st.merged, MaybeMerged: st.maybeMerged, Open: st.open,
	}
	for i := range w.b.Uses {
		if u := &w.b.Uses[i]; w.guarded[u.ID] {
			u.Guarded = true
		}
	}
	for i := range w.b.Places {
		if p := &w.b.Places[i]; p.Kind == graph.PlaceInput && w.asked[p.Name] {
			p.Guarded = true
		}
	}
	w.finishLate(st)
}

// finishLate judges the reads of nested functions: they may run after anything else in the body.
func (w *walk) finishLate(st *state) {
	var assigned graph.IDs
	for i := range w.b.Writes {
		if wr := &w.b.Writes[i]; wr.Kind != graph.Delete {
			assigned.Add(wr.ID)
		}
	}
	for _, i := range w.late {
		u := &w.b.Uses[i]
		if u.Via != graph.ViaSelf {
			continue
		}
		if u.Assigned == graph.No && assigned.Has(u.ID) {
			u.Assigned = graph.Maybe
		}
		if st.open {
			u.Guarded = true
		}
		u.MaybeMerged |= st.maybeMerged
		w.readLater.Add(u.ID)
	}
	for i := range w.b.Writes {
		if wr := &w.b.Writes[i]; w.readLater.Has(wr.ID) {
			wr.Read = true
		}
	}
}

// handsOver reports whether the function ends with a transition, so that returning early means never to hand over.
func (w *walk) handsOver() bool {
	last := none
	body := w.t.part(0, fieldBody)
	for c := w.t.first(body); c != none; c = w.t.after(body, c) {
		last = c
	}
	return w.t.isKind(last, "expression_statement") && strings.Contains(w.t.textOf(last), ".next")
}

func (w *walk) span(n node) graph.Range {
	return w.t.between(int(w.t.nodes[n].start), int(w.t.nodes[n].end))
}

// open notes that code out of sight gets hold of the flow here.
func (w *walk) open(st *state, n node, reason string) {
	if st.dead {
		return
	}
	st.open = true
	if w.b.Open == nil {
		w.b.Open = &graph.Dynamic{Range: w.span(n), Reason: reason}
	}
}

// skippable reports whether the function's end can be reached without passing here.
func (w *walk) skippable() bool { return w.cond > 0 || w.early || w.deferred > 0 }

// use notes a read.
func (w *walk) use(st *state, u graph.Use) {
	if st.dead {
		return
	}
	level := w.cond + w.deferred
	if u.Conditional || w.early {
		level++
	}
	u.Conditional = u.Conditional || w.skippable()
	u.Guarded = u.Guarded || w.guard > 0
	if u.Via == graph.ViaSelf {
		switch {
		case st.must.Has(u.ID):
			u.Assigned = graph.Yes
		case st.may.Has(u.ID):
			u.Assigned = max(u.Assigned, graph.Maybe)
		}
		u.Merged |= st.merged
		u.MaybeMerged |= st.maybeMerged
		w.markRead(st, u.ID)
		if st.open && u.Assigned != graph.Yes {
			return
		}
	}
	if w.deferred > 0 {
		w.late = append(w.late, len(w.b.Uses))
		u.Deferred = true
		u.Later = u.Later || w.t.mentions("atexit") > 0
	}
	w.b.Uses = append(w.b.Uses, u)
	w.levels = append(w.levels, level)
}

// markRead notes that the values an artifact may have here are read.
func (w *walk) markRead(st *state, id int) {
	for _, d := range st.defs {
		if wr := &w.b.Writes[d]; wr.ID == id {
			wr.Read = true
		}
	}
}

// write notes an assignment, a change or a deletion.
func (w *walk) write(st *state, wr graph.Assignment) {
	if st.dead {
		return
	}
	wr.Conditional = wr.Conditional || w.skippable()
	wr.Looped = wr.Looped || w.loop > 0 || w.deferred > 0
	w.b.Writes = append(w.b.Writes, wr)
	at := len(w.b.Writes) - 1
	if wr.Kind == graph.Mutate {
		w.markRead(st, wr.ID)
	}
	w.forget(st, wr.ID)
	if wr.Kind == graph.Delete {
		st.must.Remove(wr.ID)
		st.always.Remove(wr.ID)
		st.may.Remove(wr.ID)
		return
	}
	st.defs = append(st.defs, at)
	if wr.Kind != graph.Mutate { // changing a value in place takes one
		st.must.Add(wr.ID)
		st.always.Add(wr.ID)
		st.may.Add(wr.ID)
	}
}

// forget drops the values that an artifact may have.
func (w *walk) forget(st *state, id int) {
	kept := st.defs[:0:len(st.defs)]
	for _, d := range st.defs {
		if w.b.Writes[d].ID != id {
			kept = append(kept, d)
		}
	}
	st.defs = kept
}

// suppose notes that an artifact is there, because the code has asked.
func (st *state) suppose(id int) {
	st.must.Add(id)
	st.may.Add(id)
}

// ask notes that the function is prepared for an artifact to be missing.
func (w *walk) ask(id int) {
	if w.guarded == nil {
		w.guarded = map[int]bool{}
	}
	w.guarded[id] = true
}
