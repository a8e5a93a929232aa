package decorators

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// checkExclusiveArguments reports arguments of which a decorator takes one.
func checkExclusiveArguments(c *checker) {
	for _, u := range c.known {
		if !u.Settled {
			continue
		}
		switch u.SDK {
		case "trigger", "trigger_on_finish":
			if pair := oneOf(u.SDK); u.Given(pair[0]) && u.Given(pair[1]) {
				c.exclusive(u, pair[0], pair[1])
			}
		case "batch":
			a, b := u.Value("inferentia").Kind, u.Value("trainium").Kind
			if a != graph.LiteralNone && a != graph.LiteralComputed && b != graph.LiteralNone && b != graph.LiteralComputed {
				c.exclusive(u, "inferentia", "trainium")
			}
		case "schedule":
			c.schedules(u)
		}
	}
}

func (c *checker) exclusive(u use, a, b string) {
	d := c.report(u.Arg(b).Range, "Give one of them.", "@%s takes %q or %q, not both", u.SDK, a, b)
	d.Relate(u.Arg(a).Range, "%s is given here", a)
}

// schedules reports times that another one makes ineffective.
func (c *checker) schedules(u use) {
	var times []string
	for _, name := range []string{"cron", "weekly", "hourly", "daily"} { // the order in which the SDK looks
		if u.Arg(name) != nil && u.Given(name) {
			times = append(times, name)
		}
	}
	if len(times) < 2 {
		return
	}
	d := c.report(u.Arg(times[1]).Range, "Give one time.", "@schedule has %s; only %s counts", strings.Join(times, " and "), times[0])
	d.Relate(u.Arg(times[0]).Range, "the time that counts")
	soften(u, d, false)
}

// checkScheduleTime reports a schedule that never starts the flow.
func checkScheduleTime(c *checker) {
	for _, u := range c.named("schedule") {
		if u.Settled && u.Absent("cron") && u.Absent("weekly") && u.Absent("hourly") && u.Absent("daily") {
			c.report(u.Range, "Give cron, weekly, hourly or daily.", "@schedule has no time, so that it never starts the flow")
		}
	}
}

// checkExclusiveDecorators reports decorators that one step can't have together.
func checkExclusiveDecorators(c *checker) {
	for _, u := range c.named("kubernetes") {
		if !u.Settled {
			continue
		}
		if batch, ok := u.Beside(c.known, "batch"); ok {
			c.report(u.Range, "Keep one of them.", "%s is to run on AWS Batch and on Kubernetes", u.Place()).Relate(batch.Range, "the other one")
		}
		gang, parallel := u.Beside(c.known, "parallel", "pytorch_parallel")
		if catch, ok := u.Beside(c.known, "catch"); ok && parallel {
			d := c.report(catch.Range, "Kubernetes can't catch the failure of a gang of tasks.", "%s has @catch with @%s on Kubernetes", u.Place(), gang.SDK)
			d.Relate(gang.Range, "@%s", gang.SDK).Relate(u.Range, "@kubernetes")
		}
	}
}
