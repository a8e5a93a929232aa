package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkLostChange(c *checker) {
	for _, s := range c.steps() {
		c.changedItem(s)
	}
	for _, m := range c.data.Mentions {
		switch {
		case m.Body < 0 || m.Kind != graph.Mutate && m.Kind != graph.Assign && m.Kind != graph.Update:
		case m.Via == graph.ViaInput:
			c.changedInput(m)
		case m.Via == graph.ViaSelf && m.Kind == graph.Mutate:
			c.changedConstant(m)
		}
	}
}

// changedItem looks at changes of self.input that nothing in the step uses: the item that the next steps see is the one the
// foreach was given.
func (c *checker) changedItem(s step) {
	for i, p := range s.body.Places {
		if p.Kind != graph.PlaceChange || p.Name != "input" || p.At != p.Range {
			continue
		}
		used := false
		for j, q := range s.body.Places {
			used = used || j != i && q.Name == "input" && (q.Kind == graph.PlaceFrame || q.Kind == graph.PlaceChange && j > i)
		}
		if !used {
			c.report(p.At, "Keep the result in an artifact of its own: self.item = self.input, then change self.item.",
				"step %q changes self.input, and no other step will see the change", s.Name)
		}
	}
}

// changedInput looks at changes of what a join's input holds.
func (c *checker) changedInput(m *graph.Mention) {
	for _, o := range c.data.Mentions {
		if o != m && o.Body == m.Body && o.ID == m.ID && o.Via == graph.ViaInput {
			return // the change is made to be used here
		}
	}
	if c.data.Bodies[m.Body].ReadsAny {
		return
	}
	c.report(m.Range, "Set "+c.say.Field(m.Name)+" instead.", "%q of an input is changed, and no other step will see the change", m.Name)
}

// changedConstant looks at changes of a class attribute's value that another step reads.
func (c *checker) changedConstant(m *graph.Mention) {
	member := c.data.Member(m.Name)
	if member == nil || member.Kind != graph.MemberConstant {
		return
	}
	switch member.Content.Kind {
	case graph.ContentList, graph.ContentDict, graph.ContentSet:
	default:
		return
	}
	for _, o := range c.data.Mentions {
		if o.ID != m.ID || o.Body == m.Body || o.Body < 0 || !c.data.Bodies[o.Body].Step || o.Kind != graph.Read {
			continue
		}
		d := c.report(m.Range, "Copy it to an artifact in the first step, and change that.", "%q is a class attribute: the change ends with this step's task", m.Name)
		d.Relate(member.Range, "%q is declared here", m.Name)
		d.Relate(o.Range, "here it has its first value again")
		return
	}
}
