package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// stepMark is how a step begins in a cell: the decorator at the left edge.
var stepMark = regexp.MustCompile(`(?m)^@step\b`)

// definesSteps says whether a cell is one that defines steps. A cell that holds a class or uses the decorator elsewhere does not.
func definesSteps(code string) bool { return stepMark.MatchString(code) }

// cellError is a fault of a cell that is seen before anything is run.
type cellError struct {
	cell    string
	line    int
	message string
}

// Error says where.
func (e *cellError) Error() string { return fmt.Sprintf("%s, line %d: %s", e.cell, e.line, e.message) }

// stepsOf takes the steps out of a cell. It holds nothing else but comments: what a step needs it imports itself, or has from the flow's file.
func stepsOf(ctx context.Context, cell, code string) ([]edit, error) {
	const head = "from metaflow import FlowSpec\nclass Cell(FlowSpec):\n"
	code = strings.ReplaceAll(strings.ReplaceAll(code, "\r\n", "\n"), "\r", "\n")
	text := head + "    " + python.Indent(code, "    ") + "\n"
	read := func(path string) ([]byte, error) { return []byte(text), nil }
	r, err := python.Read(ctx, python.Options{File: "/cell.py", ReadFile: read})
	if err != nil {
		return nil, err
	}
	for _, f := range r.Faults {
		if f.Kind == graph.FaultSyntax {
			return nil, &cellError{cell, max(1, f.Range.Start.Line-2), "SyntaxError: " + f.Message}
		}
	}
	if r.Flow == nil || len(r.Flow.Steps) == 0 {
		return nil, &cellError{cell, 1, "no step can be told from this cell"}
	}
	list := strings.Split(code, "\n")
	covered := make([]bool, len(list)+1)
	var edits []edit
	for _, s := range r.Flow.Steps {
		first, last := s.Body.Start.Line-2, min(s.Body.End.Line-2, len(list))
		if s.Body.End.Column == 1 {
			last--
		}
		for n := first; n <= last; n++ {
			covered[n] = true
		}
		edits = append(edits, edit{step: s.Name, text: strings.TrimRight(strings.Join(list[first-1:last], "\n"), " \t\n"), cell: cell, line: first})
	}
	for n, line := range list {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !covered[n+1] {
			return nil, &cellError{cell, n + 1, "a cell that defines a step holds steps alone; put this into the step or into the flow's file"}
		}
	}
	return edits, nil
}
