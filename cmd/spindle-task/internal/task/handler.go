package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// handler answers the step's process.
type handler struct {
	h     *helper
	store *artifact.Store
	dirs  folders
	past  *history.Reader
}

var _ compute.Handler = (*handler)(nil)

func newHandler(h *helper, store *artifact.Store, dirs folders) *handler {
	root := h.job.Datatools
	if root == "" {
		root = h.job.Root + "/data"
	}
	client := func() (*objects.Client, error) { return h.client, nil }
	meta := metadata.NewLocal(store.Folder(), metadata.Options{Now: h.Now, User: h.job.Task.User})
	past := history.New(store, meta, history.Options{
		Flow: h.job.Task.Flow, Dir: dirs.scratch, User: h.job.Task.User, IncludedS3: root, Objects: client, Now: h.Now,
		Transfers: &datatools.Server{Objects: client, Root: root},
	})
	return &handler{h: h, store: store, dirs: dirs, past: past}
}

// Started implements [compute.Handler].
func (a *handler) Started(pid int) {
	a.h.out.Running = a.h.Now().UTC()
	volunteer(pid)
}

// Line implements [compute.Handler].
func (a *handler) Line(s compute.Stream, at time.Time, text []byte) { a.h.logs.line(s, at, text) }

// Truncated implements [compute.Handler].
func (a *handler) Truncated(s compute.Stream, at time.Time) { a.h.logs.truncated(s, at) }

// Store implements [compute.Handler].
func (a *handler) Store(ctx context.Context, call string, args json.RawMessage) (any, error) {
	return a.past.Serve(ctx, call, args)
}

// Get implements [compute.Handler].
func (a *handler) Get(ctx context.Context, items []worker.Item) []worker.ItemValue {
	values := make([]worker.ItemValue, len(items))
	for i, item := range items {
		values[i] = a.get(ctx, item)
	}
	return values
}

func (a *handler) get(ctx context.Context, item worker.Item) worker.ItemValue {
	task := a.h.job.Task
	if item.Input < 0 || item.Input >= len(task.Inputs) {
		return refused("missing", "there is no input %d", item.Input)
	}
	in := task.Inputs[item.Input]
	ref, ok := in.Artifacts[item.Name]
	if !ok {
		return refused("missing", "task %s has no artifact %q", in.Pathspec, item.Name)
	}
	v, err := a.store.Materialize(ctx, task.Flow, artifact.Key(ref.Key), a.dirs.spill)
	if err != nil {
		kind := "io"
		if errors.Is(err, artifact.ErrCorrupt) || errors.Is(err, artifact.ErrMissing) {
			kind = "corrupt"
		}
		return refused(kind, "artifact %q of task %s/%s: %v", item.Name, task.Flow, in.Pathspec, err)
	}
	return worker.ItemValue{Path: v.Path, Offset: v.Offset, Size: v.Size, Encoding: ref.Encoding, Temporary: v.Temporary}
}

func refused(kind, format string, args ...any) worker.ItemValue {
	return worker.ItemValue{Error: &worker.CallError{Kind: kind, Message: fmt.Sprintf(format, args...)}}
}
