package targets

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// check is a rule with its code and the targets it is about.
type check struct {
	lint.Rule
	targets []string
	run     func(*checker)
}

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	simple := []string{StepFunctions, Airflow}
	return []check{
		{lint.NewRule("SP501", lint.Error, "switch on a target without switches"), []string{Airflow}, checkSwitch},
		{lint.NewRule("SP502", lint.Error, "parallel step on a target without gangs of tasks"), simple, checkParallel},
		{lint.NewRule("SP503", lint.Error, "event on a target without events"), simple, checkTriggers},
		{lint.NewRule("SP504", lint.Error, "exit hook on a target without exit hooks"), simple, checkExitHooks},
		{lint.NewRule("SP505", lint.Error, "time zone on a target without time zones"), simple, checkZone},
		{lint.NewRule("SP506", lint.Error, "parameter without default"), []string{StepFunctions, Argo, Airflow}, checkDefaults},
		{lint.NewRule("SP507", lint.Warning, "name too long for the target"), []string{StepFunctions, Argo}, checkNameLength},
		{lint.NewRule("SP508", lint.Error, "foreach in a foreach"), []string{Airflow}, checkNestedForeach},
		{lint.NewRule("SP509", lint.Error, "foreach over more than one step"), []string{Airflow}, checkForeachBody},
		{lint.NewRule("SP510", lint.Error, "step runs elsewhere than on the target"), Names(), checkCompute},
		{lint.NewRule("SP511", lint.Error, "argument that the target does not take"), []string{Airflow, Argo}, checkArguments},
		{lint.NewRule("SP512", lint.Error, "timeout too short for the target"), Names(), checkTimeout},
		{lint.NewRule("SP513", lint.Error, "parameter name is the target's own"), []string{Argo}, checkReservedParameter},
		{lint.NewRule("SP514", lint.Error, "event that the target can't take"), []string{Argo}, checkEvents},
		{lint.NewRule("SP515", lint.Error, "two kinds of events at once"), []string{Argo}, checkBothTriggers},
		{lint.NewRule("SP516", lint.Warning, "sensor without effect on the target"), []string{StepFunctions, Argo}, checkSensors},
		{lint.NewRule("SP517", lint.Error, "cron expression that the target reads otherwise"), []string{StepFunctions, Argo, Airflow}, checkCron},
		{lint.NewRule("SP518", lint.Error, "switch in a foreach leads to its join"), []string{Argo}, checkConditionalJoin},
		{lint.NewRule("SP519", lint.Error, "@catch on a parallel step"), []string{Argo, Kubernetes}, checkParallelCatch},
		// SP520 and SP521 were about what Metaflow does on Step Functions and Spindle does not.
		{lint.NewRule("SP522", lint.Error, "step that several foreaches or splits lead to"), []string{StepFunctions}, checkOneWay},
	}
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule { return lint.Listed(checks()) }

// Check judges a flow for targets and returns all findings in the order of their places. Names that are no targets are passed over:
// callers ask [Known] before. The graph must be the flow's.
func Check(f *graph.Flow, g *graph.Graph, targets []string) []lint.Diagnostic {
	if f.Broken || len(targets) == 0 {
		return nil
	}
	c := &checker{flow: f, g: g, settled: uses.Settled(f)}
	for _, u := range uses.List(f, g) {
		if u.Fits() || u.Is == nil {
			c.uses = append(c.uses, u)
		}
	}
	for _, rule := range checks() {
		c.rule, c.targets = rule.Rule, nil
		for _, t := range Names() {
			if slices.Contains(rule.targets, t) && slices.Contains(targets, t) {
				c.targets = append(c.targets, t)
			}
		}
		if len(c.targets) > 0 {
			rule.run(c)
		}
	}
	return c.found.Sorted()
}

// checker holds what the rules look at and what they found.
type checker struct {
	flow    *graph.Flow
	g       *graph.Graph
	uses    []uses.Use // decorators of the catalogue where they may stand, and those of others
	settled bool       // nothing but the source decides what decorators and parameters there are
	targets []string   // those of the running rule that are asked for
	rule    lint.Rule
	found   lint.Findings
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// named lists the settled uses of some decorators.
func (c *checker) named(names ...string) []uses.Use {
	return slices.DeleteFunc(uses.Named(c.uses, names...), func(u uses.Use) bool { return !u.Settled })
}

// nodes lists the steps of a graph that is sure, in the order of their names.
func (c *checker) nodes() []*graph.Node {
	if len(c.flow.Dynamic) > 0 {
		return nil
	}
	return slices.DeleteFunc(c.g.Nodes(), func(n *graph.Node) bool { return n.Step.Uncertain || n.Step.Next == nil })
}

// who names the targets of the running rule for a sentence.
func (c *checker) who() string { return who(c.targets) }

func who(targets []string) string {
	var titles []string
	for _, t := range targets {
		titles = append(titles, title(t))
	}
	if n := len(titles); n > 1 {
		return strings.Join(titles[:n-1], ", ") + " and " + titles[n-1]
	}
	return strings.Join(titles, "")
}
