package spin

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
)

// View is a workbench to look at, without the flow's code: its place, and the stores of what was spun and of the runs.
type View struct {
	Place          Place
	Spun, Origins  *artifact.Store
	OriginMetadata metadata.Provider
	Namespace      *string
}

// Seen is a task as one sees it on the workbench.
type Seen struct {
	run.Finished
	Store *artifact.Store // that has its table and its logs, and the values it made itself
	Seq   int             // of the spin, 0 for a task of the origin
	below *artifact.Store // that has the values a spun task got from runs; nil for a task of the origin
}

// Materialize gives a value of the task as [artifact.Store.Materialize] does.
func (t *Seen) Materialize(ctx context.Context, flow string, key artifact.Key, dir string) (artifact.Value, error) {
	v, err := t.Store.Materialize(ctx, flow, key, dir)
	if err != nil && t.below != nil {
		return t.below.Materialize(ctx, flow, key, dir)
	}
	return v, err
}

// Standing is what the workbench has: what was spun, and below it the origin.
type Standing struct {
	Origin string // empty for none
	Steps  map[string][]Seen
	Newest *Seen // the task that was spun last, or the last step's of the origin
}

// Look reads a workbench. order are the flow's steps, the first one first. An origin that is named and is not the workbench's is looked at alone, as
// the next spin on it would.
func (v View) Look(ctx context.Context, order []string, origin string) (*Standing, error) {
	b, err := v.Place.Load()
	if err != nil {
		return nil, err
	}
	s := &Standing{Steps: map[string][]Seen{}}
	switch {
	case origin != "" && (b == nil || b.Origin != origin):
		s.Origin, b = origin, nil
	case b != nil && !b.Empty():
		s.Origin = b.Origin
	default:
		s.Origin, err = FindOrigin(ctx, v.Origins, v.OriginMetadata, v.Place.Flow, LatestRun, v.Namespace)
		if err != nil && !errors.As(err, new(*NoOriginError)) {
			return nil, err
		}
	}
	spun := map[string]bool{}
	if b != nil {
		for _, e := range b.Sorted() {
			seen := Seen{Finished: *e.finished(), Store: v.Spun, Seq: e.Seq, below: v.Origins}
			s.Steps[e.Step] = append(s.Steps[e.Step], seen)
			s.Newest, spun[e.Step] = &seen, true
		}
	}
	if s.Origin == "" {
		return s, nil
	}
	for _, step := range slices.Backward(order) {
		below, err := v.below(s.Origin, step)
		if err != nil {
			return nil, err
		}
		if len(below) > 0 && s.Newest == nil {
			s.Newest = &below[0]
		}
		if !spun[step] {
			s.Steps[step] = below
		} else if len(below) > len(s.Steps[step]) {
			// Some items were spun; which of the origin's they stand over is no matter here.
			s.Steps[step] = append(s.Steps[step], below[len(s.Steps[step]):]...)
		}
	}
	return s, nil
}

// below are the origin's finished tasks of a step.
func (v View) below(origin, step string) ([]Seen, error) {
	ids, err := v.Origins.Tasks(v.Place.Flow, origin, step)
	if err != nil {
		return nil, err
	}
	var list []Seen
	for _, id := range ids {
		t := artifact.Task{Flow: v.Place.Flow, Run: origin, Step: step, Task: id}
		attempt, err := v.Origins.LatestDone(t)
		if err != nil {
			continue // it has not finished
		}
		d, err := v.Origins.Data(t, attempt)
		if err != nil {
			continue
		}
		list = append(list, Seen{Finished: run.Finished{Run: origin, Step: step, Task: id, Objects: d.Objects}, Store: v.Origins})
	}
	return list, nil
}

// Short is a short text of an artifact of the task, empty where only Python can tell.
func (t *Seen) Short(ctx context.Context, flow, name string) string {
	ref, ok := t.Objects[name]
	if !ok {
		return ""
	}
	s := &spin{cfg: Config{Engine: run.Config{Store: t.Store}, Origins: cmp.Or(t.below, t.Store)}}
	v, ok := s.plainOf(ctx, flow, ref)
	if !ok {
		return ""
	}
	text, _ := short(v)
	return text
}

// Diff compares the spun tasks of a step with the origin's, in the order they were spun. Values are given as far as they can be told without Python.
func (v View) Diff(ctx context.Context, s *Standing, step string) (spun []Seen, changed [][]Change, err error) {
	below, err := v.below(s.Origin, step)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range s.Steps[step] {
		if t.Seq == 0 {
			continue
		}
		base := v.counterpart(ctx, below, t)
		list := changes(t.Objects, base.Objects)
		for i := range list {
			c := &list[i]
			if c.Status != Gone {
				c.Value = t.Short(ctx, v.Place.Flow, c.Name)
			}
			if c.Status == Gone || c.Status == Changed {
				c.Before = base.Short(ctx, v.Place.Flow, c.Name)
			}
		}
		spun, changed = append(spun, t), append(changed, list)
	}
	return spun, changed, nil
}

// counterpart is the origin's task of the same foreach item.
func (v View) counterpart(ctx context.Context, below []Seen, t Seen) *Seen {
	want := t.indices()
	for i := range below {
		if len(want) == 0 || slices.Equal(below[i].storedIndices(ctx, v.Place.Flow), want) {
			return &below[i]
		}
	}
	return &Seen{Store: v.Origins}
}

func (t *Seen) indices() []int64 {
	var list []int64
	for _, f := range t.Frames {
		list = append(list, f.Index)
	}
	return list
}

// storedIndices are the places in foreach loops that a task of a run has stored.
func (t *Seen) storedIndices(ctx context.Context, flow string) []int64 {
	ref, ok := t.Objects["_foreach_stack"]
	if !ok {
		return nil
	}
	raw, err := t.Store.Bytes(ctx, flow, ref.Key)
	if err != nil {
		return nil
	}
	v, err := plain.Decode(raw)
	if err != nil {
		return nil
	}
	frames, _ := v.([]any)
	var list []int64
	for _, f := range frames {
		if frame, ok := f.(plain.ForeachFrame); ok {
			list = append(list, frame.Index)
		}
	}
	return list
}
