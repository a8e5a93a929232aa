package targets

import (
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// checkTriggers reports events on schedulers that have none.
func checkTriggers(c *checker) {
	for _, u := range c.named("trigger", "trigger_on_finish") {
		c.report(u.Range, "Use @schedule, or deploy to Argo Workflows.", "%s can't start a flow by @%s", c.who(), u.SDK)
	}
}

// checkExitHooks reports functions to call at the end on schedulers that call none.
func checkExitHooks(c *checker) {
	for _, u := range c.named("exit_hook") {
		c.report(u.Range, "Do it in the last step, or deploy to Argo Workflows.", "%s can't call exit hooks", c.who())
	}
}

// checkBothTriggers reports flows that wait for events and for other flows.
func checkBothTriggers(c *checker) {
	events, flows := c.named("trigger"), c.named("trigger_on_finish")
	if len(events) > 0 && len(flows) > 0 {
		c.report(flows[0].Range, "Keep one of them.", "%s can't wait for @trigger and @trigger_on_finish at once", c.who()).
			Relate(events[0].Range, "@trigger")
	}
}

// checkSensors reports sensors of Airflow elsewhere.
func checkSensors(c *checker) {
	for _, u := range c.named("airflow_s3_key_sensor", "airflow_external_task_sensor") {
		c.report(u.Range, "The flow starts without it.", "@%s has no effect on %s", u.SDK, c.who())
	}
}

var (
	eventWord = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	fieldWord = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
)

// checkEvents reports names, fields and parameters of events that Argo's sensors can't express.
func checkEvents(c *checker) {
	for _, u := range c.named("trigger") {
		seen := map[string]graph.Range{}
		for _, e := range events(u, "event", "events") {
			name := &e
			if e.Kind == graph.LiteralDict {
				name = e.Get("name")
			}
			if name != nil && name.Kind == graph.LiteralStr && name.Text != "" && !eventWord.MatchString(name.Text) {
				c.report(name.Range, "Use letters, digits, underscores, dashes and dots.", "%s can't have an event named %q", c.who(), name.Text)
			}
			if p := e.Get("parameters"); p != nil {
				c.mapping(*p, seen)
			}
		}
	}
	c.projects()
}

// events lists the value of one argument and the items of another.
func events(u uses.Use, one, several string) []graph.Literal {
	out := append([]graph.Literal{}, u.Value(several).Items...)
	if a := u.Arg(one); a != nil {
		out = append(out, a.Literal)
	}
	return out
}

// mapping judges what parameters an event sets, each with the field it takes.
func (c *checker) mapping(p graph.Literal, seen map[string]graph.Range) {
	if p.Kind == graph.LiteralDict {
		for i, key := range p.Keys {
			c.pair(key, p.Items[i], seen)
		}
	}
	if p.Kind != graph.LiteralList {
		return
	}
	for _, item := range p.Items {
		switch {
		case item.Kind == graph.LiteralStr:
			c.pair(item, item, seen)
		case item.Kind == graph.LiteralTuple && len(item.Items) == 2:
			c.pair(item.Items[0], item.Items[1], seen)
		}
	}
}

func (c *checker) pair(key, field graph.Literal, seen map[string]graph.Range) {
	if field.Kind == graph.LiteralStr && !fieldWord.MatchString(field.Text) {
		c.report(field.Range, "Use letters, digits and underscores.", "%s can't read a field %q of an event", c.who(), field.Text)
	}
	if key.Kind != graph.LiteralStr || !c.settled {
		return
	}
	lower := strings.ToLower(key.Text)
	if first, twice := seen[lower]; twice {
		c.report(key.Range, "Set it from one field.", "two fields of events set the parameter %q", key.Text).Relate(first, "the other one")
		return
	}
	seen[lower] = key.Range
	c.parameter(key, lower)
}

// parameter reports a parameter that an event sets and the flow does not have as the deployer looks for it: in lower case.
func (c *checker) parameter(key graph.Literal, lower string) {
	for _, p := range c.flow.Parameters {
		switch {
		case p.Name == "" && p.Class != "Config": // its name is computed
			return
		case p.Class == "Config" || strings.ToLower(p.Name) != lower:
			continue
		case p.Name != lower:
			c.report(key.Range, "Name the parameter in lower case.", "%s can't set the parameter %q, as its name has capitals", c.who(), p.Name).
				Relate(p.NameRange, "the parameter")
		}
		return
	}
	d := c.report(key.Range, "Write the name of a parameter, as it is on the command line.", "the event sets %q, which is no parameter of the flow", key.Text)
	for _, p := range c.flow.Parameters {
		if p.Attr == key.Text {
			d.Relate(p.NameRange, "the parameter %q is called %q", p.Attr, p.Name)
		}
	}
}

// projects reports flows to wait for of which only the project or only its branch is told.
func (c *checker) projects() {
	if len(c.named("project")) > 0 || !c.settled {
		return
	}
	for _, u := range c.named("trigger_on_finish") {
		for _, e := range events(u, "flow", "flows") {
			project, branch := e.Get("project"), e.Get("project_branch")
			if e.Kind == graph.LiteralDict && !e.Open && (project == nil) != (branch == nil) && filled(project) && filled(branch) {
				c.report(e.Range, "Give project and project_branch, or put this flow into a project too.",
					"%s needs the project and the branch of the flow to wait for", c.who())
			}
		}
	}
}

// filled is true for a key that is not there, or has a text.
func filled(l *graph.Literal) bool { return l == nil || l.Kind == graph.LiteralStr && l.Text != "" }
