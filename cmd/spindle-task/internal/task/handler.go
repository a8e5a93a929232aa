package task

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/metadata/service"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/task"
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

func newHandler(h *helper, store *artifact.Store, dirs folders) (*handler, error) {
	meta, err := h.metadata(store)
	if err != nil {
		return nil, err
	}
	return &handler{h: h, store: store, dirs: dirs, past: h.past(store, meta, dirs)}, nil
}

// past answers the calls of the client API.
func (h *helper) past(store *artifact.Store, meta metadata.Provider, dirs folders) *history.Reader {
	root := h.job.Datatools
	if root == "" {
		root = h.job.Root + "/data"
	}
	client := func() (*objects.Client, error) { return h.client, nil }
	return history.New(store, meta, history.Options{
		Flow: h.job.Task.Flow, Dir: dirs.scratch, User: h.job.Task.User, IncludedS3: root, Objects: client, Now: h.Now,
		Transfers: &datatools.Server{Objects: client, Root: root},
	})
}

// metadata is what the client API of the step sees: the team's service, or as much of the runs as their values' store shows.
func (h *helper) metadata(store *artifact.Store) (metadata.Provider, error) {
	if h.setting("METAFLOW_DEFAULT_METADATA") != "service" {
		return stored.New(store, stored.Options{Known: h.known}), nil
	}
	return h.service("")
}

// service is the team's, at an address or where the settings say.
func (h *helper) service(address string) (*service.Service, error) {
	o, err := service.FromSettings(h.setting)
	if err != nil {
		return nil, err
	}
	if address != "" {
		o.URL = address
	}
	o.User, o.Now = h.job.Task.User, h.Now
	return service.New(o)
}

// known is what there is to know of a run beside its values: its jobs say it, or the first task of a deployment's run. Of others nothing is known.
func (h *helper) known(ctx context.Context, flow, run string) (stored.Known, error) {
	job := h.job
	if flow != job.Task.Flow || run != job.Task.RunID {
		root, err := objects.Parse(h.job.Root)
		if err != nil {
			return stored.Known{}, err
		}
		root.Key = strings.Trim(root.Key, "/")
		if k, err := scheduled.KnownRuns(h.client, root)(ctx, flow, run); err != nil || k.User != "" {
			return k, err
		}
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
	return task.Fetch(ctx, a.store, a.h.job.Task.Flow, a.h.job.Task.Inputs, items, a.dirs.spill)
}
