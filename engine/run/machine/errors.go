package machine

import (
	"fmt"
	"strings"
)

// TransitionError says that a task went where the graph, as read from the source, does not lead.
type TransitionError struct {
	Step             string
	Expected, Actual []string
	Problem          string // what is wrong if the steps themselves are as expected
}

func (e *TransitionError) Error() string {
	if e.Problem != "" {
		return fmt.Sprintf("step %q: %s", e.Step, e.Problem)
	}
	return fmt.Sprintf("step %q went to %s when it ran, but its source leads to %s; make sure that it ends in one unconditional self.next",
		e.Step, steps(e.Actual, "no step"), steps(e.Expected, "no step"))
}

func steps(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

// SplitsError says that a foreach is wider than allowed.
type SplitsError struct {
	Step   string
	N, Max int
}

func (e *SplitsError) Error() string {
	return fmt.Sprintf("foreach in step %q yields %d child steps, more than the maximum of %d; raise it with --max-num-splits", e.Step, e.N, e.Max)
}

// UnfinishedError says that nothing is left to do though the end step has not finished: the graph has a hole.
type UnfinishedError struct{ End string }

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("nothing is left to run, but the end step %q has not finished", e.End)
}
