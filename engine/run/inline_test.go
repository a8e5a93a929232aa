package run_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// inlineRun runs a flow whose last task asks for values of the first, and returns what the last one is told of each item.
func inlineRun(t *testing.T, x string, items []worker.Item, before func(key, blob string)) []worker.ItemValue {
	t.Helper()
	root := storeRoot(t)
	var got []worker.ItemValue
	c := &goCompute{steps: map[string]body{
		"start": func(t *goTask) error { t.set("x", x); t.to("end"); return nil },
		"end": func(t *goTask) error {
			key := t.inputs[0].Artifacts["x"].Key
			before(key, filepath.Join(root, "TestFlow", "data", key[:2], key))
			got = t.h.Get(t.ctx, items)
			// Files of values go with the task.
			for i, v := range got {
				if v.Error == nil && v.Path != "" {
					raw, err := os.ReadFile(v.Path)
					if err != nil {
						return err
					}
					got[i].Data = raw[v.Offset : v.Offset+v.Size]
				}
			}
			return nil
		},
	}}
	mustRun(t, config(root, c, stepOf("start", graph.Linear, "end"), stepOf("end", "")))
	return got
}

// A small value comes in the answer to who asks for that, and in a file to who does not, or where it is larger than asked for.
func TestInline(t *testing.T) {
	t.Parallel()
	raw, err := plain.Encode("a small value")
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len(raw))
	sizes := []int64{4096, size, size - 1, 0}
	var items []worker.Item
	for _, inline := range sizes {
		items = append(items, worker.Item{Name: "x", Inline: inline})
	}
	for i, v := range inlineRun(t, "a small value", items, func(string, string) {}) {
		if v.Error != nil || (v.Path == "") != (sizes[i] >= size) || !slices.Equal(v.Data, raw) || v.Size != size || v.Encoding != "pickle-v4" {
			t.Errorf("inline %d: %+v", sizes[i], v)
		}
	}
}

// An answer to thousands of small values stays a message.
func TestInlineBounded(t *testing.T) {
	t.Parallel()
	const size = 32 << 10
	const fit = task.InlineBytes / size
	items := slices.Repeat([]worker.Item{{Name: "x", Inline: size}}, fit+100)
	sent, files := 0, 0
	for i, v := range inlineRun(t, strings.Repeat("x", size-100), items, func(string, string) {}) {
		switch {
		case v.Error != nil:
			t.Fatalf("item %d: %v", i, v.Error)
		case v.Path == "":
			sent += len(v.Data)
		default:
			files++
		}
	}
	if sent > task.InlineBytes || sent < task.InlineBytes-size || files == 0 {
		t.Errorf("%d bytes were sent, %d values left in files", sent, files)
	}
}

// What can't be read says the same, whichever way it was asked for.
func TestInlineRefuses(t *testing.T) {
	t.Parallel()
	damage := func(_, blob string) {
		if err := os.WriteFile(blob, []byte("something else"), 0o600); err != nil {
			t.Error(err)
		}
	}
	lose := func(_, blob string) {
		if err := os.Remove(blob); err != nil {
			t.Error(err)
		}
	}
	leave := func(string, string) {}
	for name, c := range map[string]struct {
		item   worker.Item
		before func(key, blob string)
		kind   string
		says   []string
	}{
		"damaged":       {worker.Item{Name: "x"}, damage, "corrupt", []string{`artifact "x"`, "/start/1", "is damaged", "resume start"}},
		"lost":          {worker.Item{Name: "x"}, lose, "corrupt", []string{`artifact "x"`, "/start/1", "has lost", "resume start"}},
		"no such name":  {worker.Item{Name: "y"}, leave, "missing", []string{`no artifact "y"`, "/start/1"}},
		"no such input": {worker.Item{Input: 1, Name: "x"}, leave, "missing", []string{"no input 1"}},
		"before all":    {worker.Item{Input: -1, Name: "x"}, leave, "missing", []string{"no input -1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inline := c.item
			inline.Inline = 4096
			for _, v := range inlineRun(t, "a value", []worker.Item{c.item, inline}, c.before) {
				var refused *worker.CallError
				if v.Error == nil || !errors.As(v.Error, &refused) || refused.Kind != c.kind || v.Data != nil || v.Path != "" {
					t.Fatalf("%+v", v)
				}
				for _, part := range c.says {
					if !strings.Contains(refused.Message, part) {
						t.Errorf("%q lacks %q", refused.Message, part)
					}
				}
			}
		})
	}
}
