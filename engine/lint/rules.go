package lint

import "github.com/spindle-flow/spindle/engine/graph"

// Rule is an entry of the table of rules.
type Rule struct {
	Code     string
	Severity Severity
	Title    string
}

// check is a rule with its code.
type check struct {
	Rule
	scope scope
	run   func(*checker)
}

// scope says what a rule has to know.
type scope int

const (
	wholeGraph scope = iota // all steps
	oneStep                 // the steps it looks at, which must be sure to exist
	anyFlow                 // nothing: it reports what is not known
	bySource                // reported by Source, not by Check
)

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	return []check{
		{Rule{"SP001", Info, "part of the flow depends on running code"}, anyFlow, checkDynamic},
		{Rule{"SP100", Error, "syntax error"}, bySource, nil},
		{Rule{"SP101", Error, "step name is reserved"}, oneStep, checkReservedName},
		{Rule{"SP102", Error, "invalid step name"}, oneStep, checkInvalidName},
		{Rule{"SP103", Error, "no start step"}, wholeGraph, checkNoStart},
		{Rule{"SP104", Error, "several start steps"}, oneStep, checkSeveralStarts},
		{Rule{"SP105", Error, "ambiguous start step"}, oneStep, checkAmbiguousStart},
		{Rule{"SP106", Error, "no end step"}, wholeGraph, checkNoEnd},
		{Rule{"SP107", Error, "several end steps"}, oneStep, checkSeveralEnds},
		{Rule{"SP108", Error, "ambiguous end step"}, oneStep, checkAmbiguousEnd},
		{Rule{"SP109", Error, "transition to the start step"}, wholeGraph, checkStartDegree},
		{Rule{"SP110", Error, "end step goes on"}, wholeGraph, checkEndGoesOn},
		{Rule{"SP111", Error, "end step is a join"}, wholeGraph, checkEndIsJoin},
		{Rule{"SP112", Error, "step without self"}, oneStep, checkMissingSelf},
		{Rule{"SP113", Error, "too many arguments"}, oneStep, checkTooManyArguments},
		{Rule{"SP114", Error, "join and split at once"}, oneStep, checkJoinAndSplit},
		{Rule{"SP115", Error, "step without transition"}, wholeGraph, checkMissingTransition},
		{Rule{"SP116", Error, "invalid transition"}, oneStep, checkInvalidTransition},
		{Rule{"SP117", Error, "misplaced transition"}, oneStep, checkMisplacedTransition},
		{Rule{"SP118", Error, "transition to an unknown step"}, wholeGraph, checkUnknownStep},
		{Rule{"SP119", Error, "loop"}, wholeGraph, checkLoop},
		{Rule{"SP120", Error, "unreachable step"}, wholeGraph, checkUnreachable},
		{Rule{"SP121", Error, "split is never joined"}, wholeGraph, checkUnjoinedSplit},
		{Rule{"SP122", Error, "join does not match its split"}, wholeGraph, checkJoinBranches},
		{Rule{"SP123", Error, "join without split"}, wholeGraph, checkJoinWithoutSplit},
		{Rule{"SP124", Error, "join of unrelated splits"}, wholeGraph, checkUnrelatedSplits},
		{Rule{"SP125", Error, "switch with fewer than two cases"}, oneStep, checkFewCases},
		{Rule{"SP126", Error, "switch without condition"}, oneStep, checkNoCondition},
		{Rule{"SP127", Error, "switch without cases"}, oneStep, checkNoCases},
		{Rule{"SP128", Error, "switch leads straight to a join"}, wholeGraph, checkAmbiguousJoin},
		{Rule{"SP129", Error, "branch without a step"}, wholeGraph, checkEmptyBranch},
		{Rule{"SP130", Error, "foreach without a name"}, oneStep, checkForeachName},
		{Rule{"SP131", Error, "num_parallel to a step that is not parallel"}, wholeGraph, checkParallelTarget},
		{Rule{"SP132", Error, "parallel step without join"}, wholeGraph, checkParallelJoin},
		{Rule{"SP133", Error, "parallel step without num_parallel"}, wholeGraph, checkParallelCall},
		{Rule{"SP134", Error, "split names a step twice"}, oneStep, checkRepeatedTarget},
		{Rule{"SP140", Error, "no flow in the file"}, bySource, nil},
		{Rule{"SP141", Error, "several flows in the file"}, bySource, nil},
		{Rule{"SP142", Error, "no such flow in the file"}, bySource, nil},
		{Rule{"SP143", Error, "file can't be read as source"}, bySource, nil},
	}
}

// Rules lists all rules by code.
func Rules() []Rule {
	var out []Rule
	for _, c := range checks() {
		out = append(out, c.Rule)
	}
	return out
}

// Check applies the structural rules and returns all findings, sorted by position. The graph must be the flow's.
func Check(f *graph.Flow, g *graph.Graph) []Diagnostic {
	if f.Broken {
		return nil // the syntax error is the fault; what the reader made of the rest may be nonsense
	}
	c := newChecker(f, g)
	for _, rule := range checks() {
		if rule.scope == bySource || rule.scope == wholeGraph && len(f.Dynamic) > 0 {
			continue
		}
		c.rule = rule.Rule
		rule.run(c)
	}
	sortByPosition(c.found)
	return c.found
}

// Source turns the faults of a reader into findings.
func Source(faults []graph.Fault) []Diagnostic {
	codes := map[graph.FaultKind]string{
		graph.FaultSyntax: "SP100", graph.FaultNoFlow: "SP140", graph.FaultManyFlows: "SP141",
		graph.FaultNoClass: "SP142", graph.FaultUnreadable: "SP143", graph.FaultDynamic: "SP001",
	}
	var out []Diagnostic
	for _, f := range faults {
		d := Diagnostic{Code: codes[f.Kind], Severity: Error, Range: f.Range, Message: f.Message}
		switch f.Kind {
		case graph.FaultDynamic:
			d.Severity = Info
		case graph.FaultManyFlows, graph.FaultNoClass:
			for _, c := range f.Classes {
				d.Related = append(d.Related, Related{c.Range, c.Name + " is a flow"})
			}
		}
		out = append(out, d)
	}
	sortByPosition(out)
	return out
}
