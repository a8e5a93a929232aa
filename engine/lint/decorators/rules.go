package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// check is a rule with its code.
type check struct {
	lint.Rule
	run func(*checker)
}

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	return []check{
		{lint.NewRule("SP301", lint.Warning, "unknown decorator"), checkUnknown},
		{lint.NewRule("SP302", lint.Error, "decorator on the wrong level"), checkLevel},
		{lint.NewRule("SP303", lint.Error, "decorator below @step"), checkBelowStep},
		{lint.NewRule("SP304", lint.Error, "decorator on a method that is no step"), checkMisplaced},
		{lint.NewRule("SP305", lint.Error, "decorator given twice"), checkTwice},
		{lint.NewRule("SP306", lint.Error, "argument without its name"), checkPositional},
		{lint.NewRule("SP307", lint.Error, "unknown argument"), checkUnknownArgument},
		{lint.NewRule("SP308", lint.Error, "missing argument"), checkMissingArgument},
		{lint.NewRule("SP309", lint.Error, "wrong type of argument"), checkType},
		{lint.NewRule("SP310", lint.Error, "value out of range"), checkValue},
		{lint.NewRule("SP311", lint.Error, "arguments that exclude one another"), checkExclusiveArguments},
		{lint.NewRule("SP312", lint.Error, "decorators that exclude one another"), checkExclusiveDecorators},
		{lint.NewRule("SP313", lint.Error, "@catch on a step that branches"), checkCatchOnBranch},
		{lint.NewRule("SP314", lint.Error, "parallel step with a switch"), checkParallelSwitch},
		{lint.NewRule("SP315", lint.Error, "timeout too short for remote tasks"), checkShortTimeout},
		{lint.NewRule("SP316", lint.Warning, "value in the wrong unit"), checkUnit},
		{lint.NewRule("SP317", lint.Warning, "invalid cron expression"), checkCron},
		{lint.NewRule("SP318", lint.Warning, "unknown time zone"), checkZone},
		{lint.NewRule("SP319", lint.Error, "invalid project name"), checkProject},
		{lint.NewRule("SP320", lint.Error, "invalid event"), checkEvents},
		{lint.NewRule("SP321", lint.Error, "invalid environment variable"), checkEnvironment},
		{lint.NewRule("SP322", lint.Error, "exception kept in a name that can't be set"), checkCatchVar},
		{lint.NewRule("SP323", lint.Error, "invalid source of secrets"), checkSecrets},
		{lint.NewRule("SP324", lint.Warning, "card id that can't be used"), checkCardID},
		{lint.NewRule("SP325", lint.Warning, "schedule without a time"), checkScheduleTime},
		{lint.NewRule("SP326", lint.Warning, "version written as a number"), checkVersion},
	}
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule { return lint.Listed(checks()) }

// Check applies the rules and returns all findings in the order of their places. The graph must be the flow's.
func Check(f *graph.Flow, g *graph.Graph) []lint.Diagnostic {
	if f.Broken {
		return nil
	}
	c := newChecker(f, g)
	for _, rule := range checks() {
		c.rule = rule.Rule
		rule.run(c)
	}
	return c.found.Sorted()
}
