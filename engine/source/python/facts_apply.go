package python

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// apply does to the state what a called function does. With loose, the function may be called later, or not at all.
func (w *walk) apply(st *state, at node, f function, given []*value, loose bool) *value {
	done := w.x.walk(f, given)
	if done.busy || st.dead {
		return nil
	}
	from := done.body
	here := w.span(at)
	w.b.ReadsAny = w.b.ReadsAny || from.ReadsAny
	if loose {
		w.deferred++
		defer func() { w.deferred-- }()
	}
	offset, ok := w.applyMerges(st, from, here)
	if !ok {
		w.open(st, at, "there are too many merges to follow")
		return done.ret
	}
	for _, p := range from.Places {
		p.At = here
		p.Conditional = p.Conditional || w.skippable()
		p.Guarded = p.Guarded || w.guard > 0
		if p.Kind != graph.PlaceDelete {
			w.b.Places = append(w.b.Places, p)
		}
	}
	for _, u := range from.Uses {
		w.applyUse(st, u, here, offset)
	}
	w.applyWrites(st, from, here)
	st.merged |= from.Exit.Merged << offset
	st.maybeMerged |= from.Exit.MaybeMerged << offset
	if from.Open != nil && w.b.Open == nil {
		w.b.Open = &graph.Dynamic{Range: here, Reason: from.Open.Reason}
	}
	st.open = st.open || from.Exit.Open
	return done.ret
}

func (w *walk) applyUse(st *state, u graph.Use, here graph.Range, offset int) {
	u.At = here
	u.Merged <<= offset
	u.MaybeMerged <<= offset
	if u.Via == graph.ViaSelf && u.Assigned == graph.Yes {
		return
	}
	if (w.deferred > 0 || u.Deferred) && u.Via == graph.ViaSelf {
		w.readLater.Add(u.ID)
	}
	key := callKey{u.Mention, u.Assigned, u.Conditional, u.Via}
	if st.must.Has(u.ID) || w.calls[key] {
		w.markRead(st, u.ID)
		if u.Via == graph.ViaSelf && st.must.Has(u.ID) {
			return
		}
	}
	if w.calls == nil {
		w.calls = map[callKey]bool{}
	}
	if !w.calls[key] {
		w.calls[key] = true
		w.use(st, u)
	}
}

// applyWrites adds a function's assignments behind the caller's.
func (w *walk) applyWrites(st *state, from *graph.Body, here graph.Range) {
	if len(from.Writes) == 0 && from.Exit.Surely.Empty() {
		return
	}
	base := len(w.b.Writes)
	for _, wr := range from.Writes {
		wr.At = here
		wr.Conditional = wr.Conditional || w.skippable()
		wr.Looped = wr.Looped || w.loop > 0 || w.deferred > 0
		w.b.Writes = append(w.b.Writes, wr)
	}
	if w.deferred == 0 {
		for id := range from.Exit.Always.All() {
			w.forget(st, id)
		}
		st.always.Union(from.Exit.Always)
	}
	for _, d := range from.Exit.Writes {
		st.defs = append(st.defs, base+d)
	}
	slices.Sort(st.defs)
	st.must.Union(from.Exit.Surely)
	st.may.Union(from.Exit.Maybe)
}

// applyMerges adds a function's merges behind the caller's and returns how far their bits move.
func (w *walk) applyMerges(st *state, from *graph.Body, here graph.Range) (offset int, ok bool) {
	offset = len(w.b.Merges)
	if offset+len(from.Merges) > maxMerges {
		return 0, len(from.Merges) == 0
	}
	for _, m := range from.Merges {
		m.At = here
		m.Conditional = m.Conditional || w.skippable()
		m.Guarded = m.Guarded || w.guard > 0
		m.Open = m.Open || st.open
		m.Assigned, m.MaybeAssigned = m.Assigned.Clone(), m.MaybeAssigned.Clone()
		m.Assigned.Union(st.must)
		m.MaybeAssigned.Union(st.may)
		w.b.Merges = append(w.b.Merges, m)
	}
	return offset, true
}

// maxMerges is how many merges of one step are told apart.
const maxMerges = 64

