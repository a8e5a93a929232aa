package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/spin"
)

// value is where Python finds the value of an artifact.
type value struct {
	Key       string         `json:"key"`
	File      string         `json:"file"`
	Offset    int64          `json:"offset"`
	Temporary bool           `json:"temporary"`
	Source    map[string]any `json:"source"` // the flow's file, for classes it defines
}

// Asked answers what `self` of plain cells needs: the newest task, its artifacts and where their values are.
func (r *Runner) Asked(ctx context.Context, raw json.RawMessage) (any, error) {
	var q struct{ About, Name, Known string }
	if err := json.Unmarshal(raw, &q); err != nil {
		return nil, err
	}
	_, s, err := r.needed()
	if err != nil {
		return nil, err
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	tasks, err := r.tasksOf(standing, nil)
	if err != nil {
		return nil, err
	}
	t := &tasks[0]
	switch q.About {
	case "names":
		return artifactNames(t.Objects), nil
	case "task":
		return s.Flow.Name + "/" + t.Pathspec(), nil
	}
	ref, ok := t.Objects[q.Name]
	if !ok {
		return nil, fmt.Errorf("%s has no artifact %q", t.Pathspec(), q.Name)
	}
	if onlyGo(ref) {
		return nil, fmt.Errorf("artifact %q of %s: only Go can read it, its encoding is %s; a cell of Go can", q.Name, t.Pathspec(), ref.Encoding)
	}
	if q.Known == string(ref.Key) {
		return value{Key: q.Known}, nil
	}
	found, err := t.Materialize(ctx, s.Flow.Name, ref.Key, "")
	if err != nil {
		return nil, fmt.Errorf("artifact %q of %s: %w", q.Name, t.Pathspec(), err)
	}
	source := map[string]any{"file": s.File, "text": ""}
	if data, err := s.ReadFile(s.File); err == nil && s.Language != graph.Go {
		source["text"] = python.Text(data)
	}
	return value{Key: string(ref.Key), File: found.Path, Offset: found.Offset, Temporary: found.Temporary, Source: source}, nil
}

// onlyGo says whether a value is one that no other language reads.
func onlyGo(ref artifact.Ref) bool { return strings.HasPrefix(ref.Encoding, "go-") }

// shortOf is a short text of an artifact's value, empty where only Python can tell.
func shortOf(ctx context.Context, t *spin.Seen, flow, name string) string {
	if onlyGo(t.Objects[name]) {
		return "only Go can read it: its encoding is " + t.Objects[name].Encoding
	}
	return t.Short(ctx, flow, name)
}
