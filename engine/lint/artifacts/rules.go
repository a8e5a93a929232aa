package artifacts

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// check is a rule with the function that applies it.
type check struct {
	lint.Rule
	scope scope
	run   func(*checker)
}

// scope says what a rule has to know.
type scope int

const (
	wholeGraph scope = iota // all steps and all that may set artifacts
	oneStep                 // the body of a step
)

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	return []check{
		{lint.NewRule("SP201", lint.Error, "artifact is never set before it is read"), wholeGraph, checkNeverSet},
		{lint.NewRule("SP202", lint.Warning, "artifact is not set on every path"), wholeGraph, checkSometimesSet},
		{lint.NewRule("SP203", lint.Error, "artifact is lost at a join"), wholeGraph, checkLostAtJoin},
		{lint.NewRule("SP204", lint.Warning, "branches set an artifact differently"), wholeGraph, checkConflict},
		{lint.NewRule("SP205", lint.Info, "value is never used"), wholeGraph, checkUnused},
		{lint.NewRule("SP206", lint.Error, "foreach over something that is no list"), wholeGraph, checkForeach},
		{lint.NewRule("SP207", lint.Warning, "foreach item outside of a foreach"), wholeGraph, checkFrame},
		{lint.NewRule("SP208", lint.Error, "inputs used in a way they do not offer"), wholeGraph, checkInputs},
		{lint.NewRule("SP209", lint.Error, "parameter or constant is set in a step"), oneStep, checkReadOnly},
		{lint.NewRule("SP210", lint.Warning, "artifact has the name of something else"), oneStep, checkShadow},
		{lint.NewRule("SP211", lint.Error, "value can't be stored"), oneStep, checkUnstorable},
		{lint.NewRule("SP212", lint.Warning, "change is lost"), oneStep, checkLostChange},
		{lint.NewRule("SP213", lint.Error, "merge_artifacts can't do this"), wholeGraph, checkMerge},
		{lint.NewRule("SP214", lint.Error, "condition of a switch is never set"), wholeGraph, checkCondition},
		{lint.NewRule("SP215", lint.Warning, "switch has no case for a value"), wholeGraph, checkCases},
		{lint.NewRule("SP216", lint.Error, "artifact can't be deleted"), wholeGraph, checkDelete},
	}
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule { return lint.Listed(checks()) }

// Check applies the rules and returns all findings, sorted by position. The graph must be the flow's; without known paths through it only
// what single steps do is judged.
func Check(f *graph.Flow, g *graph.Graph, pathsKnown bool) []lint.Diagnostic {
	if f.Broken || f.Data == nil {
		return nil
	}
	c := newChecker(f, g, pathsKnown)
	for _, rule := range checks() {
		if rule.scope == wholeGraph && c.unsure {
			continue
		}
		c.rule = rule.Rule
		rule.run(c)
	}
	return c.found.Sorted()
}
