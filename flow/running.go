package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// unwind is how long a step may take to return once its context is cancelled by its timeout.
const unwind = 2 * time.Second

// outcome is how a step's method ended.
type outcome struct {
	next Next
	err  error
	// running says that the method has not returned: what it may still write to must not be read.
	running bool
}

// panicError is a panic of the user's code.
type panicError struct {
	value any
	trace string
	file  string
	line  int
}

func (e *panicError) Error() string { return fmt.Sprint(e.value) }

// timeoutError says that a step's time is over.
type timeoutError struct {
	step  string
	limit time.Duration
	err   error
}

func (e *timeoutError) Error() string {
	text := fmt.Sprintf("step %s timed out after %s", e.step, e.limit)
	if e.err != nil && !errors.Is(e.err, context.DeadlineExceeded) {
		text += ": " + e.err.Error()
	}
	return text
}

func (e *timeoutError) Unwrap() error { return e.err }

// call runs the step's method.
func (t *task) call(ctx context.Context) outcome {
	interrupted := &interruptible{Context: ctx}
	defer interrupted.stop()
	ctx = interrupted
	if limit := t.options.timeout; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	args, err := t.arguments(ctx)
	if err != nil {
		return outcome{err: err}
	}
	if t.options.timeout <= 0 { // an interrupt only cancels the context: whoever sent it sees to the end
		return t.guardedCall(args)
	}
	ended := make(chan outcome, 1)
	go func() { ended <- t.guardedCall(args) }()
	select {
	case o := <-ended:
		return t.inTime(ctx, o)
	case <-ctx.Done():
	}
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return <-ended // an interrupt: whoever sent it sees to the end
	}
	timer := time.NewTimer(unwind)
	defer timer.Stop()
	select {
	case o := <-ended:
		return t.inTime(ctx, o)
	case <-timer.C:
		return outcome{err: &timeoutError{step: t.step.name, limit: t.options.timeout}, running: true}
	}
}

// inTime makes a failure of what came after the timeout.
func (t *task) inTime(ctx context.Context, o outcome) outcome {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		o.err = &timeoutError{step: t.step.name, limit: t.options.timeout, err: o.err}
	}
	return o
}

// guardedCall calls the method; a panic is an error.
func (t *task) guardedCall(args []reflect.Value) (o outcome) {
	defer func() {
		if value := recover(); value != nil {
			o.err = caught(value)
		}
	}()
	out := t.step.method.Func.Call(args)
	o.next, _ = out[0].Interface().(Next)
	o.err, _ = out[1].Interface().(error)
	return o
}

// caught makes an error of a panic, with the stack of the user's code. It must be called by the deferred function.
func caught(value any) *panicError {
	e := &panicError{value: value}
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var text strings.Builder
	fmt.Fprintf(&text, "panic: %v\n", value)
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case strings.HasPrefix(frame.Function, "runtime."), !panicked:
		case strings.HasPrefix(frame.Function, "reflect.Value."):
			more = false
		default:
			if e.line == 0 {
				e.file, e.line = frame.File, frame.Line
			}
			fmt.Fprintf(&text, "%s\n\t%s:%d\n", frame.Function, frame.File, frame.Line)
		}
		if !more {
			break
		}
	}
	e.trace = text.String()
	return e
}

// arguments are those of the step's method.
func (t *task) arguments(ctx context.Context) ([]reflect.Value, error) {
	given := t.context(ctx)
	args := []reflect.Value{t.flow, reflect.ValueOf(given)}
	switch t.step.kind {
	case stepJoin:
		args = append(args, t.joined)
	case stepBody:
		item, err := t.item(given)
		if err != nil {
			return nil, err
		}
		args = append(args, item)
	}
	return args, nil
}

// item is that of a foreach's body.
func (t *task) item(ctx Context) (reflect.Value, error) {
	if len(ctx.Foreach) == 0 {
		return reflect.Value{}, fmt.Errorf("the step %s takes an item, and the task is in no foreach", t.step.goName)
	}
	frame := ctx.Foreach[len(ctx.Foreach)-1]
	items := reflect.New(reflect.SliceOf(t.step.item)).Elem()
	if err := t.items(frame.Var, items); err != nil {
		return reflect.Value{}, err
	}
	if frame.Index < 0 || frame.Index >= items.Len() {
		return reflect.Value{}, fmt.Errorf("%s has %d items, and the task's is number %d", frame.Var, items.Len(), frame.Index)
	}
	return items.Index(frame.Index), nil
}

// items reads the artifact that a foreach goes over. It is there already where it is a field that is not lazy.
func (t *task) items(artifact string, into reflect.Value) error {
	from, ok := t.left.from[artifact]
	if !ok {
		return fmt.Errorf("the items, %s, are not among what the task has been given", artifact)
	}
	if have, ok := t.read[valueKey{from.ref.Key, artifact}]; ok && have.Type() == into.Type() {
		into.Set(have)
		return nil
	}
	f := t.program.field(artifact)
	if f == nil {
		f = &field{goName: artifact, typ: into.Type()}
		f.Name = artifact
	}
	places, err := t.conn.Get(wire.Item{Input: from.input, Name: artifact})
	if err != nil {
		return err
	}
	return t.decode(f, places[0], from, into)
}

// context is what the step is given.
func (t *task) context(ctx context.Context) Context {
	m := &t.message
	c := Current{
		FlowName: m.Flow, RunID: m.RunID, StepName: m.Step, TaskID: m.TaskID, OriginRunID: m.OriginRunID, Namespace: m.Namespace, User: m.User,
		TempDir: m.TempDir, RetryCount: m.Attempt, Tags: m.Tags, Loop: m.IterationStack, ParameterNames: m.ParameterNames,
		TriggerRuns: m.TriggerRuns, Pathspec: strings.Join([]string{m.Flow, m.RunID, m.Step, m.TaskID}, "/"),
	}
	for _, f := range m.ForeachStack {
		frame := Frame{Step: f.Step, Var: f.Var, Index: f.Index, Value: f.Value}
		if f.NumSplits != nil {
			frame.Splits = *f.NumSplits
		}
		c.Foreach = append(c.Foreach, frame)
	}
	if p := m.Parallel; p != nil {
		c.Parallel = &Parallel{Nodes: p.NumNodes, Index: p.NodeIndex, ControlTaskID: p.ControlTaskID, MainIP: p.MainIP}
	}
	if p := m.Project; p != nil {
		c.Project = &Project{Name: p.Name, Branch: p.Branch, FlowName: p.FlowName, Production: p.Production, UserBranch: p.UserBranch}
	}
	ctx = context.WithValue(ctx, itemsKey{}, itemSource(t.items))
	return Context{wire.With(ctx, wire.Session{Conn: t.conn, Namespace: m.Namespace}), c}
}

// enterGang sets what programs that run in a gang look for.
func (t *task) enterGang() error {
	p := t.message.Parallel
	if p == nil {
		return nil
	}
	ip := p.MainIP
	if ip == "" {
		ip = "127.0.0.1"
	}
	control := p.ControlTaskID
	if control == "" {
		control = t.message.TaskID
	}
	return errors.Join(
		os.Setenv("MF_PARALLEL_MAIN_IP", ip), os.Setenv("MF_PARALLEL_NUM_NODES", fmt.Sprint(max(p.NumNodes, 1))),
		os.Setenv("MF_PARALLEL_NODE_INDEX", fmt.Sprint(p.NodeIndex)), os.Setenv("MF_PARALLEL_CONTROL_TASK_ID", control),
	)
}
