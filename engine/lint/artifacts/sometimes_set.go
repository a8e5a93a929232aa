package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

func checkSometimesSet(c *checker) {
	for _, f := range c.missing() {
		if f.never {
			continue
		}
		m := f.use.Mention
		detail := "Set it on every path, if only to " + c.say.Nothing() + ", or " + c.say.Ask(f.name) + "."
		if f.use.Via == graph.ViaInput {
			what := "some of its inputs do not have"
			if f.use.Step != "" {
				what = "its input " + quoted(f.use.Step) + " does not always have"
			}
			d := c.report(f.use.At, detail, "step %q reads %q, which %s", f.step.Name, f.name, what)
			relatePlace(d, f.use.At, m.Range)
			c.relateSources(d, f.name, c.a.Sources(f.step.Name, f.use.ID))
			continue
		}
		d := c.report(f.use.At, detail, "step %q reads %q%s, which is not set on every path to here", f.step.Name, f.name, called(f.use.At, m.Range))
		relatePlace(d, f.use.At, m.Range)
		c.relateSources(d, f.name, c.sourcesAbove(f.step, f.use))
	}
	c.checkTransitions()
}

// sourcesAbove lists the assignments that may have set an artifact where it is read.
func (c *checker) sourcesAbove(s step, u *graph.Use) []dataflow.Source {
	sources := c.a.Sources(s.Name, u.ID)
	for i := range s.body.Writes {
		if w := &s.body.Writes[i]; w.ID == u.ID && before(w.At.Start, u.At.Start) && w.Kind != graph.Delete {
			sources = append(sources, dataflow.Source{Step: s.Name, Write: w})
		}
	}
	return sources
}

// checkTransitions looks at the artifacts that transitions name in strings.
func (c *checker) checkTransitions() {
	for _, s := range c.reached() {
		for i := range s.body.Uses {
			u := &s.body.Uses[i]
			if !c.carriesOn(s, u) || u.Guarded || u.Conditional {
				continue
			}
			if f, missing := c.judge(s, u); missing && !f.never {
				d := c.report(u.At, "Set it on every path.", "step %q hands over by %q, which is not set on every path to here", s.Name, f.name)
				c.relateSources(d, f.name, c.sourcesAbove(s, u))
			}
		}
	}
}
