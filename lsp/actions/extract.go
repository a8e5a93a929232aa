package actions

import (
	"context"
	"fmt"
	"strings"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// ExtractStep makes the selected lines of a step a step of its own. What stands above them stays, and leads to the new step; what stands below goes
// with the step's transition into a third step, or, if that is only the transition, the new step takes it over.
//
// It returns nil where nothing is selected that could be meant, and an action that says why not where it can't be done: locals of the lines above
// or below are not there in another step, and to make artifacts of them is for the user to decide.
func (s *Site) ExtractStep(ctx context.Context, p *python.Parsed) (*Action, error) {
	if !before(s.Range.Start, s.Range.End) {
		return nil, nil
	}
	j, n := s.stepOf(s.Range)
	if n == nil || n.Step.Body.File != s.File {
		return nil, nil
	}
	cut := &cutter{s: s, j: j, n: n}
	err := p.Visit(ctx, func(root *ts.Node, text []byte) {
		cut.code = code{root, text}
		cut.read(p)
	})
	if err != nil || cut.empty {
		return nil, err
	}
	out := &Action{Title: "Extract into a step", Kind: Extract, Disabled: cut.reason}
	if out.Disabled != "" {
		return out, nil
	}
	out.Edits = cut.edits()
	after, err := s.Try(ctx, s.File, out.Edits)
	if err != nil {
		return nil, err
	}
	if s.worse(after) {
		out.Edits, out.Disabled = nil, "the flow would have a fault afterwards that it has not now"
	}
	return out, nil
}

// cutter takes a step apart.
type cutter struct {
	s      *Site
	j      *files.Judged
	n      *graph.Node
	code   code
	empty  bool   // nothing that could be extracted is selected
	reason string // why it can't be done

	imports  []string
	parts    [3][]*ts.Node // statements above, selected, and below without the transition
	selected [2]int        // offsets of the selected lines
	rest     [2]int        // offsets of the lines below, transition included
	column   int           // where the body's statements start in their line
	names    [2]string     // of the new steps
}

func (c *cutter) refuse(format string, args ...any) {
	if c.reason == "" {
		c.reason = fmt.Sprintf(format, args...)
	}
}

// read finds what is selected and what speaks against moving it.
func (c *cutter) read(p *python.Parsed) {
	def := c.code.functionAt(p.Offset(c.n.Step.NameRange.Start))
	if def == nil {
		c.empty = true
		return
	}
	body := c.code.statements(def.ChildByFieldName("body"))
	from, to := c.code.wholeLines(p.Offset(c.s.Range.Start), p.Offset(c.s.Range.End))
	if c.divide(body, from, to); c.empty || c.reason != "" {
		return
	}
	c.check()
	c.column = int(body[0].StartPosition().Column)
	c.names[0] = free(c.j, c.n.Name+"_part")
	c.names[1] = free(c.j, c.n.Name+"_rest")
}

// divide puts the statements of the body into those above, selected and below.
func (c *cutter) divide(body []*ts.Node, from, to int) {
	next := c.n.Step.Next
	if len(body) > 0 && c.code.isDoc(body[0]) {
		body = body[1:]
	}
	for i, stmt := range body {
		start, end := int(stmt.StartByte()), int(stmt.EndByte())
		last := i == len(body)-1
		switch {
		case end <= from:
			c.parts[0] = append(c.parts[0], stmt)
		case last && next != nil && start >= to:
			c.rest = [2]int{c.code.lineStart(start), end}
		case start >= to:
			c.parts[2] = append(c.parts[2], stmt)
		case start < from || end > to:
			c.refuse("the selection cuts a statement in two")
		case last && next != nil:
			c.refuse("the selection holds the transition, which the new step gets anyway")
		default:
			c.parts[1] = append(c.parts[1], stmt)
		}
	}
	if len(c.parts[1]) == 0 && c.reason == "" {
		c.empty = true
		return
	}
	if next == nil || c.rest == [2]int{} && c.reason == "" {
		c.refuse("step %s has no transition that the new step could take over", c.n.Name)
		return
	}
	if c.reason == "" {
		c.selected = [2]int{from, to}
		first := c.rest[0]
		if len(c.parts[2]) > 0 {
			first = c.code.lineStart(int(c.parts[2][0].StartByte()))
		}
		c.rest[0] = min(first, c.rest[0])
	}
}

// check looks for what can't be moved into another step.
func (c *cutter) check() {
	step := c.n.Step
	switch {
	case len(step.Stray) > 0:
		c.refuse("step %s calls self.next in several places", step.Name)
	case step.Parallel != graph.No:
		c.refuse("step %s runs on several nodes at once", step.Name)
	case step.Start || step.End:
		c.refuse("step %s is marked as the first or last one", step.Name)
	}
	moved := append(append([]*ts.Node{}, c.parts[1]...), c.parts[2]...)
	for _, a := range step.Args[min(1, len(step.Args)):] {
		if c.code.mentions(moved, a.Name) {
			c.refuse("the lines use %s, which only step %s is given", a.Name, step.Name)
		}
	}
	if what := c.code.bound(append(append([]*ts.Node{}, c.parts[0]...), moved...)); what != "" {
		c.refuse("the step has %s, whose meaning depends on where it stands", what)
	}
	for i := range 2 {
		later := c.parts[i+1]
		if i == 0 {
			later = moved
		}
		c.locals(c.parts[i], later)
	}
}

// locals refuses when later statements need what earlier ones leave in a local; imports are repeated instead.
func (c *cutter) locals(earlier, later []*ts.Node) {
	imports := map[string]string{}
	for _, stmt := range earlier {
		for _, name := range c.code.imported(stmt) {
			imports[name] = c.code.text(stmt)
		}
	}
	binds := c.code.binds(earlier)
	var crossing []string
	seen := map[string]bool{}
	for _, name := range c.code.needs(later) {
		switch {
		case !binds[name]:
		case imports[name] != "" && !c.code.bindsOtherwise(earlier, name):
			if stmt := imports[name]; !seen[stmt] {
				seen[stmt] = true
				c.imports = append(c.imports, stmt)
			}
		default:
			crossing = append(crossing, name)
		}
	}
	if len(crossing) > 0 {
		c.refuse("%s would have to be an artifact, self.%s: another step has no locals of this one", strings.Join(crossing, ", "), crossing[0])
	}
}

// edits write the new steps.
func (c *cutter) edits() []lint.Edit {
	m := c.s.Map(c.s.File)
	indent := strings.Repeat(" ", c.column)
	if line := m.Line(c.n.Step.Next.Range.Start.Line - 1); strings.HasPrefix(line, "\t") {
		indent = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	}
	selected := strings.TrimRight(string(c.code.source[c.selected[0]:c.selected[1]]), " \t\n") + "\n"
	rest := string(c.code.source[c.rest[0]:c.rest[1]])
	middle := string(c.code.source[c.selected[1]:c.rest[0]]) // comments between
	lead := func(to string) string { return fmt.Sprintf("%sself.next(self.%s)\n", indent, to) }
	head := func(name string) string {
		out := c.header(name)
		for _, stmt := range c.imports {
			out += indent + stmt + "\n"
		}
		return out
	}
	var b strings.Builder
	b.WriteString(lead(c.names[0]) + "\n" + head(c.names[0]) + selected)
	if len(c.parts[2]) == 0 {
		b.WriteString(middle + rest)
	} else {
		b.WriteString(lead(c.names[1]) + "\n" + head(c.names[1]) + strings.TrimLeft(middle, "\n") + rest)
	}
	return []lint.Edit{{
		Range: graph.Range{File: c.s.File, Start: c.code.place(c.selected[0]), End: c.code.place(c.rest[1])},
		Text:  b.String(),
	}}
}

// header is the decorators and the def of a new step: the environment of a step is that of its lines.
func (c *cutter) header(name string) string {
	st, _ := c.s.styleOf(c.n.Step)
	m := c.s.Map(c.s.File)
	var b strings.Builder
	marked := false
	for _, d := range c.n.Step.Decorators {
		if !marked && before(c.n.Step.Mark.Start, d.Range.Start) {
			b.WriteString(st.indent + st.mark + "\n")
			marked = true
		}
		b.WriteString(st.indent + strings.TrimSpace(cut(m, d.Range)) + "\n")
	}
	if !marked {
		b.WriteString(st.indent + st.mark + "\n")
	}
	b.WriteString(fmt.Sprintf("%sdef %s(%s):\n", st.indent, name, c.n.Step.Args[0].Name))
	return b.String()
}
