package actions

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
)

// addStep writes the step that a transition names and that there is not.
func addStep(s *Site, d *lint.Diagnostic) []Action {
	j, n := s.stepOf(d.Range)
	if n == nil || n.Step.Next == nil {
		return nil
	}
	for _, t := range n.Step.Next.Targets {
		if t.Range != d.Range || t.Step == "" {
			continue
		}
		var out []Action
		for _, drafts := range missing(j, n, t.Step) {
			out = append(out, Action{Title: "Add step " + t.Step, Edits: s.behind(n.Step, drafts...)})
		}
		return out
	}
	return nil
}

// missing are ways to write a step behind another one, the most likely first.
func missing(j *files.Judged, from *graph.Node, name string) [][]draft {
	if name == "end" && j.Graph.Node("end") == nil {
		return [][]draft{{{name: name}}}
	}
	var out [][]draft
	for _, to := range successors(j, from) {
		out = append(out, []draft{{name: name, next: to}})
	}
	if from.Type.Opens() && j.Graph.End != "" {
		join := free(j, "join_"+name)
		out = append(out, []draft{{name: name, next: join}, {name: join, join: true, next: j.Graph.End}})
	}
	return out
}

// successors are the steps that a step behind another one may lead to, the most likely first.
func successors(j *files.Judged, from *graph.Node) []string {
	var out []string
	for _, sibling := range from.Out { // what the other branches lead to
		if n := j.Graph.Node(sibling); n != nil && n.Step.Next != nil {
			out = append(out, n.Out...)
		}
	}
	for _, n := range orphans(j) {
		out = append(out, n.Name)
	}
	if j.Graph.End != "" {
		out = append(out, j.Graph.End)
	}
	return distinct(out, func(name string) bool { return j.Graph.Node(name) != nil && name != from.Name })
}

func distinct(list []string, ok func(string) bool) []string {
	var out []string
	seen := map[string]bool{}
	for _, name := range list {
		if !seen[name] && ok(name) {
			out = append(out, name)
		}
		seen[name] = true
	}
	return out
}

// free is a name that nothing in the flow has, made of one that is wished for.
func free(j *files.Judged, name string) string {
	taken := map[string]bool{}
	for _, step := range j.Flow.Steps {
		taken[step.Name] = true
		if step.Next != nil {
			for _, t := range step.Next.Targets {
				taken[t.Step] = true
			}
		}
	}
	if data := j.Flow.Data; data != nil {
		for _, artifact := range data.Names {
			taken[artifact] = true
		}
		for _, m := range data.Members {
			taken[m.Name] = true
		}
	}
	for taken[name] {
		name += "_"
	}
	return name
}

// addStart writes the step that a flow starts with.
func addStart(s *Site, d *lint.Diagnostic) []Action {
	j := s.flowOf(d.Range)
	if j == nil {
		return nil
	}
	own := s.own(j)
	if len(own) == 0 {
		return nil
	}
	var out []Action
	for _, n := range orphans(j) {
		if n.Name != j.Graph.End || len(j.Flow.Steps) == 1 {
			out = append(out, Action{Title: "Add step start, which leads to " + n.Name, Edits: s.above(own[0], draft{name: "start", next: n.Name})})
		}
	}
	return out
}

// addEnd writes the step that a flow ends with.
func addEnd(s *Site, d *lint.Diagnostic) []Action {
	j := s.flowOf(d.Range)
	if j == nil {
		return nil
	}
	own := s.own(j)
	if len(own) == 0 {
		return nil
	}
	edits := s.behind(own[len(own)-1], draft{name: "end"})
	out := []Action{{Title: "Add step end", Edits: edits}}
	if last := own[len(own)-1]; last.Next == nil && len(last.Stray) == 0 {
		lead := append(s.next(last, "end"), edits...)
		out = append(out, Action{Title: "Add step end, which " + last.Name + " leads to", Edits: joined(lead)})
	}
	return out
}

// joined makes one edit of those at the same place.
func joined(list []lint.Edit) []lint.Edit {
	var out []lint.Edit
	for _, e := range list {
		if n := len(out); n > 0 && out[n-1].Range == e.Range {
			out[n-1].Text += e.Text
			continue
		}
		out = append(out, e)
	}
	return out
}

// addSelf gives a step its first argument.
func addSelf(s *Site, d *lint.Diagnostic) []Action {
	_, n := s.stepOf(d.Range)
	if n == nil {
		return nil
	}
	m := s.Map(s.File)
	at := m.GraphOffset(n.Step.NameRange.End)
	open := at
	for open < len(m.Text()) && (m.Text()[open] == ' ' || m.Text()[open] == '\t') {
		open++
	}
	if open >= len(m.Text()) || m.Text()[open] != '(' {
		return nil
	}
	text := "self"
	if len(n.Step.Args) > 0 {
		text += ", "
	}
	pos := m.GraphPos(open + 1)
	return []Action{{Title: "Add the argument self", Edits: []lint.Edit{{Range: graph.Range{File: s.File, Start: pos, End: pos}, Text: text}}}}
}
