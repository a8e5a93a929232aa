package dataflow

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Alive is what is known of the artifacts at one point of a flow.
type Alive struct {
	Surely, Maybe graph.IDs
	Open          bool // any other artifact may be there too
	Reached       bool // a run can get here
}

// Analysis is a flow's dataflow. It is not changed once made.
type Analysis struct {
	Graph *graph.Graph
	Data  *graph.Data

	steps map[string]*point
	order []*point
}

// point is a step with what is alive around it.
type point struct {
	node  *graph.Node
	index int         // in order
	body  *graph.Body // nil where the source does not tell
	in    []*point    // steps that lead here, itself for a recursive switch
	join  bool
	// inputs is what a join's inputs have together: Surely is in each, Maybe in some. anywhere is surely in one of them.
	inputs   Alive
	anywhere graph.IDs
	start    Alive
	first    Alive // at the start of the first visit of a recursive switch
	end      Alive
}

// New follows the artifacts of a graph's flow.
func New(g *graph.Graph) *Analysis {
	a := &Analysis{Graph: g, Data: g.Flow.Data, steps: make(map[string]*point, g.Len())}
	if a.Data == nil {
		a.Data = &graph.Data{}
	}
	for _, name := range g.Order {
		n := g.Node(name)
		p := &point{node: n, index: len(a.order), body: a.Data.Step(name), join: n.Step.Positional() > 1}
		a.steps[name] = p
		a.order = append(a.order, p)
	}
	for _, p := range a.order {
		for _, name := range p.node.In {
			if from := a.steps[name]; from != nil {
				p.in = append(p.in, from)
			}
		}
		if p.node.Recursive {
			p.in = append(p.in, p)
		}
	}
	a.solve()
	return a
}

// solve goes over the steps until nothing changes: once for a flow in order, and again for switches that turn back.
func (a *Analysis) solve() {
	for changed := true; changed; {
		changed = false
		for i, p := range a.order {
			end := a.flow(p, i == 0)
			if !end.equal(p.end) {
				p.end, changed = end, true
			}
		}
	}
}

func (x Alive) equal(y Alive) bool {
	return x.Reached == y.Reached && x.Open == y.Open && same(x.Surely, y.Surely) && same(x.Maybe, y.Maybe)
}

func same(a, b graph.IDs) bool {
	for len(a) > 0 && a[len(a)-1] == 0 {
		a = a[:len(a)-1]
	}
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return slices.Equal(a, b)
}

// flow computes a step's start and returns its end.
func (a *Analysis) flow(p *point, entry bool) Alive {
	if p.join {
		p.inputs, p.anywhere = meet(p.in, nil)
		p.start = Alive{Reached: p.inputs.Reached}
	} else {
		p.start, _ = meet(p.in, nil)
		p.first, _ = meet(p.in, p)
	}
	if entry {
		p.start = Alive{Reached: true, Maybe: p.start.Maybe}
		p.first = Alive{Reached: true}
	}
	if !p.start.Reached {
		return Alive{}
	}
	if p.body == nil || p.body.OpenFromStart || len(p.node.Step.Stray) > 0 {
		p.start.Open, p.first.Open = true, true
	}
	end := Alive{Surely: p.start.Surely.Clone(), Maybe: p.start.Maybe.Clone(), Open: p.start.Open, Reached: true}
	if p.body == nil {
		return end
	}
	x := &p.body.Exit
	end.Open = end.Open || x.Open
	surely, maybe, open := a.brought(p, x.Merged, x.MaybeMerged)
	end.Open = end.Open || open
	end.Surely.Union(surely)
	end.Surely.Union(x.Surely)
	end.Maybe.Union(maybe)
	end.Maybe.Union(x.Maybe)
	end.Maybe.Union(end.Surely)
	return end
}

// meet is what is there where steps lead to, all but one of them if given: surely what each of them has. The second value is
// what is surely there in one of them.
func meet(in []*point, but *point) (Alive, graph.IDs) {
	var out Alive
	var anywhere graph.IDs
	for _, p := range in {
		if p == but || !p.end.Reached {
			continue
		}
		if !out.Reached {
			out.Surely = p.end.Surely.Clone()
		} else {
			out.Surely.Intersect(p.end.Surely)
		}
		out.Reached = true
		out.Maybe.Union(p.end.Maybe)
		anywhere.Union(p.end.Surely)
		out.Open = out.Open || p.end.Open
	}
	return out, anywhere
}

// brought is what a join's merges bring, given which of them have run surely and which maybe.
func (a *Analysis) brought(p *point, merged, maybeMerged uint64) (surely, maybe graph.IDs, open bool) {
	if !p.join || maybeMerged == 0 {
		return nil, nil, false
	}
	for i := range p.body.Merges {
		bit := uint64(1) << i
		if maybeMerged&bit == 0 {
			continue
		}
		s, m, o := a.brings(p, &p.body.Merges[i])
		if merged&bit != 0 {
			surely.Union(s)
		}
		maybe.Union(m)
		open = open || o
	}
	return surely, maybe, open
}

// mayBring reports whether one of a join's merges may bring an artifact.
func (a *Analysis) mayBring(p *point, id int) bool {
	for i := range p.body.Merges {
		m := &p.body.Merges[i]
		if p.body.Exit.MaybeMerged&(1<<i) == 0 {
			continue
		}
		if m.HasInclude && !m.Computed {
			if named(m.Include, id) {
				return true
			}
		} else if p.inputs.Maybe.Has(id) && (m.HasInclude || !named(m.Exclude, id)) {
			return true
		}
	}
	return false
}

// named reports whether an artifact is among those that mentions name.
func named(mentions []*graph.Mention, id int) bool {
	return slices.ContainsFunc(mentions, func(m *graph.Mention) bool { return m.ID == id })
}

// brings is what one merge brings. One that asks for names either has them or fails.
func (a *Analysis) brings(p *point, m *graph.Merge) (surely, maybe graph.IDs, open bool) {
	switch {
	case m.HasInclude && !m.Computed:
		for _, n := range m.Include {
			surely.Add(n.ID)
		}
		return surely, surely, false
	case m.HasInclude:
		return p.anywhere, p.inputs.Maybe, true
	}
	surely, maybe = p.anywhere.Clone(), p.inputs.Maybe.Clone()
	for _, n := range m.Exclude {
		surely.Remove(n.ID)
		maybe.Remove(n.ID)
	}
	return surely, maybe, p.inputs.Open || m.Computed
}
