package python

import (
	"regexp"

	"github.com/spindle-flow/spindle/engine/graph"
)

func (w *walk) tryStatement(st *state, s node) {
	before := st.clone()
	writes := len(w.b.Writes)
	guards := w.prepared(st, s)
	w.guard += guards
	w.block(st, w.t.part(s, fieldBody))
	w.guard -= guards
	failed := w.interrupted(before, st, writes)
	handled := (*state)(nil)
	finally := none
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		switch w.t.kindOf(c) {
		case "except_clause", "except_group_clause":
			end := failed.clone()
			w.cond++
			w.handler(end, c)
			w.cond--
			if end.dead && !st.dead {
				w.early = true
			}
			handled = join(handled, end)
		case "else_clause":
			w.block(st, w.t.part(c, fieldBody))
		case "finally_clause":
			finally = c
		}
	}
	if handled != nil {
		st.set(join(st.clone(), handled))
	}
	if finally != none {
		w.finally(st, failed, finally)
	}
}

// finally runs on every way out. Where no other way is left, it is walked for what it mentions.
func (w *walk) finally(st, failed *state, s node) {
	if !st.dead {
		w.statementsOf(st, s)
		return
	}
	failed.dead = false
	w.cond++
	w.statementsOf(failed, s)
	w.cond--
}

func (w *walk) statementsOf(st *state, s node) {
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if w.t.isKind(c, "block") {
			w.block(st, c)
		}
	}
}

// interrupted is the state of a block that may have stopped anywhere.
func (w *walk) interrupted(before, after *state, writes int) *state {
	st := before.clone()
	st.may.Union(after.may)
	st.maybeMerged |= after.maybeMerged
	st.open = st.open || after.open
	for i := writes; i < len(w.b.Writes); i++ {
		if wr := &w.b.Writes[i]; wr.Kind != graph.Delete {
			st.may.Add(wr.ID)
			st.defs = unite(st.defs, []int{i})
		}
	}
	return st
}

func (w *walk) handler(st *state, s node) {
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		switch {
		case w.t.isKind(c, "block"):
			w.block(st, c)
		case w.t.isKind(c, "identifier") && w.t.nodes[c].field == w.t.lang.parts[fieldAlias]:
			st.bind(w.t.textOf(c), nil)
		default:
			w.arg(st, c)
		}
	}
}

// unrelated are exceptions that a missing artifact does not raise.
var unrelated = map[string]bool{
	"ArithmeticError": true, "AssertionError": true, "BrokenPipeError": true, "ConnectionError": true, "EOFError": true,
	"FileExistsError": true, "FileNotFoundError": true, "FloatingPointError": true, "IOError": true, "ImportError": true,
	"IndexError": true, "InterruptedError": true, "KeyError": true, "KeyboardInterrupt": true, "LookupError": true,
	"MemoryError": true, "ModuleNotFoundError": true, "NameError": true, "NotImplementedError": true, "OSError": true,
	"OverflowError": true, "PermissionError": true, "RecursionError": true, "RuntimeError": true, "StopIteration": true,
	"SyntaxError": true, "SystemExit": true, "TimeoutError": true, "TypeError": true, "UnicodeDecodeError": true,
	"UnicodeEncodeError": true, "UnicodeError": true, "ValueError": true, "ZeroDivisionError": true,
	"JSONDecodeError": true, "json": true, "as": true, "CalledProcessError": true, "subprocess": true,
}

var words = regexp.MustCompile(`\w+`)

// prepared counts the handlers of a try statement that may catch the lack of an artifact.
func (w *walk) prepared(_ *state, s node) int {
	count := 0
	for c := w.t.first(s); c != none; c = w.t.after(s, c) {
		if !w.t.isKind(c, "except_clause") && !w.t.isKind(c, "except_group_clause") {
			continue
		}
		if w.catches(c) {
			count++
		}
	}
	return count
}

func (w *walk) catches(clause node) bool {
	named := false
	for c := w.t.first(clause); c != none; c = w.t.after(clause, c) {
		if w.t.isKind(c, "block") || w.t.nodes[c].field == w.t.lang.parts[fieldAlias] {
			continue
		}
		e := c
		if w.t.isKind(e, "as_pattern") {
			e = w.t.first(e)
		}
		named = true
		for _, word := range words.FindAllString(w.t.textOf(e), -1) {
			if !unrelated[word] {
				return true
			}
		}
	}
	return !named
}
