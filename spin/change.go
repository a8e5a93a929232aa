package spin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/artifact/pyvalue"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
)

// Status is what became of an artifact.
type Status string

// What can become of an artifact.
const (
	New     Status = "new"
	Gone    Status = "gone"
	Changed Status = "changed"
	Same    Status = "same"
)

// Change is an artifact of a spun task beside that of the task it is compared with.
type Change struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Type   string `json:"type"` // int, pandas.core.frame.DataFrame
	Size   int64  `json:"size"` // of the pickle
	// Value and Before are short texts, as Python would print them; empty where nobody could tell.
	Value      string `json:"value,omitempty"`
	BeforeType string `json:"before_type,omitempty"`
	BeforeSize int64  `json:"before_size,omitempty"`
	Before     string `json:"before,omitempty"`
	// Difference says how the two differ: that of numbers, of shapes, the columns that changed.
	Difference string `json:"difference,omitempty"`
}

// shortLimit is how many characters of a value are shown, smallPickle how large a pickle is decoded here.
const (
	shortLimit  = 60
	smallPickle = 64 << 10
)

// compare fills in what changed against the origin's task, or against the input where the origin has no such task.
func (s *spin) compare(ctx context.Context, r *TaskResult) {
	base := s.over.originTasks(ctx, r.Task.Step)[r.Key]
	switch {
	case base != nil:
		r.Against, r.Of = "origin", base.Pathspec()
		r.Before = s.took(ctx, base)
	case len(r.Inputs) == 1:
		if base = s.input(r); base != nil {
			r.Against, r.Of = "input", base.Pathspec()
		}
	}
	if base == nil {
		base = &run.Finished{}
	}
	r.Changes = changes(r.Task.Objects, base.Objects)
	s.describe(ctx, r, base)
}

// input finds the only input of a task again.
func (s *spin) input(r *TaskResult) *run.Finished {
	if p := s.over.parameters; p != nil && p.Pathspec() == r.Inputs[0] {
		return p
	}
	for _, tasks := range s.over.steps {
		for _, f := range tasks {
			if f.Pathspec() == r.Inputs[0] {
				return f
			}
		}
	}
	for _, e := range s.bench.Tasks {
		if f := e.finished(); f.Pathspec() == r.Inputs[0] {
			return f
		}
	}
	return nil
}

// took is how long a task of the origin took, by its records. Tasks taken over from yet another run have none of their own.
func (s *spin) took(ctx context.Context, f *run.Finished) time.Duration {
	fields, err := s.cfg.OriginMetadata.Fields(ctx, metadata.TaskID{Flow: s.flow(), Run: f.Run, Step: f.Step, Task: f.Task}, "attempt", "attempt_ok", "origin-task-id")
	if err != nil {
		return 0
	}
	if _, cloned := fields["origin-task-id"]; cloned {
		return 0
	}
	return max(0, fields["attempt_ok"].At.Sub(fields["attempt"].At))
}

// changes compares two tables of artifacts, the engine's own left out.
func changes(now, before artifact.Objects) []Change {
	names := map[string]bool{}
	for name := range now {
		names[name] = true
	}
	for name := range before {
		names[name] = true
	}
	var list []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if strings.HasPrefix(name, "_") || name == "name" {
			continue
		}
		a, isNow := now[name]
		b, was := before[name]
		c := Change{Name: name, Type: shortType(a.Type), Size: a.Size}
		if was {
			c.BeforeType, c.BeforeSize = shortType(b.Type), b.Size
		}
		switch {
		case !was:
			c.Status = New
		case !isNow:
			c.Status, c.Type, c.Size = Gone, c.BeforeType, c.BeforeSize
		case a.Key == b.Key:
			c.Status = Same
		default:
			c.Status = Changed
		}
		list = append(list, c)
	}
	order := map[Status]int{New: 0, Changed: 1, Gone: 2, Same: 3}
	slices.SortStableFunc(list, func(x, y Change) int { return order[x.Status] - order[y.Status] })
	return list
}

// shortType is a type without <class ”>.
func shortType(t string) string {
	return strings.TrimSuffix(strings.TrimPrefix(t, "<class '"), "'>")
}

