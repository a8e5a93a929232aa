package run

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// prepareFresh computes the parameters, makes the run and stores its parameters task. The parameters come first: wrong ones leave no
// trace of a run.
func (r *runner) prepareFresh(ctx context.Context) error {
	rec := &record{id: r.newID(), step: ParametersStep}
	a := &attempt{task: machine.Parameters, rec: rec}
	var err error
	if a.scratch, err = r.folders.attempt(ParametersStep, 0); err != nil {
		return r.storage("prepare the parameters", err)
	}
	defer func() { _ = os.RemoveAll(a.scratch) }() // the run's folder is removed in the end, and that is checked
	result, err := r.computeParameters(ctx, a)
	if err != nil {
		return err
	}
	if err := r.register(ctx); err != nil {
		return err
	}
	if err := r.cfg.Store.SetLatestRun(r.flow, r.id); err != nil {
		return r.storage("note the latest run", err)
	}
	r.emit(RunStarted{At: r.cfg.Clock.Now(), Flow: r.flow, Run: r.id})
	if rec.table, err = r.storeParameters(context.WithoutCancel(ctx), a, result); err != nil {
		return r.storage("store the parameters", err)
	}
	r.records = []*record{rec}
	return nil
}

// computeParameters runs the worker's process that checks the values and evaluates deploy-time functions.
func (r *runner) computeParameters(ctx context.Context, a *attempt) (*worker.Result, error) {
	info, err := task.GraphInfo(r.cfg.Graph, r.cfg.Description, "")
	if err != nil {
		return nil, err
	}
	t := r.baseTask(a)
	t.Kind, t.Values, t.GraphInfo = "parameters", r.cfg.Values, info
	if t.Values == nil {
		t.Values = map[string][]string{}
	}
	t.Node = worker.Node{Type: string(graph.Linear), Next: []string{r.plan.Start}}
	t.Env = map[string]string{}
	h := &parametersHandler{handler: newHandler(r, a)}
	h.quiet = true
	o, err := r.cfg.Compute.Run(ctx, compute.Spec{Task: &t}, h)
	if err != nil {
		return nil, fmt.Errorf("evaluate the parameters: %w", err)
	}
	switch {
	case o.Killed && ctx.Err() != nil:
		return nil, ErrInterrupted
	case o.Result != nil && o.Result.Type == worker.TypeInvalid:
		return nil, &UsageError{Errors: o.Result.Errors}
	case !o.Succeeded():
		return nil, &ParametersError{Exception: exceptionOf(o.Result), Reason: endText(o), Output: h.last}
	}
	return o.Result, nil
}

// parametersHandler remembers the last line printed, for the error.
type parametersHandler struct {
	*handler
	last string
}

// Line implements [compute.Handler].
func (h *parametersHandler) Line(stream compute.Stream, at time.Time, text []byte) {
	if stream == compute.Stderr && len(text) > 0 {
		h.last = string(text)
	}
	h.handler.Line(stream, at, text)
}

// endText says how a process ended.
func endText(o compute.Outcome) string {
	switch {
	case o.Reason != "":
		return o.Reason
	case o.Signal != 0:
		return "the process was ended by signal " + o.Signal.String()
	}
	return fmt.Sprintf("the process exited with code %d", o.ExitCode)
}

// storeParameters stores the run's first task, in the same order as any other.
func (r *runner) storeParameters(ctx context.Context, a *attempt, res *worker.Result) (*task.Table, error) {
	key := a.key(r)
	if err := r.cfg.Metadata.RegisterTask(ctx, a.id(r), r.tags); err != nil {
		return nil, err
	}
	if err := r.cfg.Store.Begin(key, 0); err != nil {
		return nil, err
	}
	produced, err := r.put(ctx, a, res.Artifacts)
	if err != nil {
		return nil, err
	}
	t := task.NewTable(produced, nil, nil)
	if err := r.saveTable(ctx, key, 0, t.Objects()); err != nil {
		return nil, err
	}
	return t, r.finishParameters(ctx, key)
}

// finishParameters adds the records of the parameters task, of a resumed run as well, and marks it done.
func (r *runner) finishParameters(ctx context.Context, key artifact.Task) error {
	if err := r.cfg.Metadata.AddMetadata(ctx, metadata.TaskID(key), r.parametersRecords()); err != nil {
		return err
	}
	if err := r.cfg.Group.Commit(ctx); err != nil {
		return err
	}
	if err := r.markDone(ctx, key, 0); err != nil {
		return err
	}
	return r.cfg.Group.Commit(ctx)
}

// parametersRecords are those of the parameters task.
func (r *runner) parametersRecords() []metadata.Record {
	return task.ParametersRecords(metadata.Start{Script: scriptName(r.cfg), System: r.cfg.System}, r.plan.Start, r.plan.End)
}
