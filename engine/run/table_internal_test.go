package run

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

func made(pairs ...string) []entry {
	var list []entry
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, newEntry(pairs[i], artifact.Ref{Key: artifact.Key(pairs[i+1])}))
	}
	return list
}

func keys(t *table) map[string]string {
	out := map[string]string{}
	for name, ref := range t.objects() {
		out[name] = string(ref.Key)
	}
	return out
}

func TestTables(t *testing.T) {
	t.Parallel()
	parent := newTable(made("x", "1", "y", "2", "z", "3"), nil, nil)
	other := newTable(made("x", "9", "w", "8"), nil, nil)
	tests := map[string]struct {
		produced []entry
		passed   []worker.Inherited
		inputs   []*table
		want     map[string]string
		shared   bool
	}{
		"all passed on":       {made("a", "5"), []worker.Inherited{{Input: 0, Names: []string{"x", "y", "z"}}}, []*table{parent}, map[string]string{"a": "5", "x": "1", "y": "2", "z": "3"}, true},
		"one replaced":        {made("y", "6"), []worker.Inherited{{Input: 0, Names: []string{"x", "z"}}}, []*table{parent}, map[string]string{"x": "1", "y": "6", "z": "3"}, true},
		"one deleted":         {nil, []worker.Inherited{{Input: 0, Names: []string{"x", "z"}}}, []*table{parent}, map[string]string{"x": "1", "z": "3"}, false},
		"from two inputs":     {made("a", "5"), []worker.Inherited{{Input: 0, Names: []string{"x"}}, {Input: 1, Names: []string{"w"}}}, []*table{parent, other}, map[string]string{"a": "5", "x": "1", "w": "8"}, false},
		"twice, first wins":   {nil, []worker.Inherited{{Input: 1, Names: []string{"x"}}, {Input: 0, Names: []string{"x"}}}, []*table{parent, other}, map[string]string{"x": "9"}, false},
		"unknown name":        {nil, []worker.Inherited{{Input: 0, Names: []string{"nothing"}}}, []*table{parent}, map[string]string{}, false},
		"nothing passed on":   {made("a", "5"), nil, []*table{parent}, map[string]string{"a": "5"}, false},
		"produced and passed": {made("x", "5"), []worker.Inherited{{Input: 1, Names: []string{"x"}}}, []*table{parent, other}, map[string]string{"x": "5"}, false},
	}
	for name, test := range tests {
		got := newTable(test.produced, test.passed, test.inputs)
		if diff := cmp.Diff(test.want, keys(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if shared := got.base != nil; shared != test.shared {
			t.Errorf("%s: shares the parent's table: %v", name, shared)
		}
		for want, key := range test.want {
			if ref, ok := got.get(want); !ok || string(ref.Key) != key {
				t.Errorf("%s: get(%q) = %v, %v", name, want, ref, ok)
			}
		}
		if _, ok := got.get("absent"); ok {
			t.Errorf("%s has what it has not", name)
		}
	}
}

func TestLongChainsOfTablesAreCopied(t *testing.T) {
	t.Parallel()
	tab := newTable(made("first", "1"), nil, nil)
	names := []string{"first"}
	for i := range 100 {
		name := fmt.Sprint("n", i)
		tab = newTable(made(name, "2"), []worker.Inherited{{Input: 0, Names: names}}, []*table{tab})
		names = append(names, name)
		if tab.depth > maxDepth {
			t.Fatalf("depth %d", tab.depth)
		}
	}
	if len(tab.objects()) != 101 {
		t.Errorf("%d artifacts", len(tab.objects()))
	}
}

func TestParallelNodes(t *testing.T) {
	t.Parallel()
	const head = "\x80\x04\x95\x40\x00\x00\x00\x00\x00\x00\x00\x8c\x12metaflow.flowspec\x94\x8c\x0bParallelUBF\x94\x93\x94)\x81\x94}\x94\x8c\x0cnum_parallel"
	for pickle, want := range map[string]int{
		head + "\x94K\x03sb.":                   3,
		head + "K\x03sb.":                       3,
		head + "q\x05K\xffsb.":                  255,
		head + "\x94M\x00\x01sb.":               256,
		head + "\x94J\x00\x00\x01\x00sb.":       65536,
		head + "\x94\x8c\x01xsb.":               0,
		head + "\x94K":                          0,
		head + "\x94J\x00":                      0,
		head:                                    0,
		"":                                      0,
		"\x80\x04\x8c\x0cnum_parallelwrong\x94": 0,
	} {
		n, ok := parallelNodes([]byte(pickle))
		if n != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v", pickle, n, ok)
		}
	}
}