// describe adds values. Plain ones are decoded here; for the others one Python process is asked, if a spun task has any that differ.
func (s *spin) describe(ctx context.Context, r *TaskResult, base *run.Finished) {
	var ask []string
	for i := range r.Changes {
		c := &r.Changes[i]
		var ok, wasOK bool
		var now, before any
		if c.Status != Gone {
			now, ok = s.plain(ctx, r.Task.Objects[c.Name])
		}
		if c.Status == Gone || c.Status == Changed {
			before, wasOK = s.plain(ctx, base.Objects[c.Name])
		}
		if ok {
			c.Value, ok = short(now)
		}
		if wasOK {
			c.Before, wasOK = short(before)
		}
		c.Difference = difference(now, before)
		if c.Status == New && !ok || c.Status == Changed && !(ok && wasOK) || c.Status == Gone && !wasOK {
			ask = append(ask, c.Name)
		}
	}
	if len(ask) > 0 {
		s.askPython(ctx, r, base, ask)
	}
}

// plain decodes a small plain value.
func (s *spin) plain(ctx context.Context, ref artifact.Ref) (any, bool) {
	return s.plainOf(ctx, s.flow(), ref)
}

func (s *spin) plainOf(ctx context.Context, flow string, ref artifact.Ref) (any, bool) {
	if ref.Size > smallPickle || ref.Encoding != "pickle-v4" && ref.Encoding != "pickle-v2" {
		return nil, false
	}
	raw, err := s.cfg.Engine.Store.Bytes(ctx, flow, ref.Key)
	if err != nil {
		raw, err = s.cfg.Origins.Bytes(ctx, flow, ref.Key)
	}
	if err != nil {
		return nil, false
	}
	v, err := plain.Decode(raw)
	return v, err == nil
}

// short is a value's text, cut where it is long.
func short(v any) (string, bool) {
	text, ok := "", false
	if s, is := v.(string); is {
		text, ok = strconv.Quote(s), true // as a literal, so that one sees where it ends
		if !strings.ContainsAny(s, `'\`) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			text = "'" + s + "'"
		}
	} else {
		text, ok = pyvalue.Str(v)
	}
	if runes := []rune(text); len(runes) > shortLimit {
		text = string(runes[:shortLimit-1]) + "…"
	}
	switch list := v.(type) {
	case []any:
		if !ok { // of dicts: repr has the order that their keys were set in, which is not known here
			return fmt.Sprintf("list of %d items", len(list)), false
		}
		if len(list) > 8 {
			text += fmt.Sprintf(" (%d items)", len(list))
		}
	case map[any]any:
		if !ok {
			return fmt.Sprintf("dict of %d keys", len(list)), true
		}
	}
	return text, ok
}

// difference is that of two numbers.
func difference(now, before any) string {
	if a, ok := now.(int64); ok {
		if b, ok := before.(int64); ok && (a >= b) == (a-b >= 0) {
			return fmt.Sprintf("%+d", a-b)
		}
	}
	a, isNow := number(now)
	b, was := number(before)
	if !isNow || !was || math.IsNaN(a-b) || math.IsInf(a-b, 0) {
		return ""
	}
	text := strconv.FormatFloat(a-b, 'g', 6, 64)
	if a >= b {
		text = "+" + text
	}
	return text
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// askPython has the flow's own interpreter look at values that only it can read. Without an answer the table is what it is.
func (s *spin) askPython(ctx context.Context, r *TaskResult, base *run.Finished, names []string) {
	inputs := []*run.Finished{&r.Task.Finished, base}
	if base.Step == "" {
		inputs = inputs[:1]
	}
	res, _, err := s.ask(ctx, run.Question{Kind: "changes", Inputs: inputs, Values: map[string][]string{"names": names}})
	if err != nil {
		s.note(fmt.Sprintf("values that only the flow's own code can read are not shown: %v", err))
		return
	}
	var answer map[string]struct {
		Value, Before, Difference string
		Same                      bool
	}
	if err := json.Unmarshal(res.Answer, &answer); err != nil {
		s.note("values that only the flow's own code can read are not shown: the answer cannot be read")
		return
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		a, ok := answer[c.Name]
		if !ok {
			continue
		}
		c.Value, c.Before, c.Difference = a.Value, a.Before, a.Difference
		if a.Same && c.Status == Changed {
			c.Status, c.Before, c.Difference = Same, "", ""
		}
	}
}
