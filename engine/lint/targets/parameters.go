package targets

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// checkDefaults reports parameters that nothing gives a value when the scheduler starts the flow.
func checkDefaults(c *checker) {
	if !c.settled {
		return
	}
	for _, p := range c.flow.Parameters {
		if p.Spread || p.Default != "" && p.Default != "None" {
			continue
		}
		var at []string
		for _, t := range c.targets {
			if c.wants(t, p) {
				at = append(at, t)
			}
		}
		if len(at) == 0 {
			continue
		}
		why := "has no default"
		if p.Required {
			why = "is required and has no default"
		}
		c.report(p.Range, "Give it a default.", "%s can't start the flow on its own: parameter %q %s", who(at), p.Name, why)
	}
}

// wants reports whether a target needs a default of a parameter that has none: Airflow always, the others for a required one of a
// flow with a schedule.
func (c *checker) wants(target string, p *graph.Parameter) bool {
	if target == Airflow {
		return p.Name != ""
	}
	if !p.Required || p.Class == "Config" {
		return false
	}
	for _, u := range c.named("schedule") {
		if target == Argo || starts(u) {
			return true
		}
	}
	return false
}

// starts reports whether a schedule is sure to have a time.
func starts(u uses.Use) bool {
	return u.Given("cron") || u.Given("weekly") || u.Given("hourly") || u.Given("daily")
}

// checkReservedParameter reports a parameter named like one that the deployer adds.
func checkReservedParameter(c *checker) {
	for _, p := range c.flow.Parameters {
		if c.settled && strings.EqualFold(p.Name, "script") && p.Class != "Config" {
			c.report(p.Range, "Give it another name.", "%s has a parameter %q of its own", c.who(), p.Name)
		}
	}
}
