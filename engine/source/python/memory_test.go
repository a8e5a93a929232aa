package python_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/source/python"
)

// remembered is a file that is edited, beside others, with what earlier readings of it have left.
type remembered struct {
	t     testing.TB
	files map[string]string
	kept  *python.Parsed
}

func (r *remembered) read(kept *python.Parsed) (*python.Flows, []string) {
	r.t.Helper()
	ctx := context.Background()
	asked := map[string]bool{}
	opts := python.Options{File: "flow.py", Roots: []string{"lib"}}
	opts.ReadFile = func(path string) ([]byte, error) {
		asked[path] = true
		if text, ok := r.files[path]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	opts.Parsed = func(ctx context.Context, path string, data []byte) (*python.Parsed, error) {
		if path == "flow.py" {
			return kept, nil
		}
		return python.Parse(ctx, path, data)
	}
	flows, err := python.ReadFlows(ctx, opts)
	if err != nil {
		r.t.Fatal(err)
	}
	var list []string
	for path := range asked {
		list = append(list, path)
	}
	return flows, list
}

// check parses the file from its earlier version and holds what is read of it against what is read of it anew. Files may be looked for that
// need not be, but none may be forgotten.
func (r *remembered) check(what string) {
	r.t.Helper()
	ctx := context.Background()
	previous := r.kept
	var err error
	if r.kept, err = python.ParseText(ctx, "flow.py", r.files["flow.py"], previous); err != nil {
		r.t.Fatal(err)
	}
	previous.Release()
	fresh, err := python.ParseText(ctx, "flow.py", r.files["flow.py"], nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer fresh.Release()
	want, needed := r.read(fresh)
	got, asked := r.read(r.kept)
	if !reflect.DeepEqual(want, got) { // to show the difference takes a hundred times longer
		r.t.Fatalf("%s: what is read differs (-anew +remembered):\n%s\nof:\n%s", what, cmp.Diff(want, got), r.files["flow.py"])
	}
	have := map[string]bool{}
	for _, path := range asked {
		have[path] = true
	}
	for _, path := range needed {
		if !have[path] {
			r.t.Fatalf("%s: %s was not looked for", what, path)
		}
	}
}

const rememberedFlow = `import atexits
import helpers
from base import Base
from metaflow import FlowSpec, Parameter, catch, retry, step
from tools import traced


def noted(flow):
    flow.note = 1


def plain(rows):
    return rows


class Many(Base):
    """Does much."""

    rate = Parameter("rate", default=0.5)
    limit = 3
    names = ["a"]

    @step
    def start(self):
        self.rows = [1, 2]
        self.count = len(self.rows) + self.limit
        self.next(self.left, self.right)

    @retry(times=2)
    @step
    def left(self):
        rows = plain(self.rows)
        self.total = sum(rows) * self.rate
        self.__own = 1
        self.next(self.join)

    @traced
    @step
    def right(self):
        helpers.fill(self)
        self.total = self.shared
        if hasattr(self, "extra"):
            print(self.extra)
        self.next(self.join)

    @catch(var="failed")
    @step
    def join(self, inputs):
        self.total = inputs.left.total
        self.best = max(inputs, key=lambda i: i.total).total
        self.merge_artifacts(inputs, exclude=["shared"])
        self.next(self.work)

    def scale(self, by):
        self.scaled = [r * by for r in self.rows]
        return self.scaled

    @property
    def size(self):
        return len(self.rows)

    @step
    def work(self):
        self.scale(2)
        noted(self)

        def later():
            print(self.total, self.never)

        print(self.size, self.failed)
        self.next(self.last)

    @step
    def last(self):
        del self.best
        self.names.append("b")
        self.next(self.end)


class Other(FlowSpec):
    @step
    def start(self):
        self.rows = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.rows)


if __name__ == "__main__":
    Many()
`

// rememberedFiles are the file that is edited and those beside it.
func rememberedFiles() map[string]string {
	return map[string]string{
		"flow.py":      rememberedFlow,
		"base.py":      "from metaflow import FlowSpec, step\n\n\nclass Base(FlowSpec):\n    depth = 1\n\n    @step\n    def end(self):\n        print(self.depth, self.total)\n\n    def shown(self):\n        print(self.rows)\n",
		"helpers.py":   "def fill(flow):\n    flow.shared = 1\n",
		"tools.py":     "def traced(f):\n    return f\n",
		"lib/extra.py": "def more(flow):\n    flow.more = 1\n",
	}
}

// edit is a change of a file: a stretch of text that stands there is replaced. Without a stretch the whole file is, and without a text it goes away.
type edit struct{ file, old, new string }

// rememberedEdits change, one after another, all that the reading of a step may depend on. Each is also taken back.
var rememberedEdits = []edit{
	{"flow.py", "sum(rows)", "sum(rows, 1)"},                                           // in one step
	{"flow.py", "sum(rows)", "max(rows)\n        print(1)"},                            // lines below move
	{"flow.py", "self.total = sum", "self.fresh = self.total = sum"},                   // a new name in the middle: numbers below change
	{"flow.py", "self.count", "self.counted"},                                          // a name in the place of another
	{"flow.py", "self.count = ", "self.count = self.failed = self.extra = "},           // names in another order
	{"flow.py", "limit = 3", "limitless = 3"},                                          // a constant that a step reads
	{"flow.py", "limit = 3", "def limit(self):\n        self.x = 1\n        return 3"}, // a method in its place
	{"flow.py", "limit = 3", "limit = Parameter(\"limit\")"},
	{"flow.py", "names = [\"a\"]", "names = 1"},
	{"flow.py", "names = [\"a\"]", "_names = 1"},
	{"flow.py", "@property", "@staticmethod"},
	{"flow.py", "    @property\n", ""},
	{"flow.py", "return len(self.rows)\n", "self.sized = 1\n        return len(self.rows)\n"}, // what a property does
	{"flow.py", "self.scaled = ", "self.scales = "},                                           // what a method does
	{"flow.py", "def scale(self, by)", "def scale(self)"},
	{"flow.py", "flow.note = 1", "flow.noted = 1"},                    // what a function does
	{"flow.py", "    return rows", "    rows.x = 1\n    return rows"}, // what one does that is not given the flow
	{"flow.py", "def plain(rows)", "def plain(rows, *more)"},
	{"flow.py", "def plain", "def plane"},
	{"flow.py", "import helpers", "import helper as helpers"}, // where a name leads to
	{"flow.py", "import helpers\n", ""},
	{"flow.py", "import helpers\n", "import extra as helpers\n"},
	{"flow.py", "from tools import traced", "from metaflow import traced"},
	{"flow.py", "catch, retry", "retry as catch, catch as retry"},
	{"flow.py", "from metaflow import FlowSpec, Parameter, catch, retry, step", "from metaflow import *"},
	{"flow.py", "import atexits", "import atexit"}, // what holds for nested functions everywhere
	{"flow.py", "print(self.total, self.never)", "print(self.total, atexit)"},
	{"flow.py", "print(self.size", "print('retry', self.size"}, // how often a word stands in the file
	{"flow.py", "class Many(Base)", "class Mine(Base)"},        // the name of private artifacts
	{"flow.py", "class Many(Base)", "class Many(FlowSpec)"},    // the base class
	{"flow.py", "class Many(Base)", "class Many(Base, Unknown)"},
	{"flow.py", "self.scale(2)", "self.left()"}, // a step that calls another one, above it
	{"flow.py", "self.scale(2)", "self.last()"}, // and below it
	{"flow.py", "self.scale(2)", "Many.left(self)"},
	{"flow.py", "self.scale(2)", "super().end()"},
	{"flow.py", "return self.scaled", "self.left()\n        return self.scaled"}, // a method that does
	{"flow.py", "def left(self)", "def leftmost(self)"},                          // the name of a step
	{"flow.py", "def left(self)", "def rows(self)"},                              // which others have for an artifact
	{"flow.py", "def left(self)", "def left(self, inputs)"},
	{"flow.py", "    @retry(times=2)\n    @step\n", "    @retry(times=2)\n"}, // no step any more
	{"flow.py", "    def scale", "    @step\n    def scale"},                 // one more
	{"flow.py", "@retry(times=2)", "@property"},
	{"flow.py", "    @catch(var=\"failed\")\n", ""},
	{"flow.py", "var=\"failed\"", "var=\"total\""},
	{"flow.py", "    @step\n    def last(self):", "    two = left\n\n    @step\n    def last(self):"}, // a second name for a step
	{"flow.py", "    @step\n    def last(self):", "    if x:\n     @step\n     def last(self):"},
	{"flow.py", "    @step\n    def last(self):", "    @step\n    def work(self):\n        pass\n\n    @step\n    def last(self):"},
	{"flow.py", "        self.next(self.join)\n\n    @traced", "        self.next(self.join\n\n    @traced"}, // broken
	{"flow.py", "\"\"\"Does much.\"\"\"", "\"\"\"Does much."},
	{"flow.py", "\"\"\"Does much.\"\"\"", "\"\"\"Does\n    much.\"\"\""},
	{"flow.py", "class Other(FlowSpec)", "class Other(Many)"}, // another flow of the file with the same steps
	{"flow.py", "self.rows = 1\n", "self.row = 1\n"},
	{"flow.py", "import atexits\n", "é = 'ü'\n"},
	{"flow.py", "self.count = len", "self.count = 'é', len"},
	{"flow.py", "from metaflow import FlowSpec, Parameter, catch, retry, step\n", "from metaflow import FlowSpec, Parameter, catch, step\n"},
	{"flow.py", "if __name__", "from metaflow import retry\nif __name__"},
	{"flow.py", "from metaflow import FlowSpec, Parameter, catch, retry, step", "from metaflow import FlowSpec, Parameter, catch, step\nfrom tools import retry"},
	{"flow.py", "    def scale", "    from metaflow import retry\n\n    def scale"}, // an import below a step that uses it, in a class body
	{"base.py", "self.total", "self.totals"}, // a step in another file
	{"base.py", "depth = 1", "depths = 1"},
	{"base.py", "self.rows", "self.row"},
	{"base.py", "    def shown", "\n    def shown"},
	{"base.py", "    def shown", "    @step\n    def shown"},
	{"base.py", "", ""},
	{"helpers.py", "flow.shared", "flow.shares"}, // a function in another file
	{"helpers.py", "", ""},
	{"tools.py", "def traced", "def tracing"},
	{"tools.py", "", ""},
	{"helpers/__init__.py", "", "def fill(flow):\n    flow.package = 1\n"}, // a file that was missing
	{"lib/atexits.py", "", "x = 1\n"},
	{"tools/__init__.py", "", "from metaflow import retry as traced\n"},
}

func (e edit) apply(t testing.TB, files map[string]string) (undo func()) {
	t.Helper()
	before, there := files[e.file]
	switch {
	case e.old != "":
		if !strings.Contains(before, e.old) {
			t.Fatalf("%s has no %q", e.file, e.old)
		}
		files[e.file] = strings.Replace(before, e.old, e.new, 1)
	case e.new != "":
		files[e.file] = e.new
	default:
		delete(files, e.file)
	}
	return func() {
		if files[e.file] = before; !there {
			delete(files, e.file)
		}
	}
}

// TestReadAfterEdits: what is read with the help of an earlier version is what is read anew, whatever was changed.
func TestReadAfterEdits(t *testing.T) {
	t.Parallel()
	r := &remembered{t: t, files: rememberedFiles()}
	r.check("at first")
	for _, e := range rememberedEdits {
		undo := e.apply(t, r.files)
		r.check(fmt.Sprintf("%+v", e))
		r.check(fmt.Sprintf("again %+v", e))
		undo()
		r.check(fmt.Sprintf("without %+v", e))
	}
}

// TestImportBelowStep: where a decorator is imported is told of a step that stands above, and moves when the lines between do.
func TestImportBelowStep(t *testing.T) {
	t.Parallel()
	text := "from metaflow import FlowSpec, step\n\nclass A(FlowSpec):\n    @retry\n    @step\n    def start(self):\n        self.next(self.end)\n\n" +
		"    @step\n    def end(self):\n        pass\n\nfrom metaflow import retry\nA()\n"
	r := &remembered{t: t, files: map[string]string{"flow.py": text}}
	r.check("at first")
	edit{"flow.py", "pass", "pass\n        print(1)"}.apply(t, r.files)
	r.check("moved")
}

// TestReadAfterSeveralEdits has some of them at once, in an order that is always the same.
func TestReadAfterSeveralEdits(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 7))
			r := &remembered{t: t, files: rememberedFiles()}
			for range 40 {
				e := rememberedEdits[random.IntN(len(rememberedEdits))]
				if e.old != "" && !strings.Contains(r.files[e.file], e.old) {
					r.files = rememberedFiles()
				} else {
					e.apply(t, r.files)
				}
				r.check(fmt.Sprintf("%+v", e))
			}
		})
	}
}

