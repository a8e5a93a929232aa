package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func checkNeverSet(c *checker) {
	for _, f := range c.missing() {
		if !f.never || len(f.lost) > 0 {
			continue
		}
		m := f.use.Mention
		meant := alike(f.name, c.candidates(f))
		detail := "Set it in a step before, or " + c.say.Ask(f.name) + "."
		if meant != "" {
			detail = "Did you mean " + c.say.Name(meant) + "?"
		}
		var d *lint.Diagnostic
		switch {
		case f.use.Via == graph.ViaInput && f.use.Step != "":
			d = c.report(f.use.At, detail, "step %q reads %q from its input %q, which does not have it", f.step.Name, f.name, f.use.Step)
		case f.use.Via == graph.ViaInput:
			d = c.report(f.use.At, detail, "step %q reads %q from its inputs, which do not have it", f.step.Name, f.name)
		default:
			d = c.report(f.use.At, detail, "step %q reads %q%s, which nothing has set before", f.step.Name, f.name, called(f.use.At, m.Range))
		}
		if f.use.Later {
			d.Severity = lint.Warning
		}
		relatePlace(d, f.use.At, m.Range)
		c.relateLater(d, f)
		if meant != "" && f.use.At == m.Range && !m.Odd {
			d.Replace(m.Range, meant, "Read "+meant)
		}
	}
}

func quoted(name string) string { return `"` + name + `"` }

// candidates are the names that a read could have meant.
func (c *checker) candidates(f fault) []string {
	if f.use.Via != graph.ViaInput {
		return c.known(f.step)
	}
	in := c.a.Inputs(f.step.Name)
	if f.use.Step != "" {
		in = c.a.End(f.use.Step)
	}
	return c.names(in.Maybe)
}

// relateLater points to where the artifact is set after all, too late or elsewhere.
func (c *checker) relateLater(d *lint.Diagnostic, f fault) {
	count := 0
	for _, m := range c.data.Mentions {
		if m.ID == f.use.ID && m.Via == graph.ViaSelf && m.Kind == graph.Assign && m.Range != f.use.At && count < maxRelated {
			count++
			d.Relate(m.Range, "%q is set only here", f.name)
		}
	}
}
