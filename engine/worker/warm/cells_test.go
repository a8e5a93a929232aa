package warm_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/warm"
)

// cellFlow tells in the documentation of its class which processes have executed what, so that Describe shows it.
const cellFlow = `import os, helper, thirdparty
from metaflow import FlowSpec, step
print("first")
FIRST = os.getpid()

class F(FlowSpec):
    @step
    def start(self):
        self.next(self.end)
    @step
    def end(self):
        pass

print("second")
F.__doc__ = f"{helper.VALUE} {thirdparty.PID} {FIRST} {os.getpid()}"
if __name__ == "__main__":
    F()
`

// overlay is a request for the flow with another text, as cells have made it.
func (p *project) overlay(text string) worker.DescribeRequest {
	file := filepath.Join(p.dir, "flow.py")
	return worker.DescribeRequest{Source: file, Options: map[string]any{
		"overlay": map[string]any{"text": text, "segments": [][4]any{{1, strings.Count(text, "\n") + 1, file, 1}}},
	}}
}

// forCells is a project whose keeper has executed the flow up to its class.
func forCells(t *testing.T, text string) *project {
	t.Helper()
	p := newProject(t)
	p.write("flow.py", text)
	session := p.session()
	session.Cells = true
	if err := p.place.Start(p.python, session, time.Minute); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *project) awaitBegun() {
	p.t.Helper()
	p.await(func(s warm.Status) bool { return len(s.Begun) > 0 })
}

// inCells is what a spin of a notebook sees: helper, the processes of library, first and second half, and what was printed.
func (p *project) inCells(flow worker.DescribeRequest) (helper, library, first, second, printed string) {
	p.t.Helper()
	var out strings.Builder
	session := p.session()
	session.Flow, session.Cells = flow, true
	w, err := worker.Start(p.t.Context(), worker.Options{
		Program: worker.Program{Argv: []string{p.python}},
		Stdout:  func(b []byte) { out.Write(b) },
		Launch: func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error) {
			return p.place.Launch(ctx, session, control, stdout, stderr)
		},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	d, err := w.Describe(p.t.Context(), session.Flow)
	_ = w.Close() // what was printed is complete
	if err != nil {
		p.t.Fatal(err)
	}
	f := strings.Fields(d.Doc)
	return f[0], f[1], f[2], f[3], out.String()
}

func TestCellsGoOnFromTheClass(t *testing.T) {
	t.Parallel()
	p := forCells(t, cellFlow)
	p.awaitBegun()
	_, library, first, second, printed := p.inCells(p.overlay(cellFlow))
	if first == second || printed != "first\nsecond\n" {
		t.Errorf("the halves were executed by %s and %s, and %q was printed", first, second, printed)
	}
	edited := strings.Replace(cellFlow, `"second"`, `"edited"`, 1)
	if _, l, f, s, text := p.inCells(p.overlay(edited)); l != library || f != first || s == second || text != "first\nedited\n" {
		t.Errorf("after an edit of the class: library %s, halves %s and %s, printed %q", l, f, s, text)
	}
	// The flow as its file has it goes on from there too.
	if _, _, f, _, text := p.inCells(worker.DescribeRequest{Source: filepath.Join(p.dir, "flow.py")}); f != first || text != "first\nsecond\n" {
		t.Errorf("the file: first half by %s, not %s, printed %q", f, first, text)
	}
}

// What the file has seeded goes on in the second half as in one process; what it has not is another for each spin.
func TestCellsRandomNumbers(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("print(\"first\")", "import random\nOWN = random.Random()\nrandom.seed(7)\nA = random.random()",
		"print(\"second\")", "print(A, random.random())\nprint(OWN.random())").Replace(cellFlow)
	p := forCells(t, text)
	p.awaitBegun()
	_, _, first, second, one := p.inCells(p.overlay(text))
	_, _, _, _, two := p.inCells(p.overlay(text))
	seeded, own, _ := strings.Cut(one, "\n")
	again, other, _ := strings.Cut(two, "\n")
	if first == second || seeded != "0.32383276483316237 0.15084917392450192" || again != seeded || own == other {
		t.Errorf("halves by %s and %s; printed %q, then %q", first, second, one, two)
	}
}

func TestCellsSeeEdits(t *testing.T) {
	t.Parallel()
	p := forCells(t, cellFlow)
	p.awaitBegun()
	_, _, first, _, _ := p.inCells(p.overlay(cellFlow))
	p.write("helper.py", "VALUE = 'second'\n")
	helper, _, f, s, _ := p.inCells(p.overlay(cellFlow))
	if helper != "second" || f == first || f != s {
		t.Errorf("after an edit of a module: %s, halves by %s and %s", helper, f, s)
	}
	again := func(flow worker.DescribeRequest) string {
		t.Helper()
		for { // it is executed anew in the background
			if _, _, f, s, _ := p.inCells(flow); f != s {
				return f
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	first = again(p.overlay(cellFlow))
	other := strings.Replace(cellFlow, `"first"`, `"other"`, 1)
	if _, _, f, _, text := p.inCells(p.overlay(other)); f == first || text != "other\nsecond\n" {
		t.Errorf("after an edit of the first half: by %s, printed %q", f, text)
	}
	if f := again(p.overlay(other)); f == first {
		t.Error("the old first half is kept")
	}
}

func TestCellsWhatCannotBeKept(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"thread": "import threading, time; threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
		"child":  "import subprocess; subprocess.run(['true'])",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(cellFlow, "FIRST", line+"\nFIRST", 1)
			p := forCells(t, text)
			p.await(func(warm.Status) bool { return true })
			for range 3 {
				if _, _, first, second, printed := p.inCells(p.overlay(text)); first != second || printed != "first\nsecond\n" {
					t.Errorf("halves by %s and %s, printed %q", first, second, printed)
				}
			}
			if s := p.await(func(warm.Status) bool { return true }); len(s.Begun) > 0 {
				t.Error("it is kept")
			}
		})
	}
}

func TestCellsMendedAfterAnError(t *testing.T) {
	t.Parallel()
	broken := strings.Replace(cellFlow, "FIRST", "import nothing_of_this_name\nFIRST", 1)
	p := forCells(t, broken)
	p.await(func(warm.Status) bool { return true })
	p.inCells(p.overlay(cellFlow))
	p.awaitBegun()
	if _, _, first, second, _ := p.inCells(p.overlay(cellFlow)); first == second {
		t.Error("nothing is kept after an error was mended")
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.write("flow.py", cellFlow)
	session := p.session()
	session.Cells = true
	if err := p.place.Prepare(t.Context(), session); err == nil {
		t.Error("prepared without a keeper")
	}
	p.keep(time.Minute)
	if err := p.place.Prepare(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	p.awaitBegun()
	other := p.session("CHOSEN=other")
	if err := p.place.Prepare(t.Context(), other); err == nil {
		t.Error("a keeper has prepared for another environment")
	}
	p.gone()
}
