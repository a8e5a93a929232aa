package python

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// lineage is a class with all it inherits from, in the order Python looks attributes up.
type lineage struct {
	classes []*class
	flow    bool // FlowSpec is among them
	// unknown is the number of classes that come before the first base out of reach; -1 when all are known.
	unknown int
	dynamic []graph.Dynamic
}

// ancestor is an entry of a resolution order: a class of the workspace, FlowSpec, or a base out of reach.
type ancestor struct {
	class *class
	flow  bool
}

type linearizer struct {
	w       *workspace
	memo    map[*class][]*ancestor
	busy    map[*class]bool
	classes map[*class]*ancestor
	spec    *ancestor
	dynamic []graph.Dynamic
}

func (w *workspace) lineage(c *class) lineage {
	z := &linearizer{w: w, memo: map[*class][]*ancestor{}, busy: map[*class]bool{}, classes: map[*class]*ancestor{}}
	z.spec = &ancestor{flow: true}
	l := lineage{unknown: -1}
	for _, a := range z.order(c) {
		switch {
		case a.class != nil:
			l.classes = append(l.classes, a.class)
		case a.flow:
			l.flow = true
		case l.unknown < 0:
			l.unknown = len(l.classes)
		}
	}
	l.dynamic = z.dynamic
	return l
}

func (z *linearizer) unsure(c *class, n *flatNode, format string, args ...any) {
	z.dynamic = append(z.dynamic, graph.Dynamic{Range: c.mod.span(n), Reason: fmt.Sprintf(format, args...)})
}

// order is Python's C3 order of a class and its ancestors. Bases that Python would refuse are taken depth first.
func (z *linearizer) order(c *class) []*ancestor {
	if done, ok := z.memo[c]; ok {
		return done
	}
	if z.busy[c] || len(z.busy) > maxNesting {
		return nil
	}
	z.busy[c] = true
	defer delete(z.busy, c)
	bases, odd := c.bases()
	if len(bases) > maxNesting {
		z.unsure(c, c.def.node, "the class has too many bases")
		bases = nil
	}
	var lists [][]*ancestor
	var direct []*ancestor
	for _, b := range bases {
		if list := z.base(c, b); len(list) > 0 {
			lists = append(lists, list)
			direct = append(direct, list[0])
		}
	}
	for _, n := range odd {
		if text := c.mod.source(n); !strings.HasSuffix(text, "ABCMeta") {
			z.unsure(c, n, "%s may change the class", text)
		}
	}
	merged, ok := merge(append(lists, direct))
	if !ok {
		z.unsure(c, c.def.node, "the order of the base classes contradicts itself")
	}
	self := &ancestor{class: c}
	z.classes[c] = self
	z.memo[c] = append([]*ancestor{self}, merged...)
	return z.memo[c]
}

// base returns the order of one base class, nil for one that has no steps to give.
func (z *linearizer) base(c *class, n *flatNode) []*ancestor {
	s := z.w.resolve(c.mod, n, 0)
	name := sdkName(s, c.mod.lastName(n))
	switch {
	case name == "FlowSpec":
		if s.kind == symExternal {
			z.unsure(c, n, "FlowSpec comes from %s, which is out of reach", strings.TrimSuffix(s.name, ".FlowSpec"))
			return []*ancestor{{}, z.spec}
		}
		return []*ancestor{z.spec}
	case s.kind == symClass:
		return z.order(s.class)
	case s.kind == symSDK, s.kind == symHarmless:
		return nil
	}
	if s.kind == symExternal {
		z.unsure(c, n, "base class %s comes from a module that is out of reach", c.mod.source(n))
	} else {
		z.unsure(c, n, "base class %s is not a class the source names", c.mod.source(n))
	}
	return []*ancestor{{}}
}

// merge is the merge step of C3: it takes the first head that is in no other list's tail.
func merge(lists [][]*ancestor) (out []*ancestor, ok bool) {
	ok = true
	for {
		lists = nonEmpty(lists)
		if len(lists) == 0 {
			return out, ok
		}
		head := goodHead(lists)
		if head == nil {
			head, ok = lists[0][0], false
		}
		out = append(out, head)
		for i, l := range lists {
			lists[i] = without(l, head)
		}
	}
}

func nonEmpty(lists [][]*ancestor) [][]*ancestor {
	var out [][]*ancestor
	for _, l := range lists {
		if len(l) > 0 {
			out = append(out, l)
		}
	}
	return out
}

func goodHead(lists [][]*ancestor) *ancestor {
	for _, l := range lists {
		if !inTail(lists, l[0]) {
			return l[0]
		}
	}
	return nil
}

func inTail(lists [][]*ancestor, a *ancestor) bool {
	for _, l := range lists {
		for _, b := range l[1:] {
			if a == b {
				return true
			}
		}
	}
	return false
}

func without(l []*ancestor, a *ancestor) []*ancestor {
	out := make([]*ancestor, 0, len(l))
	for _, b := range l {
		if a != b {
			out = append(out, b)
		}
	}
	return out
}
