package flows

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// errFaults is the outcome of a cell whose faults have been listed.
var errFaults = errors.New("the flow has faults; nothing was run")

// judge lists what lint finds in the cell, and what is wrong with the graph anywhere. An error of the cell, or of the graph, keeps the flow from being
// run; that a later step does not fit any more does not, it will be edited next.
func judge(s *Source, cell string, st *stage) error {
	found := structure.Source(s.Faults)
	broken := len(found) // of the source itself: what is not Python or Go can't be run
	if s.Flow != nil {
		found = append(found, rules.Check(s.Flow, s.Graph, rules.Options{ReadFile: s.ReadFile})...)
		if data, err := s.ReadFile(s.File); err == nil && broken == 0 {
			ignores := rules.ParseIgnores(s.File, s.text(data))
			found = slices.DeleteFunc(found, func(d lint.Diagnostic) bool { return d.Range.File == s.File && ignores.Silences(d) })
		}
	}
	failed := false
	var lines []string
	for i, d := range found {
		file, line := d.Range.File, d.Range.Start.Line
		file, line = s.Where(file, line)
		bad := d.Severity == lint.Error
		if file != cell && !(bad && (i < broken || ofGraph(d.Code))) {
			continue
		}
		failed = failed || bad
		lines = append(lines, fmt.Sprintf("%s, line %d: %s: %s", file, line, strings.TrimSpace(string(d.Severity)+" "+d.Code), d.Message))
		if d.Detail != "" {
			lines = append(lines, "    "+strings.ReplaceAll(d.Detail, "\n", "\n    "))
		}
	}
	if len(lines) > 0 {
		st.Stream("stderr", strings.Join(lines, "\n")+"\n")
	}
	if failed {
		return errFaults
	}
	return nil
}

// text is a file's text as the rules about comments read it.
func (s *Source) text(data []byte) string {
	if s.Language == graph.Go {
		return string(data)
	}
	return python.Text(data)
}

// ofGraph says whether a rule is one of those about the graph, which a run goes by too.
func ofGraph(code string) bool {
	return slices.ContainsFunc(structure.Rules(), func(r lint.Rule) bool { return r.Code == code }) || code == "SP100"
}
