package targets

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/cron"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// checkZone reports schedules with a time zone. Even an empty one is refused.
func checkZone(c *checker) {
	for _, u := range c.named("schedule") {
		if v := u.Value("timezone"); v.Kind != graph.LiteralComputed && v.Kind != graph.LiteralNone {
			c.report(u.Arg("timezone").Range, "Write the times in UTC and leave it out.", "%s can't schedule in a time zone", c.who())
		}
	}
}

// checkCron reports expressions that are right somewhere else.
func checkCron(c *checker) {
	for _, u := range c.named("schedule") {
		v := u.Value("cron")
		if v.Kind != graph.LiteralStr || v.Text == "" {
			continue
		}
		e, problem := cron.Parse(v.Text)
		if problem != nil {
			continue // told by SP317
		}
		for _, target := range c.targets {
			c.cron(target, u, v, e)
		}
	}
}

func (c *checker) cron(target string, u uses.Use, v graph.Literal, e cron.Expression) {
	const days = "Write ? or * for one of them."
	day, weekday := "", ""
	if e.Name == "" {
		day, weekday = e.Fields[cron.DayOfMonth].Text, e.Fields[cron.DayOfWeek].Text
	}
	open := func(text string) bool { return text == "*" || text == "?" }
	switch {
	case target == StepFunctions && len(e.Fields) == 5 && !open(day) && !open(weekday):
		c.report(v.Range, days, "%s can't start on days of the month and on days of the week", title(target))
	case target == StepFunctions && len(e.Fields) == 6 && (day == "?") == (weekday == "?"):
		c.report(v.Range, "Write six fields with the year, and ? for one of the days: 0 10 * * ? *.", "%s needs ? for one of day of month and day of week", title(target))
	case target == Airflow && len(e.Fields) == 6:
		c.report(v.Range, "Leave the year out.", "%s takes the sixth field for seconds, not for the year", title(target)).Severity = lint.Warning
	case target == Argo:
		c.argoCron(v, e)
	}
}

// argoCron reports what gets lost when Argo takes the first five fields of an expression for those of crontab.
func (c *checker) argoCron(v graph.Literal, e cron.Expression) {
	if len(e.Fields) == 6 && e.Fields[5].Text != "*" {
		c.report(v.Range, "Put * for the year.", "%s leaves out the year %s", title(Argo), e.Fields[5].Text).Severity = lint.Warning
		return
	}
	for i, f := range e.Fields {
		special := strings.ReplaceAll(strings.ToUpper(f.Text), "WED", "")
		if (i == cron.DayOfMonth || i == cron.DayOfWeek) && strings.ContainsAny(special, "LW#") {
			c.report(v.Range, "Write plain days.", "%s has no form %s for a day", title(Argo), f.Text).Severity = lint.Warning
			return
		}
	}
}
