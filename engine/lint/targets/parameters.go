package targets

import (
	"encoding/json"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
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

// maxPayload is how many bytes of parameters a state machine can be started with.
const maxPayload = 20480

// checkPayload reports defaults that are too large to start the flow with.
func checkPayload(c *checker) {
	if !c.settled {
		return
	}
	values := map[string]string{}
	var largest *graph.Parameter
	for _, p := range c.flow.Parameters {
		if p.Class != "Parameter" || p.Name == "" {
			continue
		}
		values[p.Name] = p.Default
		if p.Value.Kind == graph.LiteralStr {
			values[p.Name] = p.Value.Text
		}
		if largest == nil || len(values[p.Name]) > len(values[largest.Name]) {
			largest = p
		}
	}
	size, err := payload(values)
	if err != nil || largest == nil || size <= maxPayload {
		return
	}
	d := c.report(largest.Range, "Read it from a file by IncludeFile.", "%s takes %d bytes of parameters; the defaults have %d", c.who(), maxPayload, size)
	if len(uses.Named(c.uses, "schedule")) > 0 { // a schedule starts the flow without sending them
		d.Severity = lint.Warning
	}
}

// payload is the size of the input that starts an execution: a JSON object whose one value is the parameters as JSON text.
func payload(values map[string]string) (int, error) {
	inner, err := plainJSON(values)
	if err != nil {
		return 0, err
	}
	outer, err := plainJSON(map[string]string{"Parameters": inner})
	return len(outer), err
}

// plainJSON does not escape what only HTML minds.
func plainJSON(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSpace(b.String()), err
}
