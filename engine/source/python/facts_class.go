package python

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// addMember notes what the class binds to a name.
func (x *facts) addMember(o owned) {
	x.room = append(x.room, member{owned: o})
	m, a := &x.room[len(x.room)-1], o.attr
	switch a.kind {
	case attrStep:
		m.kind = graph.MemberStep
	case attrMethod:
		m.kind = graph.MemberMethod
	case attrParameter:
		m.kind = graph.MemberParameter
	case attrConstant:
		m.kind = graph.MemberPlain
		if a.name[0] != '_' && !a.conditional && !o.unsure {
			m.kind = graph.MemberConstant
		}
	default:
		m.kind = graph.MemberPlain
	}
	x.members[a.name] = m
	out := graph.ClassMember{Name: a.name, Kind: m.kind}
	f := o.class.mod.file
	switch {
	case a.def.node != nil:
		out.Range = f.span(f.field(a.def.node, fieldName))
	case a.left != nil:
		out.Range = f.span(a.left)
	}
	if a.kind == attrConstant && a.value != nil {
		out.Content = constantContent(f, a.value)
	}
	x.data.Members = append(x.data.Members, out)
}

// constantContent tells what is plainly visible of a class attribute's value.
func constantContent(f *file, n *flatNode) graph.Content {
	n = f.unwrap(n)
	kinds := map[string]graph.ContentKind{
		"none": graph.ContentNone, "true": graph.ContentBool, "false": graph.ContentBool, "integer": graph.ContentNumber,
		"float": graph.ContentNumber, "string": graph.ContentString, "concatenated_string": graph.ContentString,
		"list": graph.ContentList, "list_comprehension": graph.ContentList, "tuple": graph.ContentTuple, "set": graph.ContentSet,
		"dictionary": graph.ContentDict, "dictionary_comprehension": graph.ContentDict, "set_comprehension": graph.ContentSet,
	}
	c := graph.Content{Kind: kinds[f.kind(n)]}
	if c.Kind.Scalar() {
		c.Text = f.source(n)
		if text, ok := f.stringValue(n); ok {
			c.Text = text
		}
	}
	return c
}

// classBodies notes where the class bodies name what they bind: its declaration, and its uses in other declarations and in
// decorators.
func (x *facts) classBodies() {
	for _, c := range x.classes {
		body := c.mod.field(c.def.node, fieldBody)
		for _, s := range c.mod.children(body) {
			switch c.mod.kind(s) {
			case "function_definition", "class_definition":
			case "decorated_definition":
				for _, d := range c.mod.definition(s).decorators {
					x.classNames(c, c.mod.flatten(d))
				}
			default:
				x.classNames(c, c.mod.flatten(s))
			}
		}
	}
}

func (x *facts) classNames(c *class, t *flatTree) {
	skip := t.lang.parts[fieldAttribute]
	name, left := t.lang.parts[fieldName], t.lang.parts[fieldLeft]
	for n := node(0); int(n) < len(t.nodes); n++ {
		switch t.kindOf(n) {
		case "function_definition", "class_definition", "lambda":
			n = t.behind(n) - 1
			continue
		case "identifier":
		default:
			continue
		}
		at := t.nodes[n]
		text := t.textOf(n)
		m := x.members[text]
		if at.field == skip || m == nil || !fixed(m) || m.class != c {
			continue
		}
		if at.field == name && n > 0 && t.isKind(n-1, "keyword_argument") {
			continue
		}
		kind := graph.Read
		if at.field == left || m.attr.left != nil && uint(at.start) == m.attr.left.StartByte() {
			kind = graph.Declare
		}
		x.mention(t.file, at.start, at.end, graph.Mention{Name: text, Kind: kind, Via: graph.ViaClass, Body: -1})
	}
}

// plainStepDecorators are the SDK's decorators that set no artifacts but the one they are told to.
var plainStepDecorators = map[string]bool{
	"batch": true, "card": true, "catch": true, "conda": true, "environment": true, "kubernetes": true, "parallel": true, "pypi": true,
	"pytorch_parallel": true, "resources": true, "retry": true, "secrets": true, "timeout": true,
}

// stepDecorator adds to a step's body what one of its decorators does.
func (x *facts) stepDecorator(o owned, deco *flatNode, b *graph.Body) {
	m := o.class.mod
	s := x.w.resolve(m, m.decoratorTarget(deco), 0)
	switch {
	case s.kind != symSDK || !plainStepDecorators[s.name]:
		b.OpenFromStart = true
		b.Exit.Open = true
		b.ReadsAny = true
		if b.Open == nil {
			b.Open = &graph.Dynamic{Range: m.span(deco), Reason: "the decorator may set artifacts"}
		}
	case s.name == "catch":
		x.catch(o, deco, b)
	}
}

// catch is @catch(var="x"): the step goes on after a failure, x holds the exception or None.
func (x *facts) catch(o owned, deco *flatNode, b *graph.Body) {
	b.Catch = true
	b.Exit.Surely, b.Exit.Always, b.Exit.Merged = nil, nil, 0
	parts := o.class.mod.children(deco)
	if len(parts) == 0 {
		return
	}
	for _, a := range o.class.mod.callArguments(o.class.mod.unwrap(parts[0])) {
		if a.name != "var" {
			continue
		}
		t := o.class.mod.flatten(a.value)
		w := &walk{x: x, t: t, fn: o.function(), body: x.bodyOf(o.function())}
		text, _, ok := w.literal(0)
		switch {
		case !ok && o.class.mod.is(o.class.mod.unwrap(a.value), "none"):
		case !ok || text == "":
			b.Exit.Open = true
		default:
			m := w.note(t.bare(0), text, graph.Mention{Kind: graph.Assign, Via: graph.ViaSelf})
			b.Writes = append(b.Writes, graph.Assignment{Mention: m, ID: m.ID, Kind: graph.Assign, At: w.nameRange(t.bare(0)), Content: graph.Content{Kind: graph.ContentNone, Text: "None"}})
			b.Exit.Surely.Add(m.ID)
			b.Exit.Maybe = b.Exit.Maybe.Clone()
			b.Exit.Maybe.Add(m.ID)
			b.Exit.Writes = append(append([]int(nil), b.Exit.Writes...), len(b.Writes)-1)
		}
	}
}
