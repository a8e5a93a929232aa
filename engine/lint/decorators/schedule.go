package decorators

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/cron"
)

// checkCron reports expressions that no scheduler takes.
func checkCron(c *checker) {
	for _, u := range c.named("schedule") {
		v := u.Value("cron")
		if v.Kind != graph.LiteralStr || v.Text == "" {
			continue
		}
		if _, problem := cron.Parse(v.Text); problem != nil {
			detail := "The fields are minute, hour, day of month, month, day of week and, on AWS, year."
			c.report(within(u.Arg("cron"), v, problem.Start, problem.End), detail, "%s", problem.Message)
		}
	}
}

// within is the place of a part of a string, where the string stands letter by letter in one line; else that of all of it.
func within(a *graph.DecoratorArg, v graph.Literal, start, end int) graph.Range {
	r := v.Range
	for _, quote := range []string{`"`, `'`} {
		if a.Value == quote+v.Text+quote && !strings.Contains(v.Text, `\`) && start < end {
			runes := func(n int) int { return r.Start.Column + 1 + len([]rune(v.Text[:n])) }
			r.Start.Column, r.End.Column = runes(start), runes(end)
			r.End.Line = r.Start.Line
			return r
		}
	}
	return r
}
