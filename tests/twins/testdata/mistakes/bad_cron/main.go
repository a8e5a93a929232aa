// Command bad_cron is wrong: a schedule that no clock keeps.
package main

import "github.com/spindle-flow/spindle/flow"

type BadCron struct{ flow.Flow }

func (t *BadCron) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }

func (t *BadCron) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

func main() {
	flow.Main(&BadCron{},
		flow.Schedule{Cron: "0 25 * * ? *"}) // SP317
}
