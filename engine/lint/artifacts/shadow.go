package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

// unsettable are properties of every flow.
var unsettable = map[string]bool{"input": true, "index": true, "script_name": true}

func checkShadow(c *checker) {
	for _, s := range c.steps() {
		for _, p := range s.body.Places {
			if p.Kind == graph.PlaceMember && !p.Guarded {
				c.shadow(s, p)
			}
		}
	}
}

func (c *checker) shadow(s step, p graph.Place) {
	m := c.data.Member(p.Name)
	const rename = "Choose another name."
	in := called(p.At, p.Range)
	switch {
	case m != nil && m.Kind == graph.MemberStep:
		if leadsTo(s, p.Name) && !p.Conditional {
			d := c.fail(p.At, rename, "step %q sets %q%s, which hides the step of that name it leads to", s.Name, p.Name, in)
			d.Relate(m.Range, "%q is a step", p.Name)
			return
		}
		d := c.warn(p.At, rename, "step %q sets %q%s, and later steps will see the step of that name instead", s.Name, p.Name, in)
		d.Relate(m.Range, "%q is a step", p.Name)
	case m != nil && m.Kind == graph.MemberMethod:
		d := c.warn(p.At, rename, "step %q sets %q%s, and later steps will see the method of that name instead", s.Name, p.Name, in)
		d.Relate(m.Range, "%q is a method", p.Name)
	case m != nil:
	case unsettable[p.Name]:
		c.fail(p.At, rename, "step %q sets self.%s%s, which is the SDK's and can't be set", s.Name, p.Name, in)
	case p.Name == "next" && s.Step.Next != nil && !p.Conditional:
		c.fail(p.At, rename, "step %q sets self.next%s, which it needs to hand over", s.Name, in)
	case p.Name == "name":
		c.warn(p.At, rename, "step %q sets self.name%s, and later steps will see the flow's name instead", s.Name, in)
	default:
		c.warn(p.At, rename, "step %q sets self.%s%s, which the SDK uses for itself", s.Name, p.Name, in)
	}
}

func leadsTo(s step, name string) bool { return contains(s.Out, name) }
