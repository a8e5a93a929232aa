package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// fault is a read of an artifact that is missing.
type fault struct {
	step  step
	use   *graph.Use
	name  string
	never bool     // on every path; else on some
	lost  []string // the joins that drop it
}

// missing judges all reads once. Of the reads of one name in one step the first that fails is told.
func (c *checker) missing() []fault {
	if c.judged {
		return c.faults
	}
	c.judged = true
	type key struct {
		id  int
		via graph.Via
	}
	for _, s := range c.reached() {
		told := map[key]bool{}
		for i := range s.body.Uses {
			u := &s.body.Uses[i]
			k := key{u.ID, u.Via}
			if told[k] || u.Guarded || c.carriesOn(s, u) {
				continue
			}
			f, ok := c.judge(s, u)
			if !ok {
				continue
			}
			told[k] = true
			c.faults = append(c.faults, f)
		}
	}
	return c.faults
}

// carriesOn reports whether a use is the string of a transition, which has rules of its own where nothing sets the artifact.
func (c *checker) carriesOn(s step, u *graph.Use) bool {
	t := s.Step.Next
	return t != nil && u.At == u.Mention.Range && (u.Mention.Text || c.flow.IsGo()) && within(u.At, t.Range)
}

func within(inner, outer graph.Range) bool {
	return inner.File == outer.File && !before(inner.Start, outer.Start) && !before(outer.End, inner.End)
}

func before(p, q graph.Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// judge is false where the artifact may well be there.
func (c *checker) judge(s step, u *graph.Use) (fault, bool) {
	f := fault{step: s, use: u, name: c.data.Names[u.ID]}
	if u.Via == graph.ViaInput {
		return f, c.judgeInput(&f)
	}
	start, brought := c.a.Start(s.Name), c.a.Brought(s.Name, u.Merged, u.MaybeMerged)
	switch {
	case u.Assigned == graph.Yes, start.Open, brought.Open, start.Surely.Has(u.ID), brought.Surely.Has(u.ID):
		return f, false
	case u.Assigned == graph.No && !start.Maybe.Has(u.ID) && !brought.Maybe.Has(u.ID):
		f.never = true
		f.lost = c.a.Lost(s.Name, u.ID)
		return f, true
	case u.Conditional:
		return f, false // the condition may be the one that decides
	case u.Assigned == graph.No && !c.a.First(s.Name).Maybe.Has(u.ID) && !brought.Maybe.Has(u.ID):
		f.never = true // a switch that turns back to itself sets it only for its later rounds
	}
	return f, true
}

func (c *checker) judgeInput(f *fault) bool {
	in := c.a.Inputs(f.step.Name)
	if f.use.Step != "" {
		if !contains(f.step.In, f.use.Step) {
			return false // SP208 says that there is no such input
		}
		in = c.a.End(f.use.Step)
	}
	if in.Open || !in.Reached || in.Surely.Has(f.use.ID) {
		return false
	}
	f.never = !in.Maybe.Has(f.use.ID)
	if f.never {
		for _, from := range f.step.In {
			if f.use.Step == "" || from == f.use.Step {
				f.lost = append(f.lost, c.lostBefore(from, f.use.ID)...)
			}
		}
	}
	return f.never || !f.use.Conditional
}

// lostBefore lists the joins that drop an artifact on the ways to the end of a step.
func (c *checker) lostBefore(name string, id int) []string { return c.a.Lost(name, id) }

func contains(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}
