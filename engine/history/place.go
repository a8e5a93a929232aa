package history

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// place is where a task stands in its run, and where the run went from it.
type place struct {
	step, task string
	frames     []string // step:index of each foreach around the task, outermost first
	// rounds are the iterations of the loop the task is in; known is false for a task that left nothing, whose rounds nobody can tell.
	rounds []int
	known  bool
	next   []string
	split  bool // next runs once for each item
	final  bool // finished for good: nothing here can change any more
}

// key is the place's frames as one text.
func (p *place) key() string { return strings.Join(p.frames, ",") }

// outer is the key without the innermost frame; ok is false outside of any foreach.
func (p *place) outer() (key string, ok bool) {
	if len(p.frames) == 0 {
		return "", false
	}
	return strings.Join(p.frames[:len(p.frames)-1], ","), true
}

// leadsTo says whether p is a parent of q. When q's rounds are not known, any could be.
func (p *place) leadsTo(q *place) bool {
	if !slices.Contains(p.next, q.step) {
		return false
	}
	outer, inside := q.outer()
	own, ownInside := p.outer()
	switch {
	case p.split:
		if !inside || outer != p.key() || !strings.HasPrefix(q.frames[len(q.frames)-1], q.step+":") {
			return false
		}
	case len(q.frames) == len(p.frames):
		if p.key() != q.key() {
			return false
		}
	default: // a join closes the innermost foreach
		if !ownInside || own != q.key() {
			return false
		}
	}
	return !q.known || p.inTurn(q)
}

// inTurn says whether q's round of its loop is the one that comes after p.
func (p *place) inTurn(q *place) bool {
	n, m := len(p.rounds), len(q.rounds)
	switch {
	case m == 0:
		return true // not in a loop, or out of it
	case p.step == q.step:
		return n == m && slices.Equal(p.rounds[:n-1], q.rounds[:n-1]) && q.rounds[m-1] == p.rounds[n-1]+1
	case n < m:
		return slices.Equal(p.rounds, q.rounds[:n]) && q.rounds[m-1] == 0
	}
	return slices.Equal(p.rounds[:m], q.rounds) || q.rounds[m-1] == 0
}

// placeOf reads a task's place: from its artifacts if it has finished, else from what was recorded when it began.
func (r *Reader) placeOf(ctx context.Context, sc scope, t metadata.TaskID) (*place, error) {
	p := &place{step: t.Step, task: t.Task}
	refs, err := r.placeRefs(ctx, sc, t)
	if err != nil {
		return nil, err
	}
	if refs != nil {
		if err := r.readPlace(ctx, sc, t, refs, p); err != nil {
			return nil, err
		}
	}
	if p.frames == nil {
		p.frames, err = recordedFrames(ctx, sc, t)
	}
	return p, err
}

// The artifacts that tell a place.
var placeNames = [...]string{"_foreach_stack", "_iteration_stack", "_transition", "_task_ok"}

// placeRefs are the records of those artifacts, nil for a task that left none. The task's own table is one file; records are one each.
func (r *Reader) placeRefs(ctx context.Context, sc scope, t metadata.TaskID) (map[string]metadata.ArtifactRecord, error) {
	key := artifact.Task(t)
	refs := make(map[string]metadata.ArtifactRecord, len(placeNames))
	attempt, err := sc.store.LatestDone(key)
	if err == nil {
		if d, err := sc.store.Data(key, attempt); err == nil {
			for _, name := range placeNames {
				if ref, ok := d.Objects[name]; ok {
					refs[name] = metadata.ArtifactRecord{Name: name, Key: string(ref.Key), Attempt: attempt}
				}
			}
			return refs, nil
		} else if !errors.Is(err, artifact.ErrMissing) {
			return nil, err
		}
	}
	for _, name := range placeNames {
		rec, err := sc.meta.Artifact(ctx, t, metadata.Latest, name)
		switch {
		case isNotFound(err):
		case err != nil:
			return nil, err
		default:
			refs[name] = rec
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	return refs, nil
}

func (r *Reader) readPlace(ctx context.Context, sc scope, t metadata.TaskID, refs map[string]metadata.ArtifactRecord, p *place) error {
	values := make(map[string]any, len(refs))
	for name, rec := range refs {
		var err error
		if values[name], err = r.decoded(ctx, sc, t, rec); err != nil {
			return err
		}
	}
	p.frames = frames(values["_foreach_stack"])
	p.rounds, p.known = rounds(values["_iteration_stack"]), true
	if pair, ok := values["_transition"].(plain.Tuple); ok && len(pair) == 2 {
		p.next, _ = texts(pair[0])
		p.split = pair[1] != nil
	}
	ok, _ := values["_task_ok"].(bool)
	p.final = ok
	return nil
}

// frames are those of a foreach stack, nil if it is not one.
func frames(stack any) []string {
	items, ok := stack.([]any)
	if !ok {
		return nil
	}
	out := make([]string, len(items))
	for i, item := range items {
		f, ok := item.(plain.ForeachFrame)
		if !ok {
			return nil
		}
		out[i] = f.Step + ":" + strconv.FormatInt(f.Index, 10)
	}
	return out
}

func rounds(stack any) []int {
	items, _ := stack.([]any)
	var out []int
	for _, item := range items {
		if n, ok := item.(int64); ok {
			out = append(out, int(n))
		}
	}
	return out
}

// recordedFrames are those recorded when an attempt began.
func recordedFrames(ctx context.Context, sc scope, t metadata.TaskID) ([]string, error) {
	fields, err := sc.meta.Fields(ctx, t, "foreach-execution-path")
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	if path := fields["foreach-execution-path"].Value; path != "" {
		return strings.Split(path, ","), nil
	}
	return nil, nil
}
