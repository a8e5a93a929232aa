package structure

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// check is a rule with its code.
type check struct {
	lint.Rule
	scope scope
	run   func(*checker)
}

// scope says what a rule has to know.
type scope int

const (
	wholeGraph scope = iota // all steps
	fromEnds                // all steps, and which of them are the first and the last
	oneStep                 // the steps it looks at, which must be sure to exist
	anyFlow                 // nothing: it reports what is not known
	bySource                // reported by Source, not by Check
)

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	return []check{
		{lint.NewRule("SP001", lint.Info, "part of the flow depends on running code"), anyFlow, checkDynamic},
		{lint.NewRule("SP100", lint.Error, "syntax error"), bySource, nil},
		{lint.NewRule("SP101", lint.Error, "step name is reserved"), oneStep, checkReservedName},
		{lint.NewRule("SP102", lint.Error, "invalid step name"), oneStep, checkInvalidName},
		{lint.NewRule("SP103", lint.Error, "no start step"), wholeGraph, checkNoStart},
		{lint.NewRule("SP104", lint.Error, "several start steps"), oneStep, checkSeveralStarts},
		{lint.NewRule("SP105", lint.Error, "ambiguous start step"), oneStep, checkAmbiguousStart},
		{lint.NewRule("SP106", lint.Error, "no end step"), wholeGraph, checkNoEnd},
		{lint.NewRule("SP107", lint.Error, "several end steps"), oneStep, checkSeveralEnds},
		{lint.NewRule("SP108", lint.Error, "ambiguous end step"), oneStep, checkAmbiguousEnd},
		{lint.NewRule("SP109", lint.Error, "transition to the start step"), fromEnds, checkStartDegree},
		{lint.NewRule("SP110", lint.Error, "end step goes on"), fromEnds, checkEndGoesOn},
		{lint.NewRule("SP111", lint.Error, "end step is a join"), fromEnds, checkEndIsJoin},
		{lint.NewRule("SP112", lint.Error, "step without self"), oneStep, checkMissingSelf},
		{lint.NewRule("SP113", lint.Error, "too many arguments"), oneStep, checkTooManyArguments},
		{lint.NewRule("SP114", lint.Error, "join and split at once"), oneStep, checkJoinAndSplit},
		{lint.NewRule("SP115", lint.Error, "step without transition"), wholeGraph, checkMissingTransition},
		{lint.NewRule("SP116", lint.Error, "invalid transition"), oneStep, checkInvalidTransition},
		{lint.NewRule("SP117", lint.Error, "misplaced transition"), oneStep, checkMisplacedTransition},
		{lint.NewRule("SP118", lint.Error, "transition to an unknown step"), wholeGraph, checkUnknownStep},
		{lint.NewRule("SP119", lint.Error, "loop"), wholeGraph, checkLoop},
		{lint.NewRule("SP120", lint.Error, "unreachable step"), fromEnds, checkUnreachable},
		{lint.NewRule("SP121", lint.Error, "split is never joined"), fromEnds, checkUnjoinedSplit},
		{lint.NewRule("SP122", lint.Error, "join does not match its split"), fromEnds, checkJoinBranches},
		{lint.NewRule("SP123", lint.Error, "join without split"), fromEnds, checkJoinWithoutSplit},
		{lint.NewRule("SP124", lint.Error, "join of unrelated splits"), fromEnds, checkUnrelatedSplits},
		{lint.NewRule("SP125", lint.Error, "switch with fewer than two cases"), oneStep, checkFewCases},
		{lint.NewRule("SP126", lint.Error, "switch without condition"), oneStep, checkNoCondition},
		{lint.NewRule("SP127", lint.Error, "switch without cases"), oneStep, checkNoCases},
		{lint.NewRule("SP128", lint.Error, "switch leads straight to a join"), wholeGraph, checkAmbiguousJoin},
		{lint.NewRule("SP129", lint.Error, "branch without a step"), wholeGraph, checkEmptyBranch},
		{lint.NewRule("SP130", lint.Error, "foreach without a name"), oneStep, checkForeachName},
		{lint.NewRule("SP131", lint.Error, "num_parallel to a step that is not parallel"), wholeGraph, checkParallelTarget},
		{lint.NewRule("SP132", lint.Error, "parallel step without join"), wholeGraph, checkParallelJoin},
		{lint.NewRule("SP133", lint.Error, "parallel step without num_parallel"), wholeGraph, checkParallelCall},
		{lint.NewRule("SP134", lint.Error, "split names a step twice"), oneStep, checkRepeatedTarget},
		{lint.NewRule("SP140", lint.Error, "no flow in the file"), bySource, nil},
		{lint.NewRule("SP141", lint.Error, "several flows in the file"), bySource, nil},
		{lint.NewRule("SP142", lint.Error, "no such flow in the file"), bySource, nil},
		{lint.NewRule("SP143", lint.Error, "file can't be read as source"), bySource, nil},
	}
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule { return lint.Listed(checks()) }

// Check applies the structural rules and returns all findings, sorted by position. The graph must be the flow's.
func Check(f *graph.Flow, g *graph.Graph) []lint.Diagnostic {
	if f.Broken {
		return nil // the syntax error is the fault; what the reader made of the rest may be nonsense
	}
	c := newChecker(f, g)
	for _, rule := range checks() {
		if !c.judges(rule.scope) {
			continue
		}
		c.rule = rule.Rule
		rule.run(c)
	}
	return c.found.Sorted()
}

// judges reports whether what a rule has to know is known.
func (c *checker) judges(s scope) bool {
	switch s {
	case bySource:
		return false
	case wholeGraph:
		return len(c.flow.Dynamic) == 0
	case fromEnds:
		return len(c.flow.Dynamic) == 0 && !c.contested("start", startMark) && !c.contested("end", endMark)
	}
	return true
}

// Source turns the faults of a reader into findings.
func Source(faults []graph.Fault) []lint.Diagnostic {
	codes := map[graph.FaultKind]string{
		graph.FaultSyntax: "SP100", graph.FaultNoFlow: "SP140", graph.FaultManyFlows: "SP141",
		graph.FaultNoClass: "SP142", graph.FaultUnreadable: "SP143", graph.FaultDynamic: "SP001",
		graph.FaultType: refused,
	}
	var out []lint.Diagnostic
	for _, f := range faults {
		d := lint.Diagnostic{Code: codes[f.Kind], Severity: lint.Error, Range: f.Range, Message: f.Message}
		switch f.Kind {
		case graph.FaultDynamic:
			d.Severity = lint.Info
		case graph.FaultManyFlows, graph.FaultNoClass:
			for _, c := range f.Classes {
				d.Related = append(d.Related, lint.Related{Range: c.Range, Message: c.Name + " is a flow"})
			}
		}
		out = append(out, d)
	}
	lint.Sort(out)
	return out
}
