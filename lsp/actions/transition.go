package actions

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
)

// next is the edit that ends a step with a transition.
func (s *Site) next(step *graph.Step, to string) []lint.Edit {
	st, ok := s.styleOf(step)
	if !ok {
		return nil
	}
	m := s.Map(step.Body.File)
	line := m.Line(step.Body.End.Line - 1)
	body := st.indent + st.unit
	if inner := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; strings.TrimSpace(line) == "pass" {
		// A body that is nothing but pass is no body any more.
		start := graph.Pos{Line: step.Body.End.Line, Column: 1 + len([]rune(inner))}
		end := graph.Pos{Line: step.Body.End.Line, Column: start.Column + len("pass")}
		return []lint.Edit{{Range: graph.Range{File: step.Body.File, Start: start, End: end}, Text: fmt.Sprintf("self.next(self.%s)", to)}}
	}
	return []lint.Edit{{Range: s.lineEnd(step.Body), Text: fmt.Sprintf("\n%sself.next(self.%s)", body, to)}}
}

// addTransition lets a step lead on that does not: to a step that nothing leads to, to the one written below it, or to the end.
func addTransition(s *Site, d *lint.Diagnostic) []Action {
	j, n := s.stepOf(d.Range)
	if n == nil {
		return nil
	}
	var out []Action
	for _, to := range likely(s, j, n) {
		out = append(out, Action{Title: "Lead to " + to, Edits: s.next(n.Step, to)})
	}
	return out
}

func likely(s *Site, j *files.Judged, n *graph.Node) []string {
	var names []string
	for _, o := range orphans(j) {
		names = append(names, o.Name)
	}
	own := s.own(j)
	for i, step := range own {
		if step == n.Step && i+1 < len(own) {
			names = append(names, own[i+1].Name)
		}
	}
	names = append(names, j.Graph.End)
	return distinct(names, func(name string) bool { return name != "" && name != n.Name && name != j.Graph.Start })
}

// addBetween puts a step into a branch that leads straight to its join.
func addBetween(s *Site, d *lint.Diagnostic) []Action {
	j, n := s.stepOf(d.Range)
	if n == nil || n.Step.Next == nil {
		return nil
	}
	for _, t := range n.Step.Next.Targets {
		if t.Range != d.Range {
			continue
		}
		name := free(j, n.Name+"_"+t.Step)
		edits := append([]lint.Edit{{Range: t.Range, Text: name}}, s.behind(n.Step, draft{name: name, next: t.Step})...)
		return []Action{{Title: fmt.Sprintf("Add step %s before %s", name, t.Step), Edits: edits}}
	}
	return nil
}

// addJoin makes a step that branches meet in their join, or puts one before the end.
func addJoin(s *Site, d *lint.Diagnostic) []Action {
	j, split := s.stepOf(d.Range)
	if split == nil {
		return nil
	}
	end := j.Graph.Node(j.Graph.End)
	if end == nil || d.Fix != nil {
		return nil
	}
	name := free(j, "join")
	edits := s.behind(split.Step, draft{name: name, join: true, next: end.Name})
	for _, in := range end.In {
		from := j.Graph.Node(in)
		if from.Step.Next == nil || from.Step.Body.File != s.File {
			return nil
		}
		for _, t := range from.Step.Next.Targets {
			if t.Step == end.Name {
				edits = append(edits, lint.Edit{Range: t.Range, Text: name})
			}
		}
	}
	return []Action{{Title: fmt.Sprintf("Add step %s, which joins the branches", name), Edits: edits}}
}

// mergeArtifacts lets a join hand on what its branches have in common.
func mergeArtifacts(s *Site, d *lint.Diagnostic) []Action {
	for _, at := range append([]graph.Range{d.Range}, places(d)...) {
		_, n := s.stepOf(at)
		if n == nil || n.Step.Positional() != 2 || n.Step.Next == nil || n.Step.Body.File != s.File {
			continue
		}
		m := s.Map(s.File)
		line := m.Line(n.Step.Next.Range.Start.Line - 1)
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		start := graph.Pos{Line: n.Step.Next.Range.Start.Line, Column: 1}
		call := fmt.Sprintf("%s%s.merge_artifacts(%s)\n", indent, n.Step.Args[0].Name, n.Step.Args[1].Name)
		return []Action{{
			Title: "Merge the artifacts in " + n.Name,
			Edits: []lint.Edit{{Range: graph.Range{File: s.File, Start: start, End: start}, Text: call}},
		}}
	}
	return nil
}

func places(d *lint.Diagnostic) []graph.Range {
	var out []graph.Range
	for _, r := range d.Related {
		out = append(out, r.Range)
	}
	return out
}
