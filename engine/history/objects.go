package history

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Object is a flow, run, step, task or artifact as the client API sees it.
type Object struct {
	Kind       string   `json:"kind"`
	Pathspec   string   `json:"pathspec"`
	ID         string   `json:"id"`
	CreatedAt  int64    `json:"created_at"` // ms since 1970
	UserTags   []string `json:"user_tags"`
	SystemTags []string `json:"system_tags"`
	User       string   `json:"user"`
	// Attempt is a task's latest attempt, or the one an artifact is of.
	Attempt *int `json:"attempt,omitempty"`
	// The rest is set for artifacts.
	Name     string `json:"name,omitempty"`
	Sha      string `json:"sha,omitempty"`
	Size     *int64 `json:"size,omitempty"`
	Type     string `json:"type,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// has reports whether the object is in a namespace and has tags; no namespace is every one.
func has(tags metadata.Tags, namespace string, all []string) bool {
	return (namespace == "" || tags.Has(namespace)) && tags.HasAll(all)
}

func list(tags []string) []string {
	if tags == nil {
		return []string{} // JSON's null is no list
	}
	return tags
}

func newObject(p path, o metadata.Object) Object {
	spec := p.String()
	return Object{
		Kind: p.kind(), Pathspec: spec, ID: spec[strings.LastIndexByte(spec, '/')+1:], CreatedAt: o.CreatedAt.UnixMilli(),
		UserTags: list(o.Tags.User), SystemTags: list(o.Tags.System), User: o.User,
	}
}

// object reads one object; attempt is metadata.Latest or one attempt.
func (r *Reader) object(ctx context.Context, sc scope, p path, attempt int) (Object, error) {
	switch p.depth {
	case 1:
		o, err := sc.meta.Flow(ctx, p.Flow)
		return newObject(p, o), err
	case 2:
		o, err := sc.meta.Run(ctx, p.Flow, p.Run)
		return newObject(p, o), err
	case 3:
		o, err := sc.meta.Step(ctx, p.Flow, p.Run, p.Step)
		return newObject(p, o), err
	case 4:
		o, err := sc.meta.Task(ctx, p.TaskID)
		if err != nil {
			return Object{}, err
		}
		return r.taskObject(ctx, sc, p, o)
	}
	return r.artifactObject(ctx, sc, p, attempt)
}

func (r *Reader) taskObject(ctx context.Context, sc scope, p path, o metadata.Object) (Object, error) {
	out := newObject(p, o)
	attempt, err := r.lastAttempt(ctx, sc, p.TaskID)
	out.Attempt = &attempt
	return out, err
}

// lastAttempt is the attempt begun last, 0 if none was.
func (r *Reader) lastAttempt(ctx context.Context, sc scope, t metadata.TaskID) (int, error) {
	states, err := sc.attempts(ctx, t)
	if err != nil {
		return 0, err
	}
	if latest, ok := artifact.Latest(states); ok {
		return latest.Attempt, nil
	}
	// The values may lie under another root; metadata knows.
	fields, err := sc.meta.Fields(ctx, t, "attempt")
	if err != nil || fields["attempt"].Value == "" {
		return 0, ignoreNotFound(err)
	}
	return number(fields["attempt"].Value), nil
}

func ignoreNotFound(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

func (r *Reader) artifactObject(ctx context.Context, sc scope, p path, attempt int) (Object, error) {
	o, err := sc.meta.Task(ctx, p.TaskID)
	if err != nil {
		return Object{}, err
	}
	rec, err := sc.meta.Artifact(ctx, p.TaskID, attempt, p.artifact)
	if err != nil {
		return Object{}, err
	}
	a := r.describe(sc, p.TaskID, []metadata.ArtifactRecord{rec})[0]
	return a.object(p.TaskID, o), nil
}

// query asks for the children of an object.
type query struct {
	path
	attempt   int // of a task, to have the artifacts of that one
	namespace string
	tags      []string
}

// children are the objects below another, newest first.
func (r *Reader) children(ctx context.Context, sc scope, p query) ([]Object, error) {
	if p.depth == 0 {
		return r.flowObjects(ctx, sc, p.namespace)
	}
	var below []metadata.Object
	var err error
	switch p.depth {
	case 1:
		if _, err = sc.meta.Flow(ctx, p.Flow); err == nil {
			// A run whose own file is damaged must not hide the others; who asks for it by name is told.
			if below, err = sc.meta.Runs(ctx, p.Flow); len(below) > 0 && ctx.Err() == nil {
				err = nil
			}
		}
	case 2:
		if _, err = sc.meta.Run(ctx, p.Flow, p.Run); err == nil {
			below, err = sc.meta.Steps(ctx, p.Flow, p.Run)
		}
	case 3:
		if _, err = sc.meta.Step(ctx, p.Flow, p.Run, p.Step); err == nil {
			below, err = sc.meta.Tasks(ctx, p.Flow, p.Run, p.Step)
		}
	default:
		var parent metadata.Object
		if parent, err = sc.meta.Task(ctx, p.TaskID); err == nil {
			return r.artifactObjects(ctx, sc, p, parent)
		}
	}
	if err != nil {
		return nil, err
	}
	below = slices.DeleteFunc(below, func(o metadata.Object) bool { return !has(o.Tags, p.namespace, p.tags) })
	newestFirst(below)
	return r.objects(ctx, sc, p.depth+1, below)
}

func (r *Reader) objects(ctx context.Context, sc scope, depth int, found []metadata.Object) ([]Object, error) {
	out := make([]Object, len(found))
	at := func(o metadata.Object) path {
		return path{TaskID: metadata.TaskID{Flow: o.Flow, Run: o.Run, Step: o.Step, Task: o.Task}, depth: depth}
	}
	if depth != 4 {
		for i, o := range found {
			out[i] = newObject(at(o), o)
		}
		return out, nil
	}
	err := each(len(found), func(i int) (err error) {
		out[i], err = r.taskObject(ctx, sc, at(found[i]), found[i])
		return errors.Join(err, ctx.Err())
	})
	return out, err
}

func (r *Reader) artifactObjects(ctx context.Context, sc scope, q query, task metadata.Object) ([]Object, error) {
	if !has(task.Tags, q.namespace, q.tags) {
		return []Object{}, nil
	}
	found, err := r.artifacts(ctx, sc, q.TaskID, q.attempt)
	out := make([]Object, len(found))
	for i, a := range found {
		out[i] = a.object(q.TaskID, task)
	}
	slices.SortStableFunc(out, func(a, b Object) int { return cmp.Compare(b.CreatedAt, a.CreatedAt) })
	return out, err
}

// flowObjects are the flows that have a run in the namespace.
func (r *Reader) flowObjects(ctx context.Context, sc scope, namespace string) ([]Object, error) {
	flows, err := sc.meta.Flows(ctx)
	if err != nil {
		return nil, err
	}
	inside := make([]bool, len(flows))
	err = each(len(flows), func(i int) (err error) {
		inside[i], err = flowIn(ctx, sc, flows[i].Flow, namespace)
		return err
	})
	if err != nil {
		return nil, err
	}
	kept := make([]metadata.Object, 0, len(flows))
	for i, o := range flows {
		if inside[i] {
			kept = append(kept, o)
		}
	}
	newestFirst(kept)
	return r.objects(ctx, sc, 1, kept)
}

// flowIn says whether a flow is in a namespace: whether one of its runs is.
func flowIn(ctx context.Context, sc scope, flow, namespace string) (bool, error) {
	if namespace == "" {
		return true, nil
	}
	runs, err := sc.meta.Runs(ctx, flow)
	for _, o := range runs {
		if o.Tags.Has(namespace) {
			return true, nil
		}
	}
	return false, err
}

// newestFirst sorts by creation; what was created in the same ms, by ids.
func newestFirst(objects []metadata.Object) {
	slices.SortFunc(objects, func(a, b metadata.Object) int {
		return cmp.Or(
			b.CreatedAt.Truncate(time.Millisecond).Compare(a.CreatedAt.Truncate(time.Millisecond)),
			compareIDs(b.Run, a.Run), cmp.Compare(a.Step, b.Step), compareIDs(b.Task, a.Task), cmp.Compare(a.Flow, b.Flow),
		)
	})
}

// compareIDs orders ids as far as they begin with numbers by those.
func compareIDs(a, b string) int {
	na, ra := leading(a)
	nb, rb := leading(b)
	return cmp.Or(cmp.Compare(len(na), len(nb)), cmp.Compare(na, nb), cmp.Compare(len(ra), len(rb)), cmp.Compare(ra, rb))
}

func leading(id string) (digits, rest string) {
	n := 0
	for n < len(id) && id[n] >= '0' && id[n] <= '9' {
		n++
	}
	return strings.TrimLeft(id[:n], "0"), id[n:]
}

// oldestFirst sorts tasks by ids: they are given in the order in which tasks are scheduled.
func oldestFirst(tasks []metadata.Object) {
	slices.SortFunc(tasks, func(a, b metadata.Object) int { return compareIDs(a.Task, b.Task) })
}
