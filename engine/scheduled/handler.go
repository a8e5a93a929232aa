package scheduled

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// handler answers a process.
type handler struct {
	o       *one
	lineage *lineage
	logs    *logs         // nil for the parameters, which have none
	client  func() Client // made when the process first asks
}

func (o *one) handler(l *lineage, out *logs) *handler {
	return &handler{o: o, lineage: l, logs: out, client: sync.OnceValue(o.place.Client)}
}

var _ compute.Handler = (*handler)(nil)

// Started implements [compute.Handler].
func (h *handler) Started(pid int) {
	if h.o.place.Started != nil {
		h.o.place.Started(pid)
	}
}

// Line implements [compute.Handler].
func (h *handler) Line(s compute.Stream, at time.Time, text []byte) {
	if h.logs != nil {
		h.logs.line(s, at, text)
		return
	}
	h.o.Show(s, text)
}

// Truncated implements [compute.Handler].
func (h *handler) Truncated(s compute.Stream, at time.Time) {
	if h.logs != nil {
		h.logs.truncated(s, at)
	}
}

// Store implements [compute.Handler].
func (h *handler) Store(ctx context.Context, call string, args json.RawMessage) (any, error) {
	return h.client().Serve(ctx, call, args)
}

// Get implements [compute.Handler].
func (h *handler) Get(ctx context.Context, items []worker.Item) []worker.ItemValue {
	return task.Fetch(ctx, h.o.Store, h.o.Deployment.Flow, h.lineage.inputs, items, h.o.place.Folders.Spill)
}
