package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// handler answers one attempt's process.
type handler struct {
	r       *runner
	a       *attempt
	logs    *task.Logs
	pid     int
	job     string // the task's name where it runs elsewhere
	quiet   bool   // lines are not logged: the parameters task has no logs
	started func(pid int)
	client  func() Client // one for the whole process, made when it first asks
}

func newHandler(r *runner, a *attempt) *handler {
	h := &handler{r: r, a: a, logs: task.NewLogs(r.ids, artifact.SourceRuntime, r.cfg.LogLimit)}
	h.client = sync.OnceValue(func() Client { return r.cfg.Client(a.scratch) })
	return h
}

var (
	_ compute.Handler = (*handler)(nil)
	_ compute.Remote  = (*handler)(nil)
)

// Started implements [compute.Handler].
func (h *handler) Started(pid int) {
	h.pid = pid
	if h.started != nil {
		h.started(pid)
	}
}

// Line implements [compute.Handler].
func (h *handler) Line(stream compute.Stream, at time.Time, text []byte) {
	if !h.quiet {
		h.logs.Of(stream).Write(at, text)
	}
	if h.job != "" {
		text = fmt.Appendf(nil, "[%s] %s", h.job, text)
	}
	h.show(stream, at, text)
}

// Placed implements [compute.Remote].
func (h *handler) Placed(at time.Time, p compute.Placement) {
	h.job = p.Job
	h.r.emit(TaskPlaced{At: at, Task: h.ref(), Place: p.Kind, Job: p.Job, State: p.State, Reason: p.Reason})
}

// Told implements [compute.Remote].
func (h *handler) Told(stream compute.Stream, at time.Time, text []byte) {
	h.logs.Of(stream).Append(at, text)
	h.show(stream, at, text)
}

// show passes a line on to the observer.
func (h *handler) show(stream compute.Stream, at time.Time, text []byte) {
	h.r.emit(TaskLine{At: at, Task: h.ref(), Stream: Stream(stream.String()), Text: bytes.Clone(text)})
}

func (h *handler) ref() TaskRef {
	ref := h.a.ref(h.r)
	ref.PID = h.pid
	return ref
}

// Truncated implements [compute.Handler].
func (h *handler) Truncated(stream compute.Stream, at time.Time) {
	h.logs.Of(stream).Truncate(at)
}

// Store implements [compute.Handler].
func (h *handler) Store(ctx context.Context, call string, args json.RawMessage) (any, error) {
	if h.r.cfg.Client == nil {
		return nil, &worker.CallError{Kind: "unknown_call", Message: fmt.Sprintf("call %q: this run serves no client API", call)}
	}
	return h.client().Serve(ctx, call, args)
}

// Get implements [compute.Handler].
func (h *handler) Get(ctx context.Context, items []worker.Item) []worker.ItemValue {
	return task.Answer(items, func(item worker.Item) worker.ItemValue { return h.get(ctx, item) })
}

func (h *handler) get(ctx context.Context, item worker.Item) worker.ItemValue {
	if item.Input < 0 || item.Input >= len(h.a.inputs) {
		return task.Refused("missing", "there is no input %d", item.Input)
	}
	in := h.a.inputs[item.Input]
	ref, ok := in.table.Get(item.Name)
	if !ok {
		return task.Refused("missing", "task %s has no artifact %q", in.pathspec(h.r), item.Name)
	}
	if v, ok := task.Inlined(item, ref.Size, ref.Encoding, func() ([]byte, error) { return h.r.small(ctx, ref.Key) }); ok {
		return v
	}
	v, err := h.r.materialize(ctx, ref.Key, h.a.scratch)
	if err != nil && h.r.folders.fast.Check() != nil {
		err = h.r.folders.fast.Check()
	}
	if err != nil {
		return h.unreadable(in, item.Name, err)
	}
	return worker.ItemValue{Path: v.Path, Offset: v.Offset, Size: v.Size, Encoding: ref.Encoding, Temporary: v.Temporary}
}

func (h *handler) unreadable(in *record, name string, err error) worker.ItemValue {
	spec := h.r.flow + "/" + in.pathspec(h.r)
	var corrupt *artifact.CorruptError
	switch {
	case errors.As(err, &corrupt):
		return task.Refused("corrupt", "artifact %q of task %s is damaged: file %q: %s; run the step again with: resume %s --origin-run-id %s",
			name, spec, corrupt.Path, corrupt.Reason, in.step, h.r.id)
	case errors.Is(err, artifact.ErrMissing):
		return task.Refused("corrupt", "artifact %q of task %s has lost its stored value: %v; run the step again with: resume %s --origin-run-id %s",
			name, spec, err, in.step, h.r.id)
	}
	return task.Refused("io", "artifact %q of task %s: %v", name, spec, err)
}
