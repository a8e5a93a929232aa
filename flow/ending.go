package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// runStep runs one step and returns its last message.
func (t *task) runStep(ctx context.Context) any {
	if err := t.prepare(); err != nil {
		return t.unprepared(err)
	}
	if err := t.enterGang(); err != nil {
		return t.lost(err)
	}
	if err := t.catchable(); err != nil {
		return t.failed(outcome{err: err})
	}
	o := t.attempt(ctx)
	var to *wire.Transition
	if o.err == nil {
		to, o.err = t.follow(o.next)
	}
	if o.err == nil {
		return t.done(o, to, nil)
	}
	if t.options.catch != nil && t.message.Attempt >= t.message.UserRetries {
		return t.catch(o)
	}
	return t.failed(o)
}

// unprepared is the failure of a step that could not begin.
func (t *task) unprepared(err error) any {
	if t.left == nil || t.step == nil || t.options == nil {
		return t.lost(err)
	}
	if t.options.catch != nil && t.message.Attempt >= t.message.UserRetries {
		return t.catch(outcome{err: err, running: true})
	}
	return t.failed(outcome{err: err, running: true})
}

// catchable is an error where a catch would leave the run nowhere to go.
func (t *task) catchable() error {
	switch kind := t.message.Node.Type; {
	case t.options.catch == nil:
	case kind == "foreach" || kind == "parallel" || kind == "switch":
		t.options.catch = nil
		return fmt.Errorf("flow.Catch can't be used on step %s: it is a %s, whose failure leaves nowhere to go", t.step.name, kind)
	}
	return nil
}

// attempt calls the step; attempts beyond the user's only handle the last failure.
func (t *task) attempt(ctx context.Context) outcome {
	if t.message.Attempt > t.message.UserRetries {
		return outcome{err: fmt.Errorf("the task failed in all of %d attempts, without an error from your code: something around it ended it (memory, a signal, a limit)",
			t.message.Attempt)}
	}
	return t.call(ctx)
}

// done keeps what the step has left and says where the run goes. The failure is one that was caught.
func (t *task) done(o outcome, to *wire.Transition, failure *Failure) any {
	own := t.private(to, failure == nil)
	if failure != nil {
		own["_catch_exception"] = failureObject(failure)
		if f := t.program.goField(t.options.catch.Field); f != nil && o.running { // the flow's fields are not read
			own[f.Name] = failureObject(failure)
		}
	}
	t.broken = failure != nil
	k, err := t.persist(own, !o.running)
	if err != nil {
		return t.unpersisted(err)
	}
	return wire.Done{Type: "done", Success: failure == nil, Artifacts: k.artifacts, Inherit: k.inherit, Transition: to, Caught: failure != nil}
}

// failed keeps what the step has left, and why it failed.
func (t *task) failed(o outcome) any {
	failure := failureFrom(o.err)
	t.report(failure)
	own := t.private(nil, false)
	own["_task_ok"], own["_exception"] = false, failureObject(failure)
	exception := t.exception(o.err, failure)
	t.broken = true
	k, err := t.persist(own, !o.running)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return wire.Failed{
			Type: "failed", Artifacts: []wire.Produced{}, Inherit: []wire.Inherited{}, Exception: exception, Retry: !isFatal(o.err),
		}
	}
	return wire.Failed{
		Type: "failed", Persisted: true, Artifacts: k.artifacts, Inherit: k.inherit, Exception: exception, Retry: !isFatal(o.err),
	}
}

// unpersisted is the failure of a step whose values can't be stored.
func (t *task) unpersisted(err error) any {
	t.report(failureFrom(err))
	return wire.Failed{
		Type: "failed", Artifacts: []wire.Produced{}, Inherit: []wire.Inherited{}, Exception: t.exception(err, failureFrom(err)), Retry: true,
	}
}

