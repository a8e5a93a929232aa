package python

import "github.com/spindle-flow/spindle/engine/graph"

func (o owned) function() function {
	return function{mod: o.class.mod, node: o.attr.def.node, owner: o.class, name: o.attr.name}
}

// step walks a step's body.
func (x *facts) step(o owned, s *graph.Step) {
	given := []*value{selfValue}
	inputs := ""
	if s.Positional() >= 2 {
		given = append(given, inputsValue)
		inputs = s.Args[1].Name
	}
	done := x.walk(o.function(), given)
	b := x.body(o.function())
	fill(b, done.body)
	b.Step, b.Name, b.Inputs = true, o.attr.name, inputs
	b.OpenFromStart = o.unsure || o.attr.conditional
	for _, deco := range o.attr.def.decorators {
		if o.attr.mark != nil && deco == o.attr.mark {
			continue
		}
		x.stepDecorator(o, deco, b)
	}
}

// fill copies the result of a walk into the body that stands for its function.
func fill(b, from *graph.Body) {
	name, owner, at := b.Name, b.Owner, b.Range
	*b = *from
	b.Name, b.Owner, b.Range = name, owner, at
}

// helper walks a method that no step has called, or not with its first argument alone.
func (x *facts) helper(o owned) {
	fn := o.function()
	if _, called := x.bodies[fn.key()]; called {
		return
	}
	for _, deco := range o.attr.def.decorators {
		if name := o.class.mod.lastName(o.class.mod.decoratorTarget(deco)); name == "staticmethod" || name == "classmethod" {
			return
		}
	}
	x.walk(fn, []*value{selfValue})
}

// bodyOf returns the index of the body that stands for a function.
func (x *facts) bodyOf(fn function) int {
	if i, ok := x.bodies[fn.key()]; ok {
		return i
	}
	x.data.Bodies = append(x.data.Bodies, nil)
	x.bodies[fn.key()] = len(x.data.Bodies) - 1
	return len(x.data.Bodies) - 1
}

// body returns the body that stands for a function.
func (x *facts) body(fn function) *graph.Body {
	i := x.bodyOf(fn)
	if x.data.Bodies[i] == nil {
		b := &graph.Body{Name: fn.name, Range: fn.mod.span(fn.node)}
		if fn.owner != nil {
			b.Owner = fn.owner.name
		}
		x.data.Bodies[i] = b
	}
	return x.data.Bodies[i]
}
