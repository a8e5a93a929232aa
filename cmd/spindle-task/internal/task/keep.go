package task

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// keep stores the values that the step has left.
func (h *helper) keep(store *artifact.Store, dirs folders) {
	res := h.out.Result
	if res == nil || h.failed != nil {
		return
	}
	h.phase.Store(phaseStore)
	produced := res.Artifacts
	res.Artifacts = nil
	values, err := h.put(store, dirs, produced)
	if err == nil {
		err = store.Flush(context.Background())
	}
	if err != nil {
		h.out.Result = nil
		h.fail("store", fmt.Errorf("store what the step left: %w", err))
		return
	}
	h.out.Values, h.out.Stored = values, h.Now().UTC()
}

// put stores values, large ones side by side.
func (h *helper) put(store *artifact.Store, dirs folders, produced []worker.Produced) ([]remote.Value, error) {
	values := make([]remote.Value, len(produced))
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, v := range produced {
		g.Go(func() error {
			key, err := task.PutValue(ctx, store, h.job.Task.Flow, v, task.Folders{Scratch: dirs.scratch, Spill: dirs.spill})
			if err != nil {
				return fmt.Errorf("artifact %q: %w", v.Name, err)
			}
			values[i] = remote.Value{Name: v.Name, Key: string(key), Size: v.Size, Type: v.Type, Encoding: v.Encoding}
			return nil
		})
	}
	return values, g.Wait()
}

// endLogs sends the rest of the output. Without it the task is still what it is.
func (h *helper) endLogs() {
	ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	var err error
	if h.out.Logs, err = h.logs.end(ctx); err != nil {
		fmt.Fprintf(h.Stderr, "spindle: a part of what the step printed is lost: %v\n", err)
	}
}
