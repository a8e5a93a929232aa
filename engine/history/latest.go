package history

import (
	"context"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// parametersStep is the step of the task that holds a run's parameters.
const parametersStep = "_parameters"

// latest is the newest run of a flow in a namespace, or the newest whose last step succeeded; nil if there is none.
func (r *Reader) latest(ctx context.Context, sc scope, flow, namespace string, successful bool) (*Object, error) {
	if _, err := sc.meta.Flow(ctx, flow); err != nil {
		return nil, err
	}
	runs, err := sc.meta.Runs(ctx, flow)
	if err != nil {
		return nil, err
	}
	newestFirst(runs)
	for _, o := range runs {
		if !has(o.Tags, namespace, nil) {
			continue
		}
		if successful {
			ok, err := r.successful(ctx, sc, flow, o.Run)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
		}
		found := newObject(path{TaskID: metadata.TaskID{Flow: flow, Run: o.Run}, depth: 2}, o)
		return &found, nil
	}
	return nil, nil
}

// successful says whether the run's last step ran to its end without an exception.
func (r *Reader) successful(ctx context.Context, sc scope, flow, run string) (bool, error) {
	end, err := r.endTask(ctx, sc, flow, run)
	if err != nil || end == nil {
		return false, err
	}
	v, err := r.plain(ctx, sc, *end, "_success")
	ok, _ := v.(bool)
	return ok, err
}

// endTask is the newest task of the run's last step, nil before there is one.
func (r *Reader) endTask(ctx context.Context, sc scope, flow, run string) (*metadata.TaskID, error) {
	_, end, err := r.ends(ctx, sc, flow, run)
	if err != nil {
		return nil, err
	}
	return newestTask(ctx, sc, flow, run, end)
}

// newestTask is the newest task of a step, nil if there is none. An only one need not be read to know.
func newestTask(ctx context.Context, sc scope, flow, run, step string) (*metadata.TaskID, error) {
	if ids, err := sc.store.Tasks(flow, run, step); err == nil && len(ids) == 1 {
		return &metadata.TaskID{Flow: flow, Run: run, Step: step, Task: ids[0]}, nil
	}
	tasks, err := sc.meta.Tasks(ctx, flow, run, step)
	if err != nil || len(tasks) == 0 {
		return nil, ignoreNotFound(err)
	}
	newestFirst(tasks)
	return &metadata.TaskID{Flow: flow, Run: run, Step: step, Task: tasks[0].Task}, nil
}

// ends are the names of the run's first and last step. The parameters task has them as records; in a run that Metaflow resumed only its graph
// does; runs of old versions have neither.
func (r *Reader) ends(ctx context.Context, sc scope, flow, run string) (start, end string, err error) {
	start, end = "start", "end"
	t, err := newestTask(ctx, sc, flow, run, parametersStep)
	if err != nil || t == nil {
		return start, end, err
	}
	fields, err := sc.meta.Fields(ctx, *t, "start_step", "end_step")
	if err != nil {
		return start, end, err
	}
	if fields["end_step"].Value != "" {
		if s := fields["start_step"].Value; s != "" {
			start = s
		}
		return start, fields["end_step"].Value, nil
	}
	g, err := r.graph(ctx, sc, *t)
	if err != nil || g == nil {
		return start, end, err
	}
	return g.start, g.end, nil
}

// graph is what the engine needs of a run's graph.
type graph struct {
	start, end string
	next       map[string][]string
}

// parseGraph reads the artifact _graph_info; nil if it is not one.
func parseGraph(raw []byte) *graph {
	v, err := plain.Decode(raw)
	if err != nil {
		return nil
	}
	info, _ := v.(map[any]any)
	steps, ok := info["steps"].(map[any]any)
	if !ok {
		return nil
	}
	g := &graph{start: "start", end: "end", next: make(map[string][]string, len(steps))}
	if s, ok := info["start_step"].(string); ok {
		g.start = s
	}
	if s, ok := info["end_step"].(string); ok {
		g.end = s
	}
	for name, step := range steps {
		name, _ := name.(string)
		node, _ := step.(map[any]any)
		next, _ := texts(node["next"])
		g.next[name] = next
	}
	return g
}

// texts is a list of strings.
func texts(v any) ([]string, bool) {
	items, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]string, len(items))
	for i, item := range items {
		if out[i], ok = item.(string); !ok {
			return nil, false
		}
	}
	return out, true
}
