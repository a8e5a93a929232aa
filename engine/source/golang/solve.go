package golang

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/cfg"

	"github.com/spindle-flow/spindle/engine/graph"
)

// state is what is known at one point of a function.
type state struct {
	reached bool
	open    bool
	// must are assigned on all paths to here, counting loops as entered; always even if no loop was entered.
	must, always, may   graph.IDs
	merged, maybeMerged uint64
	defs                []int // indexes of the writes whose values may be there, in order
}

func (s state) clone() state {
	s.must, s.always, s.may, s.defs = s.must.Clone(), s.always.Clone(), s.may.Clone(), slices.Clone(s.defs)
	return s
}

// meet adds another way to a point.
func (s state) meet(o state) state {
	switch {
	case !o.reached:
		return s
	case !s.reached:
		return o.clone()
	}
	s.open = s.open || o.open
	s.must.Intersect(o.must)
	s.always.Intersect(o.always)
	s.may.Union(o.may)
	s.merged &= o.merged
	s.maybeMerged |= o.maybeMerged
	for _, d := range o.defs {
		if i, found := slices.BinarySearch(s.defs, d); !found {
			s.defs = slices.Insert(s.defs, i, d)
		}
	}
	return s
}

func (s state) equal(o state) bool {
	return s.reached == o.reached && s.open == o.open && s.merged == o.merged && s.maybeMerged == o.maybeMerged &&
		slices.Equal(s.defs, o.defs) && sameIDs(s.must, o.must) && sameIDs(s.always, o.always) && sameIDs(s.may, o.may)
}

func sameIDs(a, b graph.IDs) bool {
	for i := range max(len(a), len(b)) {
		var x, y uint64
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return false
		}
	}
	return true
}

// solver follows one function from its start to its ends.
type solver struct {
	b      *graph.Body
	blocks []*cfg.Block
	events [][]event
	in     []state
	out    []state
	done   []state // behind the head of a loop, counting it as entered
	preds  [][]int
	reach  [][]bool // by block, what can be reached from it
}

// run returns what a function does.
func (e *env) run(ft *ast.FuncType, body *ast.BlockStmt) *graph.Body {
	g := cfg.New(body, e.mayReturn)
	n := len(g.Blocks)
	s := &solver{b: &graph.Body{}, blocks: g.Blocks, events: make([][]event, n), in: make([]state, n), out: make([]state, n), done: make([]state, n), preds: make([][]int, n)}
	asked := map[int]bool{}
	for i, block := range g.Blocks {
		if !block.Live {
			continue
		}
		c := &collector{e: e, b: s.b, asked: asked}
		for _, node := range block.Nodes {
			c.node(node)
		}
		s.events[i] = c.list
		for _, to := range block.Succs {
			s.preds[to.Index] = append(s.preds[to.Index], i)
		}
	}
	s.reachability()
	s.solve()
	exits := e.exits(ft, g.Blocks, s)
	s.record(exits)
	for i := range s.b.Uses {
		if u := &s.b.Uses[i]; u.Via == graph.ViaSelf && asked[u.ID] {
			u.Guarded = true
		}
	}
	var end state
	for _, i := range exits {
		end = end.meet(s.out[i])
	}
	s.b.Exit = graph.Exit{
		Surely: end.must, Always: end.always, Maybe: end.may, Writes: end.defs, Merged: end.merged, MaybeMerged: end.maybeMerged, Open: end.open,
	}
	return s.b
}

// endings are the functions that never return, by package and how their names begin.
var endings = map[string][]string{"os": {"Exit"}, "runtime": {"Goexit"}, "log": {"Fatal", "Panic"}}

// mayReturn reports whether a call may come back.
func (e *env) mayReturn(call *ast.CallExpr) bool {
	switch fn := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if b, ok := e.x.r.p.object(fn).(*types.Builtin); ok {
			return b.Name() != "panic"
		}
	case *ast.SelectorExpr:
		if f, ok := e.x.r.p.Info.Uses[fn.Sel].(*types.Func); ok && f.Pkg() != nil {
			for _, prefix := range endings[f.Pkg().Path()] {
				if strings.HasPrefix(f.Name(), prefix) {
					return false
				}
			}
		}
	}
	return true
}

// exits are the blocks that leave the function without an error, all that leave it where none is sure to.
func (e *env) exits(ft *ast.FuncType, blocks []*cfg.Block, s *solver) []int {
	var good, all []int
	fails := len(flat(ft.Results)) > 0 && isError(flat(ft.Results)[len(flat(ft.Results))-1])
	for i, b := range blocks {
		ret := b.Return()
		if !b.Live || ret == nil || !s.out[i].reached {
			continue
		}
		all = append(all, i)
		if !fails || !e.failing(ret) {
			good = append(good, i)
		}
	}
	if len(good) == 0 {
		return all
	}
	return good
}

// failing reports whether a return statement returns an error for sure, as far as one can see: a call may return none.
func (e *env) failing(ret *ast.ReturnStmt) bool {
	if len(ret.Results) == 0 {
		return false
	}
	if e.x.r.p.noNext(ret.Results[0]) {
		return true
	}
	return e.x.r.fails(ret.Results[len(ret.Results)-1])
}

