package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

func checkForeach(c *checker) {
	for _, s := range c.reached() {
		t := s.Step.Next
		if t == nil || t.Kind != graph.Foreach || t.Foreach == "" {
			continue
		}
		if m := c.data.Member(t.Foreach); m != nil {
			if m.Kind == graph.MemberConstant && notIterable(m.Content) {
				c.report(t.ForeachRange, "Give it a list.", "the foreach of step %q goes over %q, which is %s", s.Name, t.Foreach, describe(m.Content)).
					Relate(m.Range, "%q is set here", t.Foreach)
			}
			continue
		}
		if c.neverThere(s, t.Foreach, t.ForeachRange, "the foreach of step %q goes over %q, which nothing has set") {
			continue
		}
		values, sure := c.values(s, t.Foreach)
		if !sure {
			continue
		}
		bad := 0
		for _, v := range values {
			if notIterable(v.Write.Content) {
				bad++
			}
		}
		if bad > 0 && bad == len(values) {
			d := c.report(t.ForeachRange, "Give it a list.", "the foreach of step %q goes over %q, which is %s", s.Name, t.Foreach, describe(values[0].Write.Content))
			c.relateSources(d, t.Foreach, values)
		}
	}
}

func notIterable(v graph.Content) bool {
	return v.Kind == graph.ContentNone || v.Kind == graph.ContentNumber || v.Kind == graph.ContentBool
}

func describe(v graph.Content) string {
	switch v.Kind {
	case graph.ContentNone, graph.ContentBool:
		return v.Text
	case graph.ContentNumber:
		return "the number " + v.Text
	case graph.ContentString:
		return quoted(v.Text)
	}
	return v.Text
}

// neverThere reports an artifact that a transition names and that can't be there.
func (c *checker) neverThere(s step, name string, at graph.Range, format string) bool {
	id := c.data.ID(name)
	end := c.a.End(s.Name)
	if id < 0 || end.Open || end.Maybe.Has(id) || c.guarded(s, id) {
		return false
	}
	detail := "Set " + c.say.Field(name) + " before the transition."
	meant := alike(name, c.known(s))
	if meant != "" {
		detail = "Did you mean " + c.say.Name(meant) + "?"
	}
	d := c.report(at, detail, format, s.Name, name)
	for _, join := range c.a.Lost(s.Name, id) {
		d.Relate(c.g.Node(join).Step.NameRange, "%q is lost in the join %q", name, join)
	}
	if m := c.plainString(s, id); meant != "" && m != nil {
		d.Replace(m.Range, meant, "Use "+meant)
	}
	return true
}

// plainString is the mention of an artifact in the transition of a step, nil where its text can't simply be replaced.
func (c *checker) plainString(s step, id int) *graph.Mention {
	for _, m := range c.data.Mentions {
		if m.ID == id && m.Text && !m.Odd && s.Step.Next != nil && within(m.Range, s.Step.Next.Range) {
			return m
		}
	}
	return nil
}

// guarded reports whether the step asks whether it has the artifact.
func (c *checker) guarded(s step, id int) bool {
	for i := range s.body.Uses {
		if s.body.Uses[i].ID == id && s.body.Uses[i].Guarded {
			return true
		}
	}
	return false
}

// values lists all assignments that an artifact's value may come from at the end of a step. It is false where there may be
// others, or where the value is not all there is to say.
func (c *checker) values(s step, name string) ([]dataflow.Source, bool) {
	id := c.data.ID(name)
	end := c.a.End(s.Name)
	if id < 0 || end.Open || !end.Surely.Has(id) || s.body.Catch {
		return nil, false
	}
	var out []dataflow.Source
	for _, i := range s.body.Exit.Writes {
		if w := &s.body.Writes[i]; w.ID == id {
			out = append(out, dataflow.Source{Step: s.Name, Write: w})
		}
	}
	if !s.body.Exit.Always.Has(id) {
		if s.isJoin() {
			return nil, false
		}
		out = append(out, c.a.Sources(s.Name, id)...)
	}
	return out, len(out) > 0
}
