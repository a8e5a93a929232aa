package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkFrame(c *checker) {
	for _, s := range c.reached() {
		if c.mayBeInForeach(s) {
			continue
		}
		told := map[string]bool{}
		for _, p := range s.body.Places {
			if p.Kind != graph.PlaceFrame && p.Kind != graph.PlaceChange || p.Guarded || told[p.Name] {
				continue
			}
			told[p.Name] = true
			detail := "Only the steps that a foreach leads to have it."
			if s.isJoin() {
				detail = "The join that closes the foreach is outside of it; read what the items gave from " + s.body.Inputs + "."
			}
			d := c.report(p.At, detail, "step %q reads self.%s%s, which is None outside of a foreach", s.Name, p.Name, called(p.At, p.Range))
			relatePlace(d, p.At, p.Range)
		}
	}
}

// mayBeInForeach reports whether on some way to the step a foreach is open that the step does not close.
func (c *checker) mayBeInForeach(s step) bool {
	if s.InsideForeach {
		return true
	}
	for _, frame := range c.g.Stacks(s.Name) {
		if s.isJoin() && frame != nil {
			frame = frame.Outer
		}
		for ; frame != nil; frame = frame.Outer {
			if t := c.g.Node(frame.Split).Type; t == graph.TypeForeach || t == graph.TypeParallel {
				return true
			}
		}
	}
	return false
}
