package flow

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

func joining(join func(s *shop, in []*shop) error) *shop {
	return &shop{join: func(s *shop, _ Context, in []*shop) (Next, error) { return To(s.End), join(s, in) }}
}

func bring() wire.Task { return wire.Task{Step: "bring", Join: true, Node: linear("end")} }

// What branches agree on is taken over by its key; what they don't agree on is told with the tasks it comes from.
func TestMerge(t *testing.T) {
	t.Parallel()
	same := map[string]any{"alpha": 0.5, "count": 1, "items": []string{"a"}, "late": []int{1}, "extra": 7, "_graph_info": 1, "_foreach_values": 2}
	other := map[string]any{"alpha": 0.5, "count": 2, "items": []string{"a"}, "late": []int{1}, "extra": 7, "_graph_info": 1, "_foreach_values": 3}
	cases := map[string]struct {
		join    func(s *shop, in []*shop) error
		passed  string
		written string
		fault   string
	}{
		"all that is the same": {
			join:   func(s *shop, in []*shop) error { return Merge(s, in, Exclude("Count")) },
			passed: "_graph_info alpha extra items late",
		},
		"a difference": {
			join:  func(s *shop, in []*shop) error { return Merge(s, in) },
			fault: "can't merge Count (1/before/0 and 1/before/1): the branches have different values",
		},
		"settled before": {
			join:   func(s *shop, in []*shop) error { s.Count = in[0].Count + in[1].Count; return Merge(s, in) },
			passed: "_graph_info alpha extra items late", written: "count",
		},
		"one field": {
			join:   func(s *shop, in []*shop) error { return Merge(s, in, Include("Items")) },
			passed: "_graph_info alpha items",
		},
		"nothing": {
			join: func(*shop, []*shop) error { return nil }, passed: "_graph_info alpha",
		},
		"merged, then changed": {
			join:   func(s *shop, in []*shop) error { err := Merge(s, in, Include("Items")); s.Items = nil; return err },
			passed: "_graph_info alpha", written: "items",
		},
		"missing": {
			join: func(s *shop, in []*shop) error { return Merge(s, in, Include("Sums")) }, fault: "is to include Sums, which no branch has",
		},
		"unknown": {
			join: func(s *shop, in []*shop) error { return Merge(s, in, Exclude("Bread")) }, fault: `names the field "Bread", which shop does not have`,
		},
		"both": {
			join: func(s *shop, in []*shop) error { return Merge(s, in, Exclude("Count"), Include("Items")) }, fault: "give one of them",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, joining(c.join))
			last, left := e.run(bring(), of(t, same), of(t, other))
			if c.fault != "" {
				if last.Type != "failed" || !strings.Contains(last.Exception.Message, c.fault) {
					t.Errorf("%+v, want a failure with %q", last.Exception, c.fault)
				}
				return
			}
			if last.Type != "done" {
				t.Fatalf("%+v", last)
			}
			if got := strings.Join(last.written(), " "); got != c.written {
				t.Errorf("written: %q, want %q", got, c.written)
			}
			var passed []string
			for _, name := range []string{"_foreach_values", "_graph_info", "alpha", "count", "extra", "items", "late"} {
				if _, ok := left[name]; ok && !strings.Contains(" "+c.written+" ", " "+name+" ") {
					passed = append(passed, name)
				}
			}
			if got := strings.Join(passed, " "); got != c.passed {
				t.Errorf("passed on: %q, want %q", got, c.passed)
			}
		})
	}
	e := newEngine(t, joining(func(s *shop, in []*shop) error { return Merge(s, in, Exclude("Count")) }))
	strange := map[string]any{"extra": 8, "count": 1}
	if last, _ := e.run(bring(), of(t, same), of(t, strange)); last.Type != "failed" || !strings.Contains(last.Exception.Message, "the artifacts extra, for which shop has no fields") {
		t.Errorf("%+v", last)
	}
}

// In a test of a step there is no store: fields are compared by their values.
func TestMergeWithoutStore(t *testing.T) {
	t.Parallel()
	a, b := &shop{Count: 1, Items: []string{"x"}}, &shop{Count: 2, Items: []string{"x"}}
	a.Late.Set([]int{1})
	b.Late.Set([]int{1})
	var s shop
	if err := Merge(&s, []*shop{a, b}); err == nil || !strings.Contains(err.Error(), "can't merge Count:") {
		t.Errorf("error %v", err)
	}
	if err := Merge(&s, []*shop{a, b}, Exclude("Count")); err != nil || !reflect.DeepEqual(s.Items, a.Items) {
		t.Errorf("%v, %v", s.Items, err)
	}
	if late, err := s.Late.Get(); err != nil || len(late) != 1 {
		t.Errorf("%v, %v", late, err)
	}
}

// The values of inputs are there, each read once, and those that are lazy when they are asked for.
func TestInputs(t *testing.T) {
	t.Parallel()
	var total int
	e := newEngine(t, joining(func(_ *shop, in []*shop) error {
		var faults []error
		for _, one := range in {
			late, err := one.Late.Get()
			total += one.Count + len(late) + len(one.Items)
			faults = append(faults, err)
		}
		return errors.Join(faults...)
	}))
	one, two := map[string]any{"count": 1, "items": []string{"a"}, "late": []int{1}}, map[string]any{"count": 10, "items": []string{"a"}, "late": []int{1, 2}}
	last, _ := e.run(bring(), of(t, one), of(t, two))
	if last.Type != "done" || total != 16 {
		t.Errorf("%+v: %d", last, total)
	}
	if got := strings.Join(e.gets, " "); got != "0/count 0/items 1/count 0/late 1/late" {
		t.Errorf("asked for %q", got)
	}
}
