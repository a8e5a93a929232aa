package main

import "github.com/spindle-flow/spindle/flow"

// Fit goes on to the end.
func (t *Train) Fit(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}

// Lost is reached by nothing.
func (t *Train) Lost(ctx flow.Context) (flow.Next, error) {
	return flow.To(t.End), nil
}
