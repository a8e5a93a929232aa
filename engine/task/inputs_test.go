package task_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// stored puts values into a store and gives the input that has them.
func stored(t *testing.T, store *artifact.Store, values map[string]string) worker.Input {
	t.Helper()
	in := worker.Input{Pathspec: "1/start/1", Step: "start", Artifacts: map[string]worker.Ref{}}
	for name, value := range values {
		key, err := store.PutBytes(t.Context(), flow, []byte(value))
		if err != nil {
			t.Fatal(err)
		}
		in.Artifacts[name] = worker.Ref{Key: string(key), Size: int64(len(value)), Encoding: "pickle-v4"}
	}
	return in
}

func fetchOne(t *testing.T, store *artifact.Store, in worker.Input, item worker.Item) worker.ItemValue {
	t.Helper()
	return task.Fetch(t.Context(), store, flow, []worker.Input{in}, []worker.Item{item}, t.TempDir())[0]
}

// A small value comes in the answer to who asks for that, and in a file to who does not, or where it is larger than asked for.
func TestFetchInline(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	in := stored(t, store, map[string]string{"x": "a value", "lies": "a value of a size that its table does not tell", "empty": ""})
	lies := in.Artifacts["lies"]
	lies.Size = 1
	in.Artifacts["lies"] = lies
	for _, c := range []struct {
		name   string
		inline int64
		data   bool
		want   string
	}{
		{"x", 7, true, "a value"},
		{"x", 4096, true, "a value"},
		{"x", 6, false, "a value"},
		{"x", 0, false, "a value"},
		{"lies", 10, false, "a value of a size that its table does not tell"},
		{"empty", 4096, true, ""},
		{"empty", 0, false, ""},
	} {
		v := fetchOne(t, store, in, worker.Item{Name: c.name, Inline: c.inline})
		got := v.Data
		if v.Path != "" {
			var err error
			if got, err = os.ReadFile(v.Path); err != nil {
				t.Error(err)
			}
		}
		if v.Error != nil || (v.Path == "") != c.data || string(got) != c.want || v.Size != int64(len(c.want)) || v.Encoding != "pickle-v4" {
			t.Errorf("%s, inline %d: %q, %+v", c.name, c.inline, got, v)
		}
		line, err := json.Marshal(v)
		if err != nil || strings.Contains(string(line), `"data"`) != c.data || strings.Contains(string(line), `"path"`) == c.data {
			t.Errorf("%s, inline %d: the worker is told %s, %v", c.name, c.inline, line, err)
		}
	}
}

// An answer to thousands of small values stays a message.
func TestFetchInlineBounded(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	const size = 32 << 10
	in := stored(t, store, map[string]string{"x": strings.Repeat("x", size)})
	const fit, more = task.InlineBytes / size, 3
	items := slices.Repeat([]worker.Item{{Name: "x", Inline: size}}, fit+more)
	for i, v := range task.Fetch(t.Context(), store, flow, []worker.Input{in}, items, t.TempDir()) {
		if v.Error != nil || v.Size != size || (v.Path == "") != (i < fit) {
			t.Fatalf("item %d of %d: %d bytes sent, file %q, %v", i, len(items), len(v.Data), v.Path, v.Error)
		}
	}
}

// What can't be read says the same, whichever way it was asked for.
func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	store := openStore(t)
	in := stored(t, store, map[string]string{"damaged": "a value", "lost": "another value"})
	blob := func(name string) string {
		key := in.Artifacts[name].Key
		return filepath.Join(store.Root(), flow, "data", key[:2], key)
	}
	write(t, blob("damaged"), "something else")
	if err := os.Remove(blob("lost")); err != nil {
		t.Fatal(err)
	}
	for _, inline := range []int64{0, 4096} {
		for _, c := range []struct {
			item worker.Item
			kind string
			says []string
		}{
			{worker.Item{Name: "damaged", Inline: inline}, "corrupt", []string{`"damaged"`, "1/start/1", blob("damaged")}},
			{worker.Item{Name: "lost", Inline: inline}, "corrupt", []string{`"lost"`, "1/start/1"}},
			{worker.Item{Name: "nothing", Inline: inline}, "missing", []string{`"nothing"`, "1/start/1"}},
			{worker.Item{Input: 1, Name: "damaged", Inline: inline}, "missing", []string{"no input 1"}},
			{worker.Item{Input: -1, Name: "damaged", Inline: inline}, "missing", []string{"no input -1"}},
		} {
			v := fetchOne(t, store, in, c.item)
			if v.Error == nil || v.Error.Kind != c.kind || v.Data != nil || v.Path != "" {
				t.Errorf("%+v: %+v", c.item, v)
				continue
			}
			for _, part := range c.says {
				if !strings.Contains(v.Error.Message, part) {
					t.Errorf("%+v: %q lacks %q", c.item, v.Error.Message, part)
				}
			}
		}
	}
}
