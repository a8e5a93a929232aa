package flowgen

import (
	"fmt"
	"strings"
)

// deepest is how deep blocks are put into one another.
const deepest = 3

// series goes on from a step with about so many further ones.
func (b *builder) series(w *way, steps, depth int) {
	for steps > 0 {
		if steps < 4 || depth >= deepest || b.r.IntN(3) == 0 {
			b.linear(w)
			steps--
			continue
		}
		if w.last.Inputs != "" { // a join can't split
			b.linear(w)
			steps--
		}
		before := len(b.p.Steps)
		inner := min(steps-2, 3+b.r.IntN(20))
		switch b.r.IntN(6) {
		case 0, 1:
			b.split(w, inner, depth+1)
		case 2:
			b.foreach(w, inner, depth+1)
		case 3:
			b.choose(w, inner, depth+1)
		case 4:
			b.repeat(w)
		default:
			b.gang(w)
		}
		steps -= len(b.p.Steps) - before
	}
}

func (b *builder) linear(w *way) {
	s := b.anyStep()
	b.link(w.last, s.Name)
	w.last = s
	b.work(w)
}

// branch starts a way from a split to its join.
func (b *builder) branch(w *way, steps, depth int) *way {
	in := &way{last: b.anyStep(), alive: w.alive, some: w.some}
	b.work(in)
	b.series(in, steps, depth)
	return in
}

func (b *builder) split(w *way, steps, depth int) {
	n := 2 + b.r.IntN(2)
	var ends []*way
	var targets []string
	for range n {
		at := len(b.p.Steps)
		ends = append(ends, b.branch(w, steps/n-1, depth))
		targets = append(targets, b.p.Steps[at].Name)
	}
	b.link(w.last, targets...)
	j := b.join()
	for _, e := range ends {
		b.link(e.last, j.Name)
	}
	before := *w
	w.last, w.alive, w.some = j, nil, nil
	if b.r.IntN(2) == 0 {
		b.mergeBranches(w, before, ends)
	} else {
		b.takeOver(w, before, ends)
	}
	b.work(w)
}

// mergeBranches takes all over that the branches have: none assigns what another one does.
func (b *builder) mergeBranches(w *way, before way, ends []*way) {
	var carried names
	some := before.some
	for _, e := range ends {
		carried, some = carried.with(e.alive...), some.with(e.some...)
	}
	b.say(w, &Stmt{Text: fmt.Sprintf("self.merge_artifacts(%s)", w.last.Inputs), Sets: carried, Merge: &Merge{Carries: carried}})
	w.some = some
}

// takeOver assigns one by one what is to go on.
func (b *builder) takeOver(w *way, before way, ends []*way) {
	in := w.last.Inputs
	for _, e := range ends {
		for _, name := range e.alive.without(before.alive) {
			text := fmt.Sprintf("self.%s = %s.%s.%s", name, in, e.last.Name, name)
			b.say(w, &Stmt{Text: text, Sets: []string{name}, Inputs: []string{name}, From: e.last.Name})
		}
	}
	common := before.alive
	for _, e := range ends {
		common = common.in(e.alive)
	}
	b.keep(w, common, func(name string) *Stmt {
		return &Stmt{Text: fmt.Sprintf("self.%s = %s[0].%s", name, in, name), Sets: []string{name}, Inputs: []string{name}}
	})
}

// keep carries over a part of what was there before a split: what has not been read yet, and some of the rest.
func (b *builder) keep(w *way, before names, stmt func(name string) *Stmt) {
	for _, name := range before {
		if !b.read[name] || b.r.IntN(3) > 0 {
			b.say(w, stmt(name))
		}
	}
}

func (b *builder) foreach(w *way, steps, depth int) {
	items := b.artifact()
	b.say(w, &Stmt{Text: fmt.Sprintf("self.%s = %s", items, pick(b.r, "[1, 2, 3]", "list(range(4))", `["a", "b"]`, "(1, 2)")), Sets: []string{items}})
	b.read[items] = true
	body := &way{last: b.anyStep(), alive: w.alive, some: w.some}
	w.last.Next = &Next{Targets: []string{body.last.Name}, Foreach: items}
	one := b.artifact()
	b.say(body, &Stmt{Text: fmt.Sprintf("self.%s = self.input", one), Sets: []string{one}})
	b.work(body)
	b.series(body, steps-1, depth)
	b.gather(w, body)
}