// merge is self.merge_artifacts(inputs, exclude, include).
func (w *walk) merge(st *state, n, args node) {
	m := graph.Merge{Range: w.span(n), At: w.span(n), Conditional: w.skippable(), Guarded: w.guard > 0, Open: st.open}
	position := 0
	for c := w.t.first(args); c != none; c = w.t.after(args, c) {
		name, e := "", c
		switch w.t.kindOf(c) {
		case "keyword_argument":
			name, e = w.t.textOf(w.t.part(c, fieldName)), w.t.part(c, fieldValue)
		case "list_splat", "dictionary_splat":
			m.Computed = true
			m.HasInclude = true
			w.arg(st, c)
			continue
		default:
			name = []string{"inputs", "exclude", "include", ""}[min(position, 3)]
			position++
		}
		switch name {
		case "exclude":
			m.Exclude, m.HasExclude = w.names(st, &m, e, graph.Exclude)
		case "include":
			m.Include, m.HasInclude = w.names(st, &m, e, graph.Include)
		default:
			// Of some of the inputs only, other values come together.
			m.Computed = m.Computed || !w.expr(st, e).is(theInputs)
		}
	}
	m.Assigned, m.MaybeAssigned = st.must.Clone(), st.may.Clone()
	if st.dead {
		return
	}
	if len(w.b.Merges) >= maxMerges {
		w.open(st, n, "there are too many merges to follow")
		return
	}
	bit := uint64(1) << len(w.b.Merges)
	w.b.Merges = append(w.b.Merges, m)
	st.maybeMerged |= bit
	st.merged |= bit
}

// names reads a list of artifact names.
func (w *walk) names(st *state, m *graph.Merge, n node, kind graph.MentionKind) (mentions []*graph.Mention, given bool) {
	n = w.t.bare(n)
	w.arg(st, n)
	switch w.t.kindOf(n) {
	case "none":
		return nil, false
	case "list", "tuple", "set":
	default:
		m.Computed = true
		return nil, true
	}
	for c := w.t.first(n); c != none; c = w.t.after(n, c) {
		given = true
		text, _, ok := w.literal(c)
		if !ok || text == "" {
			m.Computed = true
			continue
		}
		mem := w.x.members[text]
		if mem != nil && !fixed(mem) || internals[text] {
			continue
		}
		mentions = append(mentions, w.note(c, text, graph.Mention{Kind: kind, Via: graph.ViaInput}))
	}
	return mentions, given
}

// transition is self.next(…): its targets are steps, its strings name artifacts.
func (w *walk) transition(st *state, args node) {
	if !w.t.isKind(args, "argument_list") {
		w.arg(st, args)
		return
	}
	for c := w.t.first(args); c != none; c = w.t.after(args, c) {
		e := w.t.bare(c)
		switch w.t.kindOf(e) {
		case "attribute":
			if !w.objectPeek(st, w.t.part(e, fieldObject)).is(theFlow) {
				w.arg(st, e)
			}
		case "dictionary":
			w.cases(st, e)
		case "keyword_argument":
			w.transitionKeyword(st, e)
		default:
			w.arg(st, e)
		}
	}
}

func (w *walk) cases(st *state, dict node) {
	for pair := w.t.first(dict); pair != none; pair = w.t.after(dict, pair) {
		if !w.t.isKind(pair, "pair") {
			w.arg(st, pair)
			continue
		}
		w.arg(st, w.t.part(pair, fieldKey))
		if v := w.t.bare(w.t.part(pair, fieldValue)); !w.t.isKind(v, "attribute") || !w.objectPeek(st, w.t.part(v, fieldObject)).is(theFlow) {
			w.arg(st, v)
		}
	}
}

func (w *walk) transitionKeyword(st *state, arg node) {
	name, e := w.t.textOf(w.t.part(arg, fieldName)), w.t.part(arg, fieldValue)
	w.arg(st, e)
	text, _, ok := w.literal(e)
	if ok && text != "" && (name == "foreach" || name == "condition") {
		w.selfAttr(st, w.t.bare(e), text, reading)
	}
}
