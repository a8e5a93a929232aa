package config

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// target is about something that the target of a variant can't do, by the rule that says so of flows.
func (f *findings) target(code string, at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	for _, r := range targets.Rules() {
		if r.Code == code {
			return f.list.Report(r, at, detail, format, args...)
		}
	}
	return f.malformed(at, detail, format, args...)
}

// deployable reports targets and computes that are known but not deployed to.
func (j *judge) deployable(v *Variant) {
	if t := v.Target; t.Text != "" && t.Text != targets.StepFunctions {
		j.list.Report(configs.VariantTarget(), t.Range, "Today there is step-functions. What the flow can't do there is told all the same.", "Spindle does not deploy to %s yet", t.Text)
	}
	if c := v.Compute; c.Text != "" && c.Text != targets.Batch && v.Target.Text == targets.StepFunctions {
		j.list.Report(configs.VariantTarget(), c.Range, "On step-functions tasks run on batch.", "Spindle does not deploy tasks to %s yet", c.Text)
	}
}

// scheduled reports schedules and triggers that a target can't have.
func (j *judge) scheduled(v *Variant) {
	if v.Target.Text != targets.StepFunctions {
		return
	}
	if len(v.Triggers) > 0 {
		j.target("SP503", v.Triggers[0].At, "Start runs with a schedule, or by spindle deploy trigger.", "Step Functions has no events to start runs")
	}
	if v.Schedule == nil {
		return
	}
	if zone := v.Schedule.Timezone; zone.Text != "" && zone.Text != "UTC" {
		j.target("SP505", zone.Range, "Write the times in UTC and leave it out.", "Step Functions can't schedule in a time zone")
	}
	if _, err := v.Schedule.Expression(v.Target.Text); err != nil && v.Schedule.right() {
		j.target("SP517", v.Schedule.Cron.Range, "Six fields, with the year and ? for one of the days, are taken as they are: 0 10 * * ? *.", "%s", err)
	}
}

// expressible reports what of a flow the target can't do. The comments in the flow that silence a rule do so here.
func (j *judge) expressible(v *Variant, f *judged) {
	var names []string
	at := v.Target.Range
	for _, w := range []Word{v.Compute, v.Target} {
		if targets.Known(w.Text) == nil {
			names, at = append(names, w.Text), w.Range
		}
	}
	key := strings.Join(names, " ")
	if len(names) == 0 || f.told[key] {
		return
	}
	f.told[key] = true
	ignored := map[string]*rules.Ignores{}
	for _, d := range targets.Check(f.flow, f.graph, names) {
		file := d.Range.File
		if ignored[file] == nil {
			text, _ := j.around.ReadFile(file)
			ignored[file] = rules.ParseIgnores(file, string(text))
		}
		if d.Severity != lint.Error || ignored[file].Silences(d) || own(d.Code) {
			continue
		}
		found := j.target(d.Code, at, d.Detail, "%s: %s", f.flow.Name, d.Message)
		found.Relate(d.Range, "this is the place in the flow")
	}
}

// own is true for what spindle.yaml can say otherwise than the flow: values of parameters and schedules.
func own(code string) bool {
	return code == "SP503" || code == "SP505" || code == "SP506" || code == "SP517"
}