// FuzzReadAfterEdits: each two bytes are an edit at random: where, and what comes there.
func FuzzReadAfterEdits(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6})
	f.Add([]byte{200, 11, 90, 30, 90, 12, 14, 20})
	f.Fuzz(func(t *testing.T, edits []byte) {
		r := &remembered{t: t, files: rememberedFiles()}
		r.check("at first")
		for i := 0; i+1 < min(len(edits), 20); i += 2 {
			text := r.files["flow.py"]
			at := len(text) * int(edits[i]) / 256
			for at > 0 && text[at]&0xC0 == 0x80 {
				at--
			}
			end := min(len(text), at+int(edits[i+1]>>6))
			for end < len(text) && text[end]&0xC0 == 0x80 {
				end++
			}
			r.files["flow.py"] = text[:at] + fragments[int(edits[i+1])%len(fragments)] + text[end:]
			r.check(fmt.Sprint(edits[:i+2]))
		}
	})
}

// TestMemoryLetsGo: of the versions that steps were read from nothing stays but the lines of the steps. It is not parallel, so that nothing else
// takes memory meanwhile.
func TestMemoryLetsGo(t *testing.T) {
	text := bigFlow(400)
	r := &remembered{t: t, files: map[string]string{"flow.py": text}}
	heap := func() int {
		runtime.GC()
		runtime.GC() // what the first has set free to be let go of
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := 0
	for i := range 300 { // each in a step of its own
		old := fmt.Sprintf("sum(x * %d for", i)
		r.files["flow.py"] = strings.Replace(r.files["flow.py"], old, "m"+old[2:], 1)
		previous := r.kept
		var err error
		if r.kept, err = python.ParseText(context.Background(), "flow.py", r.files["flow.py"], previous); err != nil {
			t.Fatal(err)
		}
		previous.Release()
		flows, _ := r.read(r.kept)
		if i == 10 {
			before = heap()
		}
		runtime.KeepAlive(flows)
	}
	if grown := heap() - before; grown > 20*len(text) {
		t.Errorf("%d bytes more after %d edits of a text of %d", grown, 300, len(text))
	}
}

// TestStepsAreTakenOver holds that the tests above are about something: an edit of one step leaves the others as they were read before.
func TestStepsAreTakenOver(t *testing.T) {
	t.Parallel()
	r := &remembered{t: t, files: map[string]string{"flow.py": bigFlow(20)}}
	r.check("at first")
	before, _ := r.read(r.kept)
	edit{"flow.py", "sum(x * 7 for", "sum(self.value_1 * 7 for"}.apply(t, r.files)
	r.check("edited")
	after, _ := r.read(r.kept)
	old, now := before.List[0].Flow, after.List[0].Flow
	for i, s := range now.Steps {
		if taken := s == old.Steps[i]; taken != (s.Name != "s7") {
			t.Errorf("step %s taken over: %v", s.Name, taken)
		}
		if taken := now.Data.Step(s.Name) == old.Data.Step(s.Name); taken != (s.Name != "s7") {
			t.Errorf("what step %s does taken over: %v", s.Name, taken)
		}
	}
}