// fails reports whether an expression is an error for sure, as far as one can see: a call may return none.
func (r *reader) fails(err ast.Expr) bool {
	if isNil(err) {
		return false
	}
	call, ok := ast.Unparen(err).(*ast.CallExpr)
	if !ok {
		return true
	}
	sel, ok := bare(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := r.p.Info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() + "." + f.Name() {
	case "errors.New", "fmt.Errorf", SDK + ".Fatal":
		return true
	}
	return false
}

func (s *solver) solve() {
	s.in[0].reached = true
	for changed := true; changed; {
		changed = false
		for i, block := range s.blocks {
			if !block.Live {
				continue
			}
			in := s.enter(i)
			out := s.through(i, in)
			done := out
			if isLoop(block) {
				done = s.entered(i, out)
			}
			if !out.equal(s.out[i]) || !done.equal(s.done[i]) {
				s.out[i], s.done[i], changed = out, done, true
			}
			s.in[i] = in
		}
	}
}

// enter is the state where a block begins.
func (s *solver) enter(i int) state {
	var in state
	if i == 0 {
		in.reached = true
	}
	for _, p := range s.preds[i] {
		if isLoop(s.blocks[p]) && isDone(s.blocks[i]) && s.blocks[p].Stmt == s.blocks[i].Stmt {
			in = in.meet(s.done[p])
		} else {
			in = in.meet(s.out[p])
		}
	}
	return in
}

func isLoop(b *cfg.Block) bool { return b.Kind == cfg.KindForLoop || b.Kind == cfg.KindRangeLoop }
func isDone(b *cfg.Block) bool { return b.Kind == cfg.KindForDone || b.Kind == cfg.KindRangeDone }

// entered is the state behind the head of a loop: what its body surely sets counts, since a loop is hardly written to be skipped.
func (s *solver) entered(i int, out state) state {
	var back state
	for _, p := range s.preds[i] {
		if s.reach[i][p] {
			back = back.meet(s.out[p])
		}
	}
	if !back.reached {
		return out
	}
	back = s.through(i, back)
	done := out.clone()
	done.must, done.merged = back.must, back.merged
	for p := range s.blocks { // one that looks for something, as for the best of all, leaves what it started with where it finds none
		if s.reach[i][p] && s.reach[p][i] {
			for k := range s.events[p] {
				s.sets(&s.events[p][k], &done.must)
			}
		}
	}
	return done
}

// sets adds what an event assigns.
func (s *solver) sets(ev *event, to *graph.IDs) {
	switch {
	case ev.write >= 0 && s.b.Writes[ev.write].Kind != graph.Mutate:
		to.Add(s.b.Writes[ev.write].ID)
	case ev.called != nil:
		to.Union(ev.called.Exit.Surely)
	}
}

// through is the state behind a block.
func (s *solver) through(i int, in state) state {
	st := in.clone()
	if !st.reached {
		return st
	}
	for k := range s.events[i] {
		s.step(&st, &s.events[i][k])
	}
	return st
}

// step does what an event does to the state.
func (s *solver) step(st *state, ev *event) {
	switch {
	case ev.write >= 0:
		w := &s.b.Writes[ev.write]
		s.define(st, ev.write, w.Kind != graph.Mutate)
		if w.Kind != graph.Mutate {
			st.must.Add(w.ID)
			st.always.Add(w.ID)
			st.may.Add(w.ID)
		}
	case ev.merge >= 0:
		st.merged |= 1 << ev.merge
		st.maybeMerged |= 1 << ev.merge
	case ev.open != nil:
		st.open = true
	case ev.called != nil:
		s.call(st, ev)
	}
}

// define puts an assignment in the place of those whose values it replaces.
func (s *solver) define(st *state, at int, replaces bool) {
	if replaces {
		id := s.b.Writes[at].ID
		st.defs = slices.DeleteFunc(st.defs, func(d int) bool { return s.b.Writes[d].ID == id })
	}
	if i, found := slices.BinarySearch(st.defs, at); !found {
		st.defs = slices.Insert(st.defs, i, at)
	}
}

func (s *solver) call(st *state, ev *event) {
	x := &ev.called.Exit
	if !ev.loose {
		st.defs = slices.DeleteFunc(st.defs, func(d int) bool { return x.Always.Has(s.b.Writes[d].ID) })
		st.always.Union(x.Always)
	}
	for _, d := range x.Writes {
		s.define(st, ev.writes+d, false)
	}
	st.must.Union(x.Surely)
	st.may.Union(x.Maybe)
	st.merged |= x.Merged << ev.merges
	st.maybeMerged |= x.MaybeMerged << ev.merges
	st.open = st.open || x.Open
}

// reachability finds what can be reached from each block.
func (s *solver) reachability() {
	s.reach = make([][]bool, len(s.blocks))
	for i, b := range s.blocks {
		seen := make([]bool, len(s.blocks))
		todo := slices.Clone(b.Succs)
		for len(todo) > 0 {
			next := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if !seen[next.Index] {
				seen[next.Index] = true
				todo = append(todo, next.Succs...)
			}
		}
		s.reach[i] = seen
	}
}

// skippable reports whether an end of the function can be reached without passing a block.
func (s *solver) skippable(block int, exits []int) bool {
	if block == 0 {
		return false
	}
	seen := make([]bool, len(s.blocks))
	seen[block] = true
	todo := []int{0}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		if slices.Contains(exits, i) {
			return true
		}
		for _, next := range s.blocks[i].Succs {
			todo = append(todo, int(next.Index))
		}
	}
	return false
}
