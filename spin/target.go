package spin

import (
	"fmt"
	"strings"
)

// Target is the step to spin, as a pathspec names it.
type Target struct {
	Step string
	Run  string // empty: the origin the workbench or the options name
	Task string // empty: no task in particular
}

// PathspecError is a text that names no step to spin.
type PathspecError struct{ Text, Reason string }

// Error lists the forms there are.
func (e *PathspecError) Error() string {
	return fmt.Sprintf("%q %s; say step, run/step, run/step/task, Flow/run/step or Flow/run/step/task", e.Text, e.Reason)
}

// ParseTarget reads a step's name or a pathspec that ends in a step or a task of it. A first part that is the flow's name is that; elsewhere four
// parts name another flow.
func ParseTarget(text, flow string) (Target, error) {
	parts := strings.Split(text, "/")
	for _, part := range parts {
		if part == "" || part == "." || part == ".." {
			return Target{}, &PathspecError{text, "names no step"}
		}
	}
	if len(parts) == 4 && parts[0] != flow {
		return Target{}, &PathspecError{text, fmt.Sprintf("is of flow %q, but this is %q", parts[0], flow)}
	}
	if len(parts) > 2 && parts[0] == flow {
		parts = parts[1:]
	}
	switch len(parts) {
	case 1:
		return Target{Step: parts[0]}, nil
	case 2:
		return Target{Run: parts[0], Step: parts[1]}, nil
	case 3:
		return Target{Run: parts[0], Step: parts[1], Task: parts[2]}, nil
	}
	return Target{}, &PathspecError{text, "names no step"}
}
