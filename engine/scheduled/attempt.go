package scheduled

import (
	"context"
	"errors"
	"fmt"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/task"
)

// attempt runs the step and stores what it left.
func (o *one) attempt(ctx, storing context.Context, number int) (Report, error) {
	r := Report{Attempt: number}
	if o.step.Name == o.Deployment.Start && o.At.From == "" {
		err := o.parameters(ctx, storing)
		if failed := (*failedError)(nil); errors.As(err, &failed) {
			return o.refused(storing, number, failed)
		}
		if err != nil {
			return r, err
		}
	}
	l, err := o.lineage(ctx)
	if err != nil {
		return r, err
	}
	if err := o.ready(ctx); err != nil {
		return r, err
	}
	message, err := o.message(number, l)
	if err != nil {
		return r, err
	}
	if err := o.begin(storing, number, l); err != nil {
		return r, err
	}
	defer o.alive()()
	out := o.newLogs(number)
	spec := compute.Spec{Task: &message, LogLimit: o.Deployment.LogLimit}
	if message.Attempt <= message.UserRetries { // what handles a failure has no limit
		spec.Timeout = o.step.Timeout
	}
	outcome, err := o.place.Compute.Run(ctx, spec, o.handler(l, out))
	if err != nil {
		out.say(err.Error())
		return r, errors.Join(err, o.keepFailure(storing, number, out, compute.Outcome{Reason: err.Error()}))
	}
	out.note(outcome)
	return o.keep(storing, number, l, out, outcome)
}

// begin makes the attempt known before its process runs, so that it can be looked up from the step itself.
func (o *one) begin(ctx context.Context, number int, l *lineage) error {
	if err := o.keeper.Metadata.RegisterTask(ctx, o.id(), o.keeper.Tags); err != nil {
		return err
	}
	if err := o.Store.Begin(o.key(), number); err != nil {
		return err
	}
	if err := o.Group.Commit(ctx); err != nil { // another container must not take the same number, and record it again
		return err
	}
	return o.keeper.Metadata.AddMetadata(ctx, o.id(), append(o.start(number, l).Records(), o.records(number)...))
}

// refused puts on record that the run cannot begin: its parameters are wrong.
func (o *one) refused(ctx context.Context, number int, failed *failedError) (Report, error) {
	r := Report{Attempt: number, Failure: failed.reason}
	if err := o.begin(ctx, number, nil); err != nil {
		return r, err
	}
	out := o.newLogs(number)
	out.say(failed.reason)
	if err := o.keepFailure(ctx, number, out, compute.Outcome{ExitCode: 1, Reason: failed.reason}); err != nil {
		return r, err
	}
	return r, o.giveUp(ctx, number, failed.reason)
}

// keepFailure stores what there is of an attempt that left nothing.
func (o *one) keepFailure(ctx context.Context, number int, out *logs, outcome compute.Outcome) error {
	if err := o.keeper.End(ctx, o.key(), number, out.end(), outcome, false); err != nil {
		return err
	}
	return o.Group.Commit(ctx)
}

// keep stores what an attempt has left, and only then says what became of it.
func (o *one) keep(ctx context.Context, number int, l *lineage, out *logs, outcome compute.Outcome) (Report, error) {
	r := Report{Attempt: number, Done: outcome.Succeeded()}
	lines := out.end()
	var table *task.Table
	var err error
	if task.Persisted(outcome.Result) {
		if table, err = o.keeper.Keep(ctx, o.key(), number, l.tables, outcome, r.Done, o.place.Folders); err != nil {
			return Report{}, err
		}
	}
	if err := o.keeper.End(ctx, o.key(), number, lines, outcome, r.Done); err != nil {
		return Report{}, err
	}
	if r.Done {
		if err := o.leave(ctx, table.Objects()); err != nil {
			return Report{}, err
		}
	}
	if err := o.Group.Commit(ctx); err != nil {
		return Report{}, err
	}
	if table != nil {
		if err := o.mark(ctx, number); err != nil {
			return Report{}, err
		}
	}
	if r.Done {
		return r, nil
	}
	r.Failure = failureOf(outcome)
	if !task.Retryable(outcome.Result) {
		return r, o.giveUp(ctx, number, r.Failure)
	}
	return r, nil
}

// mark makes what an attempt left the task's result.
func (o *one) mark(ctx context.Context, number int) error {
	if err := o.keeper.MarkDone(ctx, o.key(), number); err != nil {
		return err
	}
	return o.Group.Commit(ctx)
}

// finish does what may be missing of an attempt that has succeeded: whoever was to do it was ended.
func (o *one) finish(ctx context.Context, number int, table artifact.Objects) error {
	if err := o.leave(ctx, table); err != nil {
		return err
	}
	if err := o.Store.MarkDone(o.key(), number); err != nil {
		return err
	}
	if err := o.Group.Commit(ctx); err != nil {
		return err
	}
	if o.Metadata == nil {
		return nil
	}
	l, err := o.lineage(ctx)
	if err != nil {
		return err
	}
	if o.step.Name == o.Deployment.Start && o.At.From == "" {
		if err := o.parameters(ctx, ctx); err != nil {
			return err
		}
	}
	return o.mend(ctx, number, table, l)
}

// failureOf is how a process failed, as one clause.
func failureOf(o compute.Outcome) string {
	switch {
	case o.Result != nil && o.Result.Exception != nil:
		e := o.Result.Exception
		if e.Message == "" {
			return e.Type
		}
		return e.Type + ": " + e.Message
	case o.Reason != "":
		return o.Reason
	case o.Signal != 0:
		return "the process was ended by signal " + o.Signal.String()
	}
	return fmt.Sprintf("the process exited with code %d", o.ExitCode)
}
