package suggest

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Source is what there is to offer.
type Source struct {
	Flows []*snapshot.Facts
	// Configs reads the configs of a flow.
	Configs func(f *snapshot.Facts) []configs.Source
}

// Wanted reports whether a place may have something to offer. It is a quick look at the text, before any facts are asked for.
func (p *Place) Wanted() bool {
	if p.Comment {
		return false
	}
	if p.Quote != "" {
		_, ok := p.innermost()
		return ok
	}
	c := p.Chain()
	switch {
	case c == nil:
		return false
	case len(c.Parts) > 0, p.atDecorator(c):
		return true
	}
	b, ok := p.innermost()
	if !ok {
		return false
	}
	callee, decorator := p.callee(b)
	return decorator || strings.HasSuffix(callee, ".next") && b.Open == '('
}

// Complete lists what can be typed at a place, nil where a flow has nothing to say.
func Complete(p *Place, src Source) *List {
	if !p.Wanted() {
		return nil
	}
	c := &completer{Place: p, src: src, out: &List{Start: p.Offset, End: p.nameEnd()}}
	c.locate()
	if p.Quote != "" {
		c.inString()
	} else {
		c.expression(p.Chain())
	}
	if len(c.out.Items) == 0 {
		return nil
	}
	if c.facts != nil {
		c.out.Flow = c.facts.Flow.Name
	}
	return c.out
}

type completer struct {
	*Place
	src    Source
	out    *List
	facts  *snapshot.Facts // of the class the place is in, nil outside of flows
	step   string          // the step the place is in, empty outside of steps
	self   string          // what the method calls the flow, empty outside of methods
	inputs string          // what a join calls its inputs
	method int             // offset of the method's line
}

// locate finds the flow and the step around the place.
func (c *completer) locate() {
	class := -1
	for i, h := range c.Headers {
		if h.Class {
			class = i
		}
	}
	if class < 0 {
		return
	}
	c.facts = c.src.of(c.Headers[class].Name)
	if c.facts == nil || class+1 >= len(c.Headers) {
		return
	}
	method := c.Headers[class+1]
	c.method = method.Offset
	if len(method.Args) > 0 {
		c.self = method.Args[0]
	}
	if c.facts.Graph.Node(method.Name) != nil {
		c.step = method.Name
		if len(method.Args) > 1 {
			c.inputs = method.Args[1]
		}
	}
}

// of finds the flow that a class is, or is a base of.
func (s Source) of(class string) *snapshot.Facts {
	for _, f := range s.Flows {
		if f.Flow.Name == class {
			return f
		}
	}
	for _, f := range s.Flows {
		if slices.ContainsFunc(f.Flow.Steps, func(s *graph.Step) bool { return s.Owner == class }) {
			return f
		}
		if f.Flow.Data != nil && slices.ContainsFunc(f.Flow.Data.Bodies, func(b *graph.Body) bool { return b.Owner == class }) {
			return f
		}
	}
	return nil
}

// expression completes a name in code.
func (c *completer) expression(ch *Chain) {
	c.out.Start = ch.Start
	switch {
	case c.atDecorator(ch):
		c.decoratorNames()
		return
	case c.facts == nil:
		c.decoratorArguments(ch)
		return
	case len(ch.Parts) == 0:
		c.bare(ch)
		return
	}
	root := ch.Parts[0]
	rest := ch.Parts[1:]
	switch {
	case c.self != "" && root == c.self && len(rest) == 0:
		c.members()
	case c.self != "" && root == c.self:
		c.keys(rest)
	case c.inputs != "" && root == c.inputs:
		c.inputMembers(rest)
	case c.self == "" && c.isConfig(root):
		c.keys(ch.Parts)
	case c.inputs != "" && len(rest) == 0 && c.overInputs(root):
		c.inputArtifacts("")
	}
}

// bare completes a name without a dot: in self.next(, and the arguments of decorators.
func (c *completer) bare(ch *Chain) {
	b, ok := c.innermost()
	if !ok {
		return
	}
	if c.self != "" && c.inNext(b) {
		if b.Open == '(' && c.keyword(b) == "" || b.Open == '{' {
			c.nextArguments(b)
		}
		return
	}
	c.decoratorArguments(ch)
}

// inNext reports whether a bracket is that of self.next, or of the dictionary in it.
func (c *completer) inNext(b Bracket) bool {
	if b.Open == '{' && len(c.Brackets) > 1 {
		b = c.Brackets[len(c.Brackets)-2]
	}
	callee, _ := c.callee(b)
	return b.Open == '(' && callee == c.self+".next"
}

// members completes self. with steps in self.next, else with what the step has.
func (c *completer) members() {
	if b, ok := c.innermost(); ok && c.inNext(b) && (b.Open == '(' || c.afterColon(b)) && c.keyword(b) == "" {
		c.steps(b, "")
		return
	}
	c.artifacts()
	c.frame()
}

// afterColon reports whether the place is in the value of a dictionary's entry.
func (c *completer) afterColon(b Bracket) bool {
	return strings.Contains(c.Text[b.Arg:c.Offset], ":")
}

// frame offers the item and its index where a foreach gives the step one.
func (c *completer) frame() {
	n := c.facts.Graph.Node(c.step)
	if n == nil {
		return
	}
	for _, split := range n.SplitParents {
		s := c.facts.Graph.Node(split)
		if s == nil || s.MatchingJoin == n.Name || s.Type != graph.TypeForeach {
			continue
		}
		of := "of " + split
		if s.Step.Next != nil && s.Step.Next.Foreach != "" {
			of = "of " + s.Step.Next.Foreach
		}
		c.out.without(map[string]bool{"input": true, "index": true})
		c.out.add(Item{Kind: Frame, Label: "input", Detail: "item " + of, Rank: 1})
		c.out.add(Item{Kind: Frame, Label: "index", Detail: "place in the foreach", Rank: 1})
	}
}
