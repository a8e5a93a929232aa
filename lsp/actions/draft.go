package actions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/lsp/position"
)

// draft is a step to be written.
type draft struct {
	name string
	join bool
	next string   // empty for a step that leads nowhere
	body []string // lines, with the indentation they have relative to the body
}

// style is how the steps of a class are written.
type style struct {
	indent string // of a method
	unit   string // of one more level
	mark   string // @step, however it is imported
}

// styleOf takes over how a step is written.
func (s *Site) styleOf(step *graph.Step) (style, bool) {
	m := s.Map(step.Body.File)
	if m == nil {
		return style{}, false
	}
	line := m.Line(step.NameRange.Start.Line - 1)
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	st := style{indent: indent, unit: indent, mark: "@step"}
	if text := cut(m, step.Mark); strings.HasPrefix(text, "@") {
		st.mark, _, _ = strings.Cut(text, "(")
		st.mark = strings.TrimSpace(st.mark)
	}
	if st.unit == "" {
		st.unit = "    "
	}
	return st, indent != ""
}

// cut is the text of a range.
func cut(m *position.Map, r graph.Range) string {
	start, end := m.GraphOffset(r.Start), m.GraphOffset(r.End)
	return m.Text()[min(start, end):end]
}

func (st style) write(d draft) string {
	args := "self"
	if d.join {
		args = "self, inputs"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n%sdef %s(%s):\n", st.indent, st.mark, st.indent, d.name, args)
	for _, line := range d.body {
		b.WriteString(strings.TrimRight(st.indent+st.unit+line, " \t") + "\n")
	}
	switch {
	case d.next != "":
		fmt.Fprintf(&b, "%s%sself.next(self.%s)\n", st.indent, st.unit, d.next)
	case len(d.body) == 0:
		fmt.Fprintf(&b, "%s%spass\n", st.indent, st.unit)
	}
	return b.String()
}

// behind is the edit that adds steps behind one that is there.
func (s *Site) behind(step *graph.Step, drafts ...draft) []lint.Edit {
	st, ok := s.styleOf(step)
	if !ok {
		return nil
	}
	at := s.lineEnd(step.Body)
	text := ""
	for _, d := range drafts {
		text += "\n\n" + strings.TrimSuffix(st.write(d), "\n")
	}
	return []lint.Edit{{Range: at, Text: text}}
}

// lineEnd is the place behind the last line of a range, a comment there included.
func (s *Site) lineEnd(r graph.Range) graph.Range {
	m := s.Map(r.File)
	last := r.End.Line
	if r.End.Column == 1 && last > r.Start.Line { // the range ends with a line end
		last--
	}
	at := graph.Pos{Line: last, Column: 1 + len([]rune(m.Line(last-1)))}
	if last == 1 {
		at = m.GraphPos(m.GraphOffset(at))
	}
	return graph.Range{File: r.File, Start: at, End: at}
}

// above is the edit that adds a step above one that is there.
func (s *Site) above(step *graph.Step, d draft) []lint.Edit {
	st, ok := s.styleOf(step)
	if !ok {
		return nil
	}
	at := graph.Pos{Line: step.Body.Start.Line, Column: 1}
	return []lint.Edit{{Range: graph.Range{File: step.Body.File, Start: at, End: at}, Text: st.write(d) + "\n"}}
}

// own are the steps of a flow that stand in the file of the site, in the order of their lines.
func (s *Site) own(j *files.Judged) []*graph.Step {
	var out []*graph.Step
	for _, step := range j.Flow.Steps {
		if step.Body.File == s.File {
			out = append(out, step)
		}
	}
	slices.SortStableFunc(out, func(a, b *graph.Step) int { return a.Body.Start.Line - b.Body.Start.Line })
	return out
}

// orphans are the steps that nothing leads to and that could be led to.
func orphans(j *files.Judged) []*graph.Node {
	var out []*graph.Node
	for _, step := range j.Flow.Steps {
		if n := j.Graph.Node(step.Name); n != nil && n.Name != j.Graph.Start && len(n.In) == 0 && n.Step == step {
			out = append(out, n)
		}
	}
	return out
}
