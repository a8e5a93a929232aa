package task

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/history/stored"
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
	past := history.New(store, stored.New(store, stored.Options{Known: h.known}), history.Options{
		Flow: h.job.Task.Flow, Dir: dirs.scratch, User: h.job.Task.User, IncludedS3: root, Objects: client, Now: h.Now,
		Transfers: &datatools.Server{Objects: client, Root: root},
	})
	return &handler{h: h, store: store, dirs: dirs, past: past}
}

// known is what there is to know of a run beside its values: its jobs say it. A run without remote tasks has none.
func (h *helper) known(ctx context.Context, flow, run string) (stored.Known, error) {
	job := h.job
	if flow != job.Task.Flow || run != job.Task.RunID {
		root, err := objects.Parse(h.job.Root)
		if err != nil {
			return stored.Known{}, err
		}
		root.Key = strings.Trim(root.Key, "/")
		if job, err = remote.AnyJob(ctx, h.client, root, flow, run); job == nil || err != nil {
			return stored.Known{}, err
		}
	}
	k := stored.Known{User: job.Task.User, Tags: metadata.Tags{User: job.Task.Tags, System: job.SystemTags}}
	if len(k.Tags.System) == 0 {
		k.Tags.System = []string{"user:" + k.User}
	}
	return k, nil
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
