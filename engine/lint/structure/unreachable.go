package structure

import "github.com/spindle-flow/spindle/engine/graph"

// checkUnreachable reports the first step of every part that the start does not lead to.
func checkUnreachable(c *checker) {
	if c.mended.Start == "" || c.mended.lost {
		return
	}
	roots := c.lostRoots()
	if len(roots) <= c.turned() {
		return // each of them follows from a step that turns back instead of going on
	}
	for _, n := range roots {
		c.report(n.Step.NameRange, "Lead to it from another step, or remove it.", "no way leads from the start to step %q", n.Name)
	}
}

// lostRoots are the first steps of the parts out of reach.
func (c *checker) lostRoots() []*graph.Node {
	explained := c.explained()
	inLoop := map[string]bool{}
	for _, loop := range c.mended.loops {
		for _, name := range loop {
			inLoop[name] = true
		}
	}
	var roots []*graph.Node
	take := func(n *graph.Node) {
		if explained[n.Name] {
			return
		}
		roots = append(roots, n)
		for name := range c.mended.reach(n.Name, forward) {
			explained[name] = true
		}
	}
	for n := range c.mended.All() {
		if !n.Reachable && len(n.In) == 0 {
			take(n)
		}
	}
	for n := range c.mended.All() {
		if !n.Reachable && !inLoop[n.Name] {
			take(n)
		}
	}
	return roots
}

// turned counts the transitions told to lead backward: what they should have led to may be out of reach.
func (c *checker) turned() int {
	n := 0
	for _, d := range c.found.All() {
		if d.Code == "SP109" || d.Code == "SP119" {
			n++
		}
	}
	return n
}

// explained are steps that are out of reach because of a fault that another rule tells.
func (c *checker) explained() map[string]bool {
	out := map[string]bool{}
	for _, d := range c.found.All() {
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
