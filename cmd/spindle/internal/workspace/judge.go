package workspace

import (
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/worker"
)

// OfFlowError is what Python says against a flow, as the error of a command.
func OfFlowError(spec string, e *worker.FlowError) *report.Faults {
	d := lint.Diagnostic{Code: e.Kind, Severity: lint.Error, Message: strings.TrimRight(e.Message, "\n")}
	d.Range.File = e.File
	if e.Line > 0 {
		d.Range.Start = graph.Pos{Line: e.Line, Column: e.Column}
		d.Range.End = d.Range.Start
	}
	faults := &report.Faults{Flow: spec}
	switch e.Kind {
	case worker.KindImport:
		if e.Module != "" {
			d.Detail = e.Executable + " has no module \"" + e.Module + "\"; install it there, or choose another interpreter with --python"
		} else {
			faults.Trace = e.Traceback
		}
	case worker.KindManyFlows:
		if len(e.Classes) > 0 {
			file, _ := cmdline.Split(spec)
			d.Detail = "name one of " + strings.Join(e.Classes, ", ") + ": " + file + ":" + e.Classes[0]
		}
	case worker.KindExit:
		d.Detail = "a flow's file is imported before it runs; put what ends the program below `if __name__ == \"__main__\":`"
	}
	faults.Diagnostics = []lint.Diagnostic{d}
	return faults
}
