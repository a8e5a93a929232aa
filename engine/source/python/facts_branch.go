package python

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// condition evaluates a test and returns the states where it holds and where it does not.
func (w *walk) condition(st *state, n node) (yes, no *state) {
	n = w.t.bare(n)
	switch w.t.kindOf(n) {
	case "not_operator":
		no, yes = w.condition(st, w.t.part(n, fieldArgument))
		return yes, no
	case "boolean_operator":
		return w.booleanCondition(st, n)
	case "true", "false", "integer", "identifier":
		w.expr(st, n)
		yes, no = st.clone(), st.clone()
		switch text := w.t.textOf(n); text {
		case "True", "1":
			no.dead = true
		case "False", "0", "TYPE_CHECKING":
			yes.dead = true
		}
		return yes, no
	case "call":
		id := w.askedBy(st, n)
		w.expr(st, n)
		yes, no = st.clone(), st.clone()
		if id >= 0 {
			yes.suppose(id)
			if w.t.textOf(w.t.part(n, fieldFunction)) == "getattr" {
				no.suppose(id)
			}
		}
		return yes, no
	case "comparison_operator", "named_expression":
		w.expr(st, n)
		for c := w.t.first(n); c != none; c = w.t.after(n, c) { // getattr(self, "x", None) is None
			if id := w.askedBy(st, w.t.bare(c)); id >= 0 {
				st.suppose(id)
			}
		}
		return st.clone(), st.clone()
	}
	w.expr(st, n)
	return st.clone(), st.clone()
}

func (w *walk) booleanCondition(st *state, n node) (yes, no *state) {
	left, right := w.t.part(n, fieldLeft), w.t.part(n, fieldRight)
	yes, no = w.condition(st, left)
	w.cond++
	defer func() { w.cond-- }()
	if w.isOr(n, left, right) {
		yes2, no2 := w.condition(no, right)
		return join(yes, yes2), no2
	}
	yes2, no2 := w.condition(yes, right)
	return yes2, join(no, no2)
}

func (w *walk) isOr(n, left, right node) bool {
	if left == none || right == none {
		return false
	}
	return strings.Contains(w.t.slice(int(w.t.nodes[left].end), int(w.t.nodes[right].start)), "or")
}

// askedBy is the artifact that hasattr(self, "x") or getattr(self, "x", default) asks for, -1 for another call.
func (w *walk) askedBy(st *state, call node) int {
	if !w.t.isKind(call, "call") {
		return -1
	}
	name := w.t.textOf(w.t.part(call, fieldFunction))
	if name != "hasattr" && name != "getattr" {
		return -1
	}
	args := w.t.kids(w.t.part(call, fieldArguments))
	if len(args) < 2 || name == "getattr" && len(args) != 3 || !w.peek(st, args[0]).is(theFlow) {
		return -1
	}
	text, _, ok := w.literal(args[1])
	if !ok || w.x.members[text] != nil {
		return -1
	}
	return w.x.id(text)
}

// peek is what a name stands for, without evaluating anything.
func (w *walk) peek(st *state, n node) *value {
	if n = w.t.bare(n); !w.t.isKind(n, "identifier") {
		return nil
	}
	v, _ := st.lookup(w.t.textOf(n))
	return v
}

func (w *walk) ifStatement(st *state, s node) {
	yes, no := w.condition(st, w.t.part(s, fieldCondition))
	w.cond++
	w.block(yes, w.t.part(s, fieldConsequence))
	ended := yes.dead
	alternative := w.t.lang.parts[fieldAlternative]
	out := yes
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if w.t.nodes[c].field != alternative {
			continue
		}
		if w.t.isKind(c, "elif_clause") {
			var next *state
			next, no = w.condition(no, w.t.part(c, fieldCondition))
			w.block(next, w.t.part(c, fieldConsequence))
			ended = ended || next.dead
			out = join(out, next)
			continue
		}
		w.block(no, w.t.part(c, fieldBody))
		ended = ended || no.dead
	}
	w.cond--
	out = join(out, no)
	w.early = w.early || ended && !out.dead
	st.set(out)
}

// loopBody walks a loop's body and returns the state at its end and the one behind its breaks.
func (w *walk) loopBody(st *state, body node) (back, breaks *state) {
	l := &loop{}
	w.loops = append(w.loops, l)
	early, cond := w.early, w.cond
	if early {
		w.cond++
	}
	uses, writes, level := len(w.b.Uses), len(w.b.Writes), w.cond
	w.early = false
	w.loop++
	w.block(st, body)
	w.loop--
	w.loops = w.loops[:len(w.loops)-1]
	w.early, w.cond = early, cond
	back = join(st, l.continues)
	w.turn(back, uses, writes, level)
	return back, l.breaks
}