// catch lets the run go on after a failure.
func (t *task) catch(o outcome) any {
	failure := failureFrom(o.err)
	fmt.Printf("flow.Catch caught an error of %s\n>  %s\n", t.title(), strings.ReplaceAll(strings.TrimSuffix(failure.Trace, "\n"), "\n", "\n>  "))
	if f := t.program.goField(t.options.catch.Field); f != nil && !o.running {
		f.of(t.flow).Set(failureValue(failure))
	}
	to := &wire.Transition{Next: t.message.Node.Next, Values: []string{}, Condition: t.message.Node.Condition}
	if len(to.Next) == 0 {
		to = nil
	}
	return t.done(o, to, failure)
}

// private are the artifacts that say how the task has ended.
func (t *task) private(to *wire.Transition, success bool) private {
	own := private{
		"name": t.program.name, "_task_ok": true, "_success": success, "_exception": nil, "_current_step": t.step.name, "_transition": nil,
		"_foreach_stack": t.frames(), "_foreach_var": nil, "_foreach_num_splits": nil, "_iteration_stack": iterations(t.message.IterationStack),
		"_configs_processed": true,
	}
	if _, brought := t.left.from["name"]; brought {
		delete(own, "name")
	}
	if to != nil {
		own["_transition"] = pickle.Tuple{to.Next, orNil(to.Foreach)}
	}
	if to != nil && to.Foreach != "" {
		t.privateSplit(own, to)
	}
	if p := t.message.Parallel; p != nil && p.NodeIndex == 0 {
		t.privateGang(own, p)
	}
	return own
}

func (t *task) privateSplit(own private, to *wire.Transition) {
	own["_foreach_var"], own["_foreach_values"] = to.Foreach, nil
	if to.Foreach == gangVariable {
		own[gangVariable], own["_unbounded_foreach"] = gangObject(to.Parallel), true
		return
	}
	own["_foreach_num_splits"] = to.NumSplits
	if included() {
		own["_foreach_values"] = to.Values
	}
}

// privateGang is what the first task of a gang says of the others.
func (t *task) privateGang(own private, p *wire.Parallel) {
	control := p.ControlTaskID
	if control == "" {
		control = t.message.TaskID
	}
	prefix := t.message.RunID + "/" + t.step.name + "/" + control
	all := []string{prefix}
	for i := 1; i < p.NumNodes; i++ {
		all = append(all, fmt.Sprintf("%s_node_%d", prefix, i))
	}
	own["_control_task_is_mapper_zero"], own["_control_mapper_tasks"] = true, all
}

func (t *task) frames() []any {
	frames := []any{}
	for _, f := range t.message.ForeachStack {
		var splits any
		value := orNil(f.Value)
		if f.NumSplits != nil {
			splits, value = *f.NumSplits, f.Value
		}
		frames = append(frames, frameObject(f.Step, f.Var, splits, f.Index, value))
	}
	return frames
}

func iterations(stack []int) []int {
	if stack == nil {
		return []int{}
	}
	return stack
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// failureFrom is an error as it is stored.
func failureFrom(err error) *Failure {
	return &Failure{Type: typeOfError(err), Message: err.Error(), Trace: traceOf(err)}
}

// exception is an error as the last message has it, with the place where it came up, or else that of the step.
func (t *task) exception(err error, f *Failure) wire.Exception {
	e := wire.Exception{Type: f.Type, Message: f.Message, Traceback: f.Trace}
	e.File, e.Line = t.step.place()
	var panicked *panicError
	if errors.As(err, &panicked) && panicked.line > 0 {
		e.File, e.Line = panicked.file, panicked.line
	}
	return e
}

// report prints a failure on stderr.
func (t *task) report(f *Failure) {
	fmt.Fprintf(os.Stderr, "%s failed:\n    %s\n", t.title(), strings.ReplaceAll(strings.TrimSuffix(f.Trace, "\n"), "\n", "\n    "))
}

// title is the task in words.
func (t *task) title() string {
	if t.step == nil {
		return "<flow " + t.program.name + ">"
	}
	title := "<flow " + t.program.name + " step " + t.step.name
	if n := len(t.message.ForeachStack); n > 0 {
		frame := t.message.ForeachStack[n-1]
		title += fmt.Sprintf("[%d] (input: %s)", frame.Index, frame.Value)
	}
	return title + ">"
}
