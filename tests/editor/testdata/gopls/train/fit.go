package main

import "github.com/spindle-flow/spindle/flow"

// Fit is one fit.
func (t *Train) Fit(ctx flow.Context, p int) (flow.Next, error) {
	t.Best = p
	return flow.Join(t.Pick), nil
}

// Pick takes the best.
func (t *Train) Pick(ctx flow.Context, in []*Train) (flow.Next, error) {
	t.Best = in[0].Best
	return flow.To(t.End), nil
}
