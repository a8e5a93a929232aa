package conformance

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker"
)

// A worker that the engine has told of it may send values in its last message; one that was not must leave them in files, which every other test
// of the suite sees to. The values are the same.
func TestDataSent(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, at place) {
		files := newRun(t, spawns{}).whole(t)
		r := newRun(t, at)
		r.told = true
		if diff := cmp.Diff(files, r.whole(t)); diff != "" {
			t.Errorf("keys of values in files (-) and in messages (+):\n%s", diff)
		}
		t.Logf("%d values came in messages", r.sent)
	}, worker.CanTakeData)
}

// A worker that asks for values in the answer reads them, and those that come in files all the same: the engine chooses, for each anew.
func TestDataAskedFor(t *testing.T) {
	t.Parallel()
	for name, inline := range map[string]func(n int) bool{
		"all in the answer": func(int) bool { return true },
		"all in files":      func(int) bool { return false },
		"both by turns":     func(n int) bool { return n%2 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWay(t, func(t *testing.T, at place) {
				r, asked, n := newRun(t, at), 0, 0
				r.get = func(inputs []table, item worker.Item) worker.ItemValue {
					v := value(inputs, item)
					if v.Error != nil || v.Size > item.Inline {
						return v
					}
					asked++
					if n++; !inline(n) {
						return v
					}
					return inlined(t, v)
				}
				r.whole(t)
				if asked == 0 && subject(t).python {
					t.Error("no value was wanted in the answer")
				}
				t.Logf("%d values were wanted in answers", asked)
			})
		})
	}
}

// inlined is a value with its bytes instead of their place.
func inlined(t testing.TB, v worker.ItemValue) worker.ItemValue {
	t.Helper()
	all, err := os.ReadFile(v.Path)
	if err != nil {
		t.Error(err)
		return v
	}
	return worker.ItemValue{Data: all[v.Offset : v.Offset+v.Size], Size: v.Size, Encoding: v.Encoding}
}
