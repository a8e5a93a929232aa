package python

import (
	"bytes"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// expressions reads the texts that config_expr is given in the decorators and parameters of a flow's classes.
func (r *configReader) expressions(l lineage) {
	for _, c := range l.classes {
		whole := c.def.whole
		if whole == nil || !bytes.Contains(c.mod.text, []byte("config_expr")) {
			continue
		}
		for at := range c.mod.words("config_expr", int(whole.StartByte()), int(whole.EndByte())) {
			r.expression(c, c.mod.trail(whole, uint(at), uint(at+len("config_expr"))))
		}
	}
}

// expression reads one call of config_expr, whose name stands at the end of a trail.
func (r *configReader) expression(c *class, trail []*flatNode) {
	m := c.mod
	if m.within(trail, "function_definition", "lambda") || !m.is(trail[len(trail)-1], "identifier") {
		return
	}
	n := len(trail) - 2
	if n > 0 && m.is(trail[n], "attribute") { // metaflow.config_expr
		n--
	}
	if n < 1 || !m.is(trail[n], "call") || !same(m.field(trail[n], fieldFunction), trail[n+1]) {
		return
	}
	s := r.w.resolve(m, trail[n+1], 0)
	if s.kind == symSDK && s.name != "config_expr" || s.kind != symSDK && (s.kind != symUnknown || s.bound) {
		return
	}
	args := m.callArguments(trail[n])
	if len(args) == 0 || args[0].name != "" && args[0].name != "expr" {
		return
	}
	text, ok := m.stringValue(args[0].value)
	if !ok {
		return
	}
	r.readExpression(c, trail[:n+1], args[0].value, text)
}

// exprReader reads the text of one config_expr.
type exprReader struct {
	*configReader
	c     *class
	f     *file // of the text
	outer *file // of the source
	start int   // where the text stands in the source, -1 where it does not stand there letter by letter
	span  graph.Range
	expr  graph.ConfigExpr
	bound map[string]bool
}

func (r *configReader) readExpression(c *class, trail []*flatNode, literal *flatNode, text string) {
	ch := c.mod.chain(trail)
	e := &exprReader{configReader: r, c: c, outer: c.mod.file, start: -1, span: c.mod.span(literal), bound: map[string]bool{}}
	e.expr = graph.ConfigExpr{Text: text, Range: e.span, Slot: r.argumentSlot(c, ch)}
	if start, ok := c.mod.innerStart(literal, text); ok {
		e.start = start
	}
	if len(ch.path) > 0 && !identifier(text) {
		e.expr.Problem = "no key can follow a config_expr that is more than a config's name"
		e.expr.ProblemRange = ch.path[0].Range
	} else if f, err := open(r.w.ctx, c.mod.path, []byte(text)); err == nil {
		e.f = f
		defer f.close()
		e.read(ch)
	}
	r.out.Exprs = append(r.out.Exprs, e.expr)
	r.readBy(e.span)
}

func identifier(text string) bool {
	for i, c := range text {
		if !nameRune(c) || i == 0 && c >= '0' && c <= '9' {
			return false
		}
	}
	return text != ""
}

// read takes the text apart. After is what follows the call: keys that belong to the text's path.
func (e *exprReader) read(after chain) {
	body := e.body()
	if body == nil {
		return
	}
	e.collect(body, 0)
	e.heads([]*flatNode{body}, after, 0)
}

// body returns the expression, nil with a problem where the text is none.
func (e *exprReader) body() *flatNode {
	e.expr.ProblemRange = e.span
	statements := e.f.children(e.f.root())
	switch {
	case strings.TrimSpace(e.expr.Text) == "":
		e.expr.Problem = "the text is empty"
	case e.f.fault != nil:
		e.expr.Problem = e.f.fault.Message
		if offset, ok := e.f.offset(e.f.fault.Range.Start); ok && e.start >= 0 {
			e.expr.ProblemRange = e.outer.between(e.start+offset, max(e.start+offset+1, e.start+e.endOf(e.f.fault.Range)))
		}
	case len(statements) != 1 || !e.f.is(statements[0], "expression_statement"):
		e.expr.Problem = "the text must be one expression"
	default:
		parts := e.f.children(statements[0])
		if len(parts) == 1 && !e.f.is(parts[0], "assignment") && !e.f.is(parts[0], "augmented_assignment") {
			e.expr.ProblemRange = graph.Range{}
			return parts[0]
		}
		if len(parts) > 1 {
			e.expr.ProblemRange = graph.Range{}
			return statements[0]
		}
		e.expr.Problem = "the text must be an expression, not an assignment"
	}
	return nil
}

func (e *exprReader) endOf(at graph.Range) int {
	end, _ := e.f.offset(at.End)
	return end
}

// offset is the place of a position in the text.
func (f *file) offset(p graph.Pos) (int, bool) {
	if p.Line < 1 || p.Line > len(f.lines) {
		return 0, false
	}
	at := f.lines[p.Line-1]
	for n := p.Column - 1; n > 0 && at < len(f.text); n-- {
		at++
		for at < len(f.text) && f.text[at]&0xC0 == 0x80 {
			at++
		}
	}
	return at, true
}

// place is where a node of the text stands in the source.
func (e *exprReader) place(n *flatNode) graph.Range {
	if e.start < 0 {
		return e.span
	}
	return e.outer.between(e.start+int(n.StartByte()), e.start+int(n.EndByte()))
}

// collect finds the names that the text binds itself.
func (e *exprReader) collect(n *flatNode, depth int) {
	if depth > maxNesting {
		return
	}
	switch e.f.kind(n) {
	case "for_in_clause":
		for _, name := range e.f.targetNames(e.f.field(n, fieldLeft), 0) {
			e.bound[name] = true
		}
	case "lambda":
		for _, a := range e.f.arguments(e.f.field(n, fieldParameters)) {
			e.bound[strings.TrimLeft(a.Name, "*")] = true
		}
	case "named_expression":
		e.bound[e.f.source(e.f.field(n, fieldName))] = true
	}
	for _, c := range e.f.children(n) {
		e.collect(c, depth+1)
	}
}

// heads records the names that the text reads, with the keys that follow them.
func (e *exprReader) heads(trail []*flatNode, after chain, depth int) {
	n := trail[len(trail)-1]
	if depth > maxNesting {
		return
	}
	if e.f.is(n, "identifier") {
		if name := e.f.source(n); !e.bound[name] {
			e.head(trail, name, after)
		}
		return
	}
	skip := e.f.field(n, fieldAttribute)
	if e.f.is(n, "keyword_argument") {
		skip = e.f.field(n, fieldName)
	}
	for _, c := range e.f.children(n) {
		if !same(c, skip) {
			e.heads(append(trail[:len(trail):len(trail)], c), after, depth+1)
		}
	}
}

func (e *exprReader) head(trail []*flatNode, name string, after chain) {
	leaf := trail[len(trail)-1]
	at := e.place(leaf)
	e.expr.Names = append(e.expr.Names, graph.ConfigName{Name: name, Range: at, Bound: e.known(name)})
	d := e.byName(name)
	if d == nil {
		return
	}
	ch := e.f.chain(trail)
	use := graph.ConfigUse{
		Attr: d.Attr, Range: e.place(ch.node), Root: at, When: graph.AtExpr, Called: ch.called,
		Guarded: e.f.guarded(ch.above, ch.node, name),
	}
	for _, k := range ch.path {
		k.Range = e.keyPlace(k.Range)
		use.Path = append(use.Path, k)
	}
	use.Slot = e.expr.Slot
	switch {
	case len(ch.above) == 0 && !ch.called: // the text is nothing but this
		use.Path = append(use.Path, after.path...)
		use.Called = after.called
	case e.f.within(trail, "lambda", "conditional_expression", "boolean_operator", "list_comprehension", "set_comprehension",
		"dictionary_comprehension", "generator_expression"), use.Slot == nil:
		use.Slot = nil // it may not be reached
	default:
		part := *use.Slot
		part.Whole, use.Slot = false, &part
	}
	e.out.Uses = append(e.out.Uses, use)
}

// keyPlace moves a range of the text to the source.
func (e *exprReader) keyPlace(at graph.Range) graph.Range {
	start, ok := e.f.offset(at.Start)
	if !ok || e.start < 0 {
		return e.span
	}
	return e.outer.between(e.start+start, e.start+e.endOf(at))
}

// known reports whether something besides a config may give a name its meaning.
func (e *exprReader) known(name string) bool {
	m := e.c.mod
	if _, bound := m.bindings[name]; bound || len(m.stars) > 0 {
		return true
	}
	return builtins[name] || strings.HasPrefix(name, "__")
}
