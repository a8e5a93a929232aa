package main

import (
	"context"
	"errors"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// readFlow reads a flow for a verb that only looks at it, and says who looks. Where the source alone does not tell what the flow is, Python is
// asked; then the description is returned too.
func (a *app) readFlow(ctx context.Context, spec string) (*workspace.Flow, *worker.Description, error) {
	if err := a.ws.Prepare(); err != nil {
		return nil, nil, err
	}
	flow, err := a.ws.ReadFlow(ctx, spec)
	if err != nil {
		return nil, nil, err
	}
	if err := a.greet(flow); err != nil {
		return nil, nil, err
	}
	if flow.Unusable() != nil || !flow.Dynamic() {
		return flow, nil, nil
	}
	d, err := a.describe(ctx, flow)
	return flow, d, err
}

// greet prints the header. A verb that only looks works for anybody, so it does without the name of an unknown user.
func (a *app) greet(flow *workspace.Flow) error {
	if flow.Static == nil {
		return nil
	}
	user, err := a.ws.User()
	if err != nil {
		user = "unknown"
	}
	a.header(flow.Static.Name, a.ws.System(user, nil, nil).Identity())
	return nil
}

// describe asks Python what a flow is and judges the flow again by that.
func (a *app) describe(ctx context.Context, flow *workspace.Flow) (*worker.Description, error) {
	d, program, err := a.described(ctx, flow)
	if err != nil {
		return nil, err
	}
	return d, program.Close()
}

// program finds or makes what runs a flow.
func (a *app) program(ctx context.Context, flow *workspace.Flow) (workspace.Program, error) {
	return a.ws.Program(ctx, flow.Place, workspace.ProgramOptions{Python: a.top.Python, Out: a.io.Err, Err: a.io.Err})
}

// described is describe with what was asked, which is the caller's to close.
func (a *app) described(ctx context.Context, flow *workspace.Flow) (*worker.Description, workspace.Program, error) {
	program, err := a.program(ctx, flow)
	if err != nil {
		return nil, nil, err
	}
	d, err := a.ask(ctx, flow, program)
	if err != nil {
		return nil, nil, errors.Join(err, program.Close())
	}
	return d, program, nil
}

// ask asks a program what its flow is, and judges the flow by that.
func (a *app) ask(ctx context.Context, flow *workspace.Flow, program workspace.Program) (*worker.Description, error) {
	w, err := program.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	settings, err := a.ws.Settings()
	if err != nil {
		return nil, err
	}
	request := worker.DescribeRequest{
		Source: flow.File, Class: flow.Class, With: a.top.Decorators(nil, settings.Lookup), Options: map[string]any{},
		Configs: a.ws.Configs(flow, a.ws.ConfigFlags()),
	}
	d, err := workspace.DescribeFlow(ctx, w, flow.Given, request)
	if err != nil {
		return nil, err
	}
	return d, flow.Describe(ctx, d)
}

// usable reads a flow that has to be without faults.
func (a *app) usable(ctx context.Context, spec string) (*workspace.Flow, graph.Extra, error) {
	flow, d, err := a.readFlow(ctx, spec)
	if err != nil {
		return nil, graph.Extra{}, err
	}
	if err := flow.Unusable(); err != nil {
		return nil, graph.Extra{}, err
	}
	return flow, workspace.Extra(d), nil
}
