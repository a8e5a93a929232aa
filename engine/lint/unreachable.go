package lint

import "github.com/spindle-flow/spindle/engine/graph"

// checkUnreachable reports the first step of every part that the start does not lead to.
func checkUnreachable(c *checker) {
	if c.mended.Start == "" || c.mended.lost {
		return
	}
	inLoop := map[string]bool{}
	for _, loop := range c.mended.loops {
		for _, name := range loop {
			inLoop[name] = true
		}
	}
	explained := c.explained()
	report := func(n *graph.Node) {
		c.report(n.Step.NameRange, "Lead to it from another step, or remove it.", "no way leads from the start to step %q", n.Name)
		for name := range c.mended.reach(n.Name, forward) {
			explained[name] = true
		}
	}
	for _, n := range c.mended.Nodes() {
		if !n.Reachable && len(n.In) == 0 && !explained[n.Name] {
			report(n)
		}
	}
	for _, n := range c.mended.Nodes() { // what only steps out of reach lead to, in a loop
		if !n.Reachable && !explained[n.Name] {
			if inLoop[n.Name] {
				explained[n.Name] = true
				continue
			}
			report(n)
		}
	}
}

// explained are steps that are out of reach because of a fault that another rule tells.
func (c *checker) explained() map[string]bool {
	out := map[string]bool{}
	for _, d := range c.found {
		switch d.Code {
		case "SP105":
			out["start"] = true
		case "SP109", "SP119": // what turns back does not get to the end
			out[c.mended.End] = true
		}
	}
	for name := range c.behindEnd() {
		out[name] = true
	}
	return out
}

// behindEnd are the steps that only an end step which goes on leads to.
func (c *checker) behindEnd() map[string]bool {
	out := map[string]bool{}
	end := c.g.Node(c.g.End)
	if end == nil {
		return out
	}
	for _, to := range end.Out {
		for name := range c.mended.reach(to, forward) {
			if n := c.mended.Node(name); n != nil && !n.Reachable {
				out[name] = true
			}
		}
	}
	return out
}