// turn looks at a loop's body as it runs again: what it sets later is there for what it reads under a condition first.
func (w *walk) turn(back *state, uses, writes, level int) {
	read := map[int]bool{}
	for i := uses; i < len(w.b.Uses); i++ {
		u := &w.b.Uses[i]
		if u.Via != graph.ViaSelf {
			continue
		}
		read[u.ID] = true
		if w.levels[i] <= level {
			continue
		}
		if back.may.Has(u.ID) {
			u.Assigned = max(u.Assigned, graph.Maybe)
		}
		u.MaybeMerged |= back.maybeMerged
		u.Guarded = u.Guarded || back.open
	}
	for i := writes; i < len(w.b.Writes); i++ {
		if wr := &w.b.Writes[i]; read[wr.ID] {
			wr.Read = true
		}
	}
}

func (w *walk) forStatement(st *state, s node) {
	over := w.walkedOver(st, w.t.part(s, fieldRight))
	in := st.clone()
	w.loop++
	w.assign(in, w.t.part(s, fieldLeft), over.element(), graph.Content{})
	w.loop--
	back, breaks := w.loopBody(in, w.t.part(s, fieldBody))
	w.leave(st, st.clone(), back, breaks, w.t.part(s, fieldAlternative))
}

func (w *walk) whileStatement(st *state, s node) {
	yes, no := w.condition(st, w.t.part(s, fieldCondition))
	forever := no.dead
	if !forever {
		w.cond++
	}
	back, breaks := w.loopBody(yes, w.t.part(s, fieldBody))
	if !forever {
		w.cond--
	}
	w.leave(st, no, back, breaks, w.t.part(s, fieldAlternative))
}

func (w *walk) leave(st, around, back, breaks *state, otherwise node) {
	out := leaveLoop(around, back)
	if otherwise != none {
		w.block(out, w.t.part(otherwise, fieldBody))
	}
	st.set(join(out, breaks))
}

func (w *walk) withStatement(st *state, s node) {
	suppressed := false
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if w.t.isKind(c, "with_clause") {
			for item := w.t.first(c); item != none; item = w.t.after(c, item) {
				e := w.t.part(item, fieldValue)
				if e == none {
					e = item
				}
				suppressed = suppressed || strings.Contains(w.t.textOf(e), "suppress") || strings.Contains(w.t.textOf(e), "assertRaises")
				w.arg(st, e)
			}
		}
	}
	body := w.t.part(s, fieldBody)
	if !suppressed {
		w.block(st, body)
		return
	}
	before, writes := st.clone(), len(w.b.Writes)
	w.guard++
	w.block(st, body)
	w.guard--
	failed := w.interrupted(before, st, writes)
	st.set(join(st.clone(), failed))
}

func (w *walk) matchStatement(st *state, s node) {
	subject := w.t.lang.parts[fieldSubject]
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if w.t.nodes[c].field == subject {
			w.arg(st, c)
		}
	}
	body := w.t.part(s, fieldBody)
	if body == none {
		body = s
	}
	out, ended := (*state)(nil), false
	w.cond++
	for c := w.t.first(body); c != none; c = w.t.after(body, c) {
		if !w.t.isKind(c, "case_clause") {
			continue
		}
		in := st.clone()
		total := w.caseClause(in, c)
		ended = ended || in.dead
		out = join(out, in)
		if total {
			st.dead = true
		}
	}
	w.cond--
	out = join(out, st.clone())
	w.early = w.early || ended && !out.dead
	st.set(out)
}

// caseClause walks one case and reports whether it takes every subject.
func (w *walk) caseClause(st *state, clause node) (total bool) {
	patterns, guard := 0, w.t.part(clause, fieldGuard)
	for c := w.t.first(clause); c != none; c = w.t.after(clause, c) {
		switch {
		case w.t.isKind(c, "case_pattern"):
			patterns++
			total = words.FindString(w.t.textOf(c)) == w.t.textOf(c)
			w.pattern(st, c)
		case c == guard:
			for e := w.t.first(c); e != none; e = w.t.after(c, e) {
				yes, _ := w.condition(st, e)
				st.set(yes)
			}
		}
	}
	w.block(st, w.t.part(clause, fieldConsequence))
	text := strings.TrimSpace(w.t.textOf(clause))
	return total && patterns == 1 && guard == none && !strings.HasPrefix(text, "case None") && !strings.HasPrefix(text, "case True") && !strings.HasPrefix(text, "case False")
}

// pattern binds the names that a pattern captures, and reads those it compares with.
func (w *walk) pattern(st *state, n node) {
	for c := n; c < w.t.behind(n); c++ {
		if !w.t.isKind(c, "dotted_name") {
			continue
		}
		parts := w.t.kids(c)
		if len(parts) == 1 {
			st.bind(w.t.textOf(parts[0]), nil)
		} else if len(parts) > 1 && w.peek(st, parts[0]).is(theFlow) {
			w.selfAttr(st, parts[1], w.t.textOf(parts[1]), reading)
		}
	}
}