// gang is a step that runs on several nodes; its join follows at once.
func (b *builder) gang(w *way) {
	body := &way{last: b.anyStep(), alive: w.alive, some: w.some}
	body.last.Decorators = append([]string{"parallel"}, body.last.Decorators...)
	w.last.Next = &Next{Targets: []string{body.last.Name}, Parallel: 2 + b.r.IntN(3)}
	part := b.artifact()
	b.say(body, &Stmt{Text: fmt.Sprintf("self.%s = 1", part), Sets: []string{part}})
	b.gather(w, body)
}

// gather joins what runs several times: what was assigned there becomes lists.
func (b *builder) gather(w, body *way) {
	j := b.join()
	b.link(body.last, j.Name)
	before := *w
	w.last, w.alive, w.some = j, nil, nil
	for _, name := range body.alive.without(before.alive) {
		all := b.name("all_" + strings.TrimLeft(name, "_"))
		text := fmt.Sprintf("self.%s = [i.%s for i in %s]", all, name, j.Inputs)
		b.say(w, &Stmt{Text: text, Sets: []string{all}, Inputs: []string{name}})
	}
	changed, common := body.some.without(before.some), before.alive.in(body.alive)
	// What is there before only on some ways can't be included, and what each task has of its own can't be merged.
	switch {
	case len(common) == 0:
	case b.r.IntN(2) == 0:
		b.say(w, &Stmt{
			Text: fmt.Sprintf("self.merge_artifacts(%s, exclude=%s)", j.Inputs, list(changed)), Sets: common,
			Merge: &Merge{Exclude: changed, Carries: common},
		})
		w.some = w.some.with(before.some...)
	default:
		var include names
		b.keep(&way{last: &Step{}}, common, func(name string) *Stmt {
			include = include.with(name)
			return &Stmt{}
		})
		if len(include) > 0 {
			b.say(w, &Stmt{
				Text: fmt.Sprintf("self.merge_artifacts(%s, include=%s)", j.Inputs, list(include)), Sets: include,
				Merge: &Merge{Include: include, Carries: include},
			})
		}
	}
	b.work(w)
}

func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// choose is a switch whose cases meet again.
func (b *builder) choose(w *way, steps, depth int) {
	state := b.artifact()
	cases := []string{"small", "large", "none"}[:2+b.r.IntN(2)]
	b.say(w, &Stmt{Text: fmt.Sprintf("self.%s = %q", state, cases[0]), Sets: []string{state}})
	b.read[state] = true
	next := &Next{Cases: cases, Condition: state}
	var ends []*way
	for range cases {
		at := len(b.p.Steps)
		e := b.branch(w, steps/len(cases)-1, depth)
		b.readUnread(e)
		ends = append(ends, e)
		next.Targets = append(next.Targets, b.p.Steps[at].Name)
	}
	w.last.Next = next
	meet := b.anyStep()
	alive, some := ends[0].alive, w.some
	for _, e := range ends {
		b.link(e.last, meet.Name)
		alive = alive.in(e.alive)
		some = some.with(e.some...)
	}
	w.last, w.alive, w.some = meet, alive, some
	b.work(w)
}

// repeat is a step that goes back to itself until it is done.
func (b *builder) repeat(w *way) {
	count, state := b.artifact(), b.artifact()
	b.say(w, &Stmt{Text: fmt.Sprintf("self.%s = 0", count), Sets: []string{count}})
	s := b.anyStep()
	b.link(w.last, s.Name)
	w.last = s
	b.say(w, &Stmt{Text: fmt.Sprintf("self.%s += 1", count), Sets: []string{count}, Reads: []string{count}})
	text := fmt.Sprintf("self.%s = \"again\" if self.%s < 3 else \"done\"", state, count)
	b.say(w, &Stmt{Text: text, Sets: []string{state}, Reads: []string{count}})
	b.read[state] = true
	after := b.anyStep()
	s.Next = &Next{Targets: []string{s.Name, after.Name}, Cases: []string{"again", "done"}, Condition: state}
	w.last = after
	b.work(w)
}
