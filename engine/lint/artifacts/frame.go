package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkFrame(c *checker) {
	if c.brokenTransition() {
		return // which steps a foreach leads to is not sure
	}
	for _, s := range c.reached() {
		inside := c.mayBeInForeach(s)
		told := map[string]bool{}
		for _, p := range s.body.Places {
			if p.Kind != graph.PlaceFrame && p.Kind != graph.PlaceChange || p.Guarded || told[p.Name] {
				continue
			}
			switch {
			case !inside:
				told[p.Name] = true
				c.outsideForeach(s, p)
			case p.Name == "input":
				told[p.Name] = c.droppedItems(s, p)
			}
		}
	}
}

func (c *checker) outsideForeach(s step, p graph.Place) {
	detail := "Only the steps that a foreach leads to have it."
	if s.isJoin() {
		detail = "The join that closes the foreach is outside of it; read what the items gave from " + s.body.Inputs + "."
	}
	d := c.report(p.At, detail, "step %q reads %s%s, which is %s outside of a foreach", s.Name, c.say.Item(p.Name), called(p.At, p.Range), c.say.WithoutForeach(p.Name))
	relatePlace(d, p.At, p.Range)
}

// droppedItems looks at a step in a foreach behind a join: the item is looked up in the artifact that the foreach goes over, and a join
// drops it like any other.
func (c *checker) droppedItems(s step, p graph.Place) bool {
	split := c.openForeach(s)
	if split == nil || split.Step.Next.Foreach == "" || c.data.Member(split.Step.Next.Foreach) != nil {
		return false
	}
	name := split.Step.Next.Foreach
	id := c.data.ID(name)
	if id < 0 || c.a.Start(s.Name).Open || c.a.Start(s.Name).Maybe.Has(id) || c.a.End(s.Name).Open || c.a.End(s.Name).Maybe.Has(id) {
		return false
	}
	lost := c.a.Lost(s.Name, id)
	if len(lost) == 0 {
		return false
	}
	d := c.report(p.At, "Keep the item in an artifact of its own before, or merge "+quoted(name)+" in the join.",
		"step %q reads %s%s, which is %s because the join %q does not pass on %q, the list it is from", s.Name, c.say.Item(p.Name), called(p.At, p.Range), c.say.WithoutForeach(p.Name), lost[0], name)
	relatePlace(d, p.At, p.Range)
	d.Relate(split.Step.Next.ForeachRange, "the foreach goes over %q", name)
	return true
}

// openForeach is the foreach that a step's item is of, nil where that differs from way to way or none is sure.
func (c *checker) openForeach(s step) *graph.Node {
	var found *graph.Node
	for _, frame := range c.g.Stacks(s.Name) {
		if s.isJoin() && frame != nil {
			frame = frame.Outer
		}
		for frame != nil && !foreach(c.g.Node(frame.Split)) {
			frame = frame.Outer
		}
		if frame == nil || found != nil && found.Name != frame.Split {
			return nil
		}
		found = c.g.Node(frame.Split)
	}
	return found
}

func foreach(n *graph.Node) bool { return n.Type == graph.TypeForeach || n.Type == graph.TypeParallel }

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
			if foreach(c.g.Node(frame.Split)) {
				return true
			}
		}
	}
	return false
}

func (c *checker) brokenTransition() bool {
	for n := range c.g.All() {
		if n.Step.Next != nil && n.Step.Next.Kind == graph.Invalid {
			return true
		}
	}
	return false
}
