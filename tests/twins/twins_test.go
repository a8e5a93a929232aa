package twins

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestRuns runs each twin in both languages, and resumes it where its head says so; two clients compare what is left.
func TestRuns(t *testing.T) {
	readers := startReaders(t)
	t.Run("twins", func(t *testing.T) {
		for _, w := range loadTwins(t) {
			t.Run(w.Name, func(t *testing.T) {
				t.Parallel()
				inPython, inGo := t.TempDir(), t.TempDir()
				wantExit(t, "the Python half", w.run(t, pythonHalf, inPython), w.Exit)
				wantExit(t, "the Go half", w.run(t, goHalf, inGo), w.Exit)
				same(t, readers, w, 0, inPython, inGo)
				if w.Resume != nil {
					w.resumes(t, readers, inPython, inGo)
				}
			})
		}
	})
}

// resumes resumes both runs by their own half and by the other.
func (w twin) resumes(t *testing.T, readers []*reader, inPython, inGo string) {
	crossed, back := t.TempDir(), t.TempDir()
	for from, to := range map[string]string{inPython: crossed, inGo: back} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	wantExit(t, "the Python half resumes its own run", w.resume(t, pythonHalf, inPython), 0)
	wantExit(t, "the Go half resumes its own run", w.resume(t, goHalf, inGo), 0)
	same(t, readers, w, 1, inPython, inGo)
	wantExit(t, "the Go half resumes the run of the Python half", w.resume(t, goHalf, crossed), 0)
	same(t, readers, w, 1, inPython, crossed)
	wantExit(t, "the Python half resumes the run of the Go half", w.resume(t, pythonHalf, back), 0)
	same(t, readers, w, 1, inPython, back)
}

// same compares what each client reads in two stores.
func same(t *testing.T, readers []*reader, w twin, index int, inPython, inGo string) {
	t.Helper()
	for _, r := range readers {
		want := r.read(t, question{Store: inPython, Flow: w.Flow, Index: index})
		got := r.read(t, question{Store: inGo, Flow: w.Flow, Index: index})
		if diff := differences(want, got); len(diff) > 0 {
			t.Errorf("%s reads run %d differently, in Python and in Go:\n%s", r.name, index, strings.Join(diff, "\n"))
		}
	}
}

// differences lists the places in which two documents differ, with what each has there.
func differences(want, got any) []string {
	left, right := map[string]string{}, map[string]string{}
	flatten(left, "", want)
	flatten(right, "", got)
	var found []string
	for _, place := range slices.Sorted(maps.Keys(left)) {
		if left[place] != right[place] {
			found = append(found, fmt.Sprintf("%s: %s, %s", place, left[place], cmp.Or(right[place], "nothing")))
		}
		delete(right, place)
	}
	for _, place := range slices.Sorted(maps.Keys(right)) {
		found = append(found, fmt.Sprintf("%s: nothing, %s", place, right[place]))
	}
	return found
}

// flatten writes each value that holds no other by its place.
func flatten(out map[string]string, place string, value any) {
	switch value := value.(type) {
	case map[string]any:
		out[place+"{}"] = fmt.Sprint(len(value))
		for name, v := range value {
			flatten(out, place+"/"+name, v)
		}
	case []any:
		out[place+"[]"] = fmt.Sprint(len(value))
		for i, v := range value {
			flatten(out, fmt.Sprintf("%s/%d", place, i), v)
		}
	default:
		out[place] = fmt.Sprintf("%#v", value)
	}
}

// unshared are the places of steps in a file, and the mark of a gang's step, which Go has none of.
var unshared = regexp.MustCompile(`(?m) ?\((?:\S+ )?line \d+\)|parallel<static>`)

// TestGraphs compares the graphs as the language's reader has them, before anything runs.
func TestGraphs(t *testing.T) {
	for _, w := range loadTwins(t) {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{"output-raw", "output-dot"} {
				want, got := w.graph(t, verb, pythonHalf), w.graph(t, verb, goHalf)
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("%s differs (-Python +Go):\n%s", verb, diff)
				}
			}
		})
	}
}

func (w twin) graph(t *testing.T, verb, half string) string {
	t.Helper()
	got := w.exec(t, t.TempDir(), nil, append([]string{verb, half}, w.Top...)...)
	wantExit(t, verb+" "+half, got, 0)
	return unshared.ReplaceAllString(got.Stdout, "")
}
