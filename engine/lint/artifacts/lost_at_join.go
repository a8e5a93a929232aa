package artifacts

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func checkLostAtJoin(c *checker) {
	for _, f := range c.missing() {
		if !f.never || len(f.lost) == 0 {
			continue
		}
		m := f.use.Mention
		join := f.lost[0]
		var d *lint.Diagnostic
		switch {
		case join == f.step.Name && f.use.Via == graph.ViaSelf:
			from := "[0]"
			if n := c.g.Node(join); len(n.In) > 1 && !c.flow.IsGo() {
				from = "." + n.In[0]
			}
			detail := fmt.Sprintf("Read it from an input, as in %s, or call %s before.", c.say.Of(f.step.body.Inputs+from, f.name), c.say.Merge(f.step.body.Inputs))
			d = c.report(f.use.At, detail, "join %q reads %q from %s, where a join starts with nothing", f.step.Name, f.name, c.say.Self())
		default:
			detail := fmt.Sprintf("In %s set %s from the inputs, or call %s there.", c.say.Name(join), c.say.Field(f.name), c.say.MergeThere())
			d = c.report(f.use.At, detail, "step %q reads %q%s, which the join %q does not pass on", f.step.Name, f.name, called(f.use.At, m.Range), join)
		}
		relatePlace(d, f.use.At, m.Range)
		for _, name := range f.lost {
			if name != f.step.Name {
				d.Relate(c.g.Node(name).Step.NameRange, "%q is lost in the join %q", f.name, name)
			}
		}
		c.relateSources(d, f.name, c.a.Sources(join, f.use.ID))
	}
}
