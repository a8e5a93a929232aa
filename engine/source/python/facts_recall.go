package python

import "slices"

// nextStep reads what a step does, or takes it over.
func (x *facts) nextStep(o owned, i int) {
	s := x.flow.Steps[i]
	if x.r == nil {
		x.step(o, s)
		return
	}
	known := x.r.now.steps[i]
	if known.deeds != nil && x.takeOver(o, known.deeds) {
		return
	}
	defer o.class.mod.cut(int(o.attr.def.whole.start), known.text)()
	from := len(x.data.Mentions)
	x.now, x.called, x.noted = i+1, false, nil
	touched := x.w.touching(func() { x.step(o, s) })
	x.now = 0
	var done *deeds
	if !x.called {
		done = &deeds{
			body: x.body(o.function()), index: x.bodyOf(o.function()), names: slices.Clip(x.noted),
			mentions: slices.Clone(x.data.Mentions[from:]), touched: touched,
		}
	}
	again := *known // the one at hand may be in a memory
	again.deeds = done
	x.r.now.steps[i] = &again
}

// takeOver lets a step have done what it did before. It does all that walking it would do besides, and is false where the result would be another one.
func (x *facts) takeOver(o owned, d *deeds) bool {
	i := x.bodyOf(o.function())
	if i != d.index || x.budget < 1 {
		return false
	}
	for _, n := range d.names {
		if x.id(n.name) != n.id {
			return false
		}
	}
	x.w.touch(d.touched)
	x.budget--
	x.reused = true
	x.data.Bodies[i] = d.body
	x.data.Mentions = append(x.data.Mentions, d.mentions...)
	return true
}

// enter notes that a function is walked, on behalf of another one or by itself.
func (x *facts) enter(fn function) {
	if x.depth > 0 {
		x.called = true
		if i, ok := x.bodies[fn.key()]; ok && i < x.steps {
			x.tangled = true
		}
	}
}

// uses notes that a function calls a member of the class.
func (x *facts) uses(m *member) *member {
	x.tangled = x.tangled || m != nil && m.attr.kind == attrStep
	return m
}

// entangle drops what steps were found to do: they have to do with one another.
func (r *recollection) entangle() {
	for i, s := range r.now.steps {
		if s.deeds != nil {
			alone := *s
			alone.deeds = nil
			r.now.steps[i] = &alone
		}
	}
}
