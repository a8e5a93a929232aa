package task

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

func made(pairs ...string) []Entry {
	var list []Entry
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, NewEntry(pairs[i], artifact.Ref{Key: artifact.Key(pairs[i+1])}))
	}
	return list
}

func keys(t *Table) map[string]string {
	out := map[string]string{}
	for name, ref := range t.Objects() {
		out[name] = string(ref.Key)
	}
	return out
}

func TestTables(t *testing.T) {
	t.Parallel()
	parent := NewTable(made("x", "1", "y", "2", "z", "3"), nil, nil)
	other := NewTable(made("x", "9", "w", "8"), nil, nil)
	tests := map[string]struct {
		produced []Entry
		passed   []worker.Inherited
		inputs   []*Table
		want     map[string]string
		shared   bool
	}{
		"all passed on":       {made("a", "5"), []worker.Inherited{{Input: 0, Names: []string{"x", "y", "z"}}}, []*Table{parent}, map[string]string{"a": "5", "x": "1", "y": "2", "z": "3"}, true},
		"one replaced":        {made("y", "6"), []worker.Inherited{{Input: 0, Names: []string{"x", "z"}}}, []*Table{parent}, map[string]string{"x": "1", "y": "6", "z": "3"}, true},
		"one deleted":         {nil, []worker.Inherited{{Input: 0, Names: []string{"x", "z"}}}, []*Table{parent}, map[string]string{"x": "1", "z": "3"}, false},
		"from two inputs":     {made("a", "5"), []worker.Inherited{{Input: 0, Names: []string{"x"}}, {Input: 1, Names: []string{"w"}}}, []*Table{parent, other}, map[string]string{"a": "5", "x": "1", "w": "8"}, false},
		"twice, first wins":   {nil, []worker.Inherited{{Input: 1, Names: []string{"x"}}, {Input: 0, Names: []string{"x"}}}, []*Table{parent, other}, map[string]string{"x": "9"}, false},
		"unknown name":        {nil, []worker.Inherited{{Input: 0, Names: []string{"nothing"}}}, []*Table{parent}, map[string]string{}, false},
		"nothing passed on":   {made("a", "5"), nil, []*Table{parent}, map[string]string{"a": "5"}, false},
		"produced and passed": {made("x", "5"), []worker.Inherited{{Input: 1, Names: []string{"x"}}}, []*Table{parent, other}, map[string]string{"x": "5"}, false},
	}
	for name, test := range tests {
		got := NewTable(test.produced, test.passed, test.inputs)
		if diff := cmp.Diff(test.want, keys(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if shared := got.base != nil; shared != test.shared {
			t.Errorf("%s: shares the parent's table: %v", name, shared)
		}
		for want, key := range test.want {
			if ref, ok := got.Get(want); !ok || string(ref.Key) != key {
				t.Errorf("%s: get(%q) = %v, %v", name, want, ref, ok)
			}
		}
		if _, ok := got.Get("absent"); ok {
			t.Errorf("%s has what it has not", name)
		}
	}
}

func TestLongChainsOfTablesAreCopied(t *testing.T) {
	t.Parallel()
	tab := NewTable(made("first", "1"), nil, nil)
	names := []string{"first"}
	for i := range 100 {
		name := fmt.Sprint("n", i)
		tab = NewTable(made(name, "2"), []worker.Inherited{{Input: 0, Names: names}}, []*Table{tab})
		names = append(names, name)
		if tab.depth > maxDepth {
			t.Fatalf("depth %d", tab.depth)
		}
	}
	if len(tab.Objects()) != 101 {
		t.Errorf("%d artifacts", len(tab.Objects()))
	}
}
