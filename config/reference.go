package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// dynamic is true for a text with references, or what stands for their letters.
func dynamic(text string) bool { return strings.Contains(text, "${") }

// scope is what references can name.
type scope struct {
	project *Project
	// fixed are environment, variant and project, as far as they are known.
	fixed map[string]string
	axes  []axisValue
}

// reserved are the names that are no axes.
func reserved() []string { return []string{"environment", "variant", "project"} }

func (s *scope) follow(reference string) (*graph.Value, error) {
	if v, err := effective.Variable(reference, s.project.around.LookupEnv); v != nil || err != nil {
		return v, err
	}
	if text, ok := s.fixed[reference]; ok {
		if text == "" {
			return nil, fmt.Errorf("the %s has no name", reference)
		}
		return &graph.Value{Kind: graph.StringKind, Text: text}, nil
	}
	name, isFile := strings.CutSuffix(reference, ".file")
	var there []string
	for _, a := range s.axes {
		switch {
		case a.axis != name:
		case !isFile:
			return a.value, nil
		case a.file == "":
			return nil, fmt.Errorf("the axis %q is no pattern of files", name)
		default:
			return &graph.Value{Kind: graph.StringKind, Text: a.file}, nil
		}
		there = append(there, a.axis)
	}
	for fixed := range s.fixed {
		there = append(there, fixed)
	}
	slices.Sort(there)
	if meant := near.Word(name, there); meant != "" {
		return nil, fmt.Errorf("there is no axis %q here; did you mean ${%s}?", name, meant)
	}
	return nil, fmt.Errorf("there is no axis %q here", name)
}

// hinted is what to do about a reference that leads nowhere.
func hinted(problem *effective.Problem) string {
	if problem.Hint != "" {
		return problem.Hint
	}
	return "A reference names an axis of the variant's matrix, environment, variant, project or, as env:NAME, a variable."
}

// replaced is a value with all references in it replaced. What can't be replaced is reported, and is a value that is not known.
func (f *findings) replaced(v *graph.Value, s *scope) (out *graph.Value, changed bool) {
	switch {
	case v.Kind == graph.StringKind && dynamic(v.Text):
		out, problem := effective.Replace(v, s.follow)
		if problem != nil {
			f.missing(v.Range, hinted(problem), "%s", problem.Message)
			return &graph.Value{Kind: graph.ComputedKind, Text: v.Text, Range: v.Range}, true
		}
		return out, true
	case len(v.Items)+len(v.Entries) == 0:
		return v, false
	}
	all := *v
	all.Items, all.Entries = slices.Clone(v.Items), slices.Clone(v.Entries)
	for i, item := range all.Items {
		var one bool
		all.Items[i], one = f.replaced(item, s)
		changed = changed || one
	}
	for i, e := range all.Entries {
		var one bool
		all.Entries[i].Value, one = f.replaced(e.Value, s)
		changed = changed || one
	}
	return &all, changed
}
