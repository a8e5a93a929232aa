package workspace

import (
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/worker"
)

// nameOne says how one flow of a file is meant.
func nameOne(file, class string) string {
	return "Name one of them, for instance " + file + ":" + class + "."
}

// ofSource are the faults of a source as findings, with what the command line can do about them.
func ofSource(at Place, faults []graph.Fault) []lint.Diagnostic {
	found := structure.Source(faults)
	for i, d := range found {
		for _, f := range faults {
			if (f.Kind == graph.FaultManyFlows || f.Kind == graph.FaultNoClass) && f.Message == d.Message && len(f.Classes) > 0 && d.Detail == "" {
				found[i].Detail = nameOne(at.File, f.Classes[0].Name)
			}
		}
	}
	return found
}

// OfFlowError is what Python says against a flow, as the error of a command.
func OfFlowError(spec string, e *worker.FlowError) *report.Faults {
	d := lint.Diagnostic{Code: e.Kind, Severity: lint.Error, Message: strings.TrimRight(e.Message, "\n")}
	d.Range.File = e.File
	if e.Line > 0 {
		d.Range.Start = graph.Pos{Line: e.Line, Column: max(e.Column, 1)}
		d.Range.End = d.Range.Start
	}
	faults := &report.Faults{Flow: spec}
	switch e.Kind {
	case worker.KindImport:
		if e.Module != "" {
			d.Detail = "install it for that interpreter, or choose another one with --python or SPINDLE_PYTHON"
		} else {
			faults.Trace = e.Traceback
		}
	case worker.KindManyFlows:
		if len(e.Classes) > 0 {
			file, _ := cmdline.Split(spec)
			d.Detail = nameOne(file, e.Classes[0])
		}
	case worker.KindExit:
		d.Detail = "a flow's file is imported before it runs; put what ends the program below `if __name__ == \"__main__\":`"
	}
	faults.Diagnostics = []lint.Diagnostic{d}
	return faults
}
