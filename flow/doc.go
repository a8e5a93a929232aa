// Package flow is for flows written in Go: what a flow imports to be one.
//
// A flow is a struct that embeds [Flow]. Its steps are its methods, its artifacts are its exported fields, its parameters and configs are
// fields with tags:
//
//	type Train struct {
//		flow.Flow
//		Alpha  float64 `param:"alpha" default:"0.1" help:"learning rate"`
//		Grid   []Point
//		Point  Point
//		Best   Model
//	}
//
//	func (t *Train) Start(ctx flow.Context) (flow.Next, error)          { …; return flow.Foreach(t.Fit, t.Grid), nil }
//	func (t *Train) Fit(ctx flow.Context, p Point) (flow.Next, error)   { …; return flow.Join(t.Pick), nil }
//	func (t *Train) Pick(ctx flow.Context, in []*Train) (flow.Next, error) { …; return flow.To(t.End), nil }
//	func (t *Train) End(ctx flow.Context) (flow.Next, error)            { return flow.End(), nil }
//
//	func main() { flow.Main(&Train{}, flow.Step((*Train).Fit, flow.Retry{Times: 3}, flow.Resources{CPU: 4})) }
//
// Steps are the exported methods on the flow's pointer that have one of three signatures: a plain step takes a [Context], the body of a
// foreach takes its item as well, and a join takes the flows that its branches have left. What a step returns says where the run goes.
// Everywhere but in Go, names of steps and artifacts are in snake case: FitModel is fit_model.
//
// `spindle run ./train` builds the flow and runs it; each task is a process of the flow's binary that speaks docs/task-protocol.md with the
// engine, which keeps all that is to be kept. Metaflow's client and Spindle's read what a Go flow leaves as ordinary Python values.
// docs/go/README.md sets each construct beside its twin in Python.
package flow
