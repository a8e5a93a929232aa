//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// kills is how often an engine is killed in all, shared by the languages; every second one is a resume that is killed in its turn.
const kills = 240

// enough is how long a slow machine goes on starting series of one language, of which a quick one does all in three minutes.
const enough = 6 * time.Minute

// TestKillNine kills the engine at random instants. Afterwards the real client must read every task marked done, a resume must
// finish the run without running any finished task again, and its results must be those of an undisturbed run.
func TestKillNine(t *testing.T) {
	reader := startReader(t)
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) { killNine(t, l, reader) })
	}
}

func killNine(t *testing.T, l language, reader *reader) {
	kills := kills / len(languages()) / 2 * 2
	takes := undisturbed(t, l)
	var killed, left atomic.Int64
	begin := time.Now()
	t.Run("series", func(t *testing.T) {
		for i := range kills / 2 {
			t.Run(fmt.Sprintf("seed-%d", i), func(t *testing.T) {
				t.Parallel()
				if time.Since(begin) > enough {
					left.Add(2)
					return
				}
				killSeries(t, l.place(t, "fan300"), rand.New(rand.NewPCG(uint64(i), 300)), reader, takes, &killed)
			})
		}
	})
	tried := int64(kills) - left.Load()
	t.Logf("engines killed: %d of %d, each within %s", killed.Load(), tried, takes*3/2)
	if killed.Load() < tried/2 || tried < int64(kills)/4 {
		t.Errorf("only %d of %d engines were still running when they were to be killed", killed.Load(), tried)
	}
	if left.Load() > 0 {
		t.Skipf("%d of %d kills took %s; the others were left out", tried, kills, enough)
	}
}

// undisturbed is how long a run takes when nothing else runs. Beside another one it takes longer.
func undisturbed(t *testing.T, l language) time.Duration {
	t.Helper()
	p := l.place(t, "fan300")
	var shortest time.Duration
	for range 3 {
		begin := time.Now()
		wantCode(t, p.spindle(t, "run", "flow.py", "--max-num-splits", "300", "--quiet"), 0)
		if took := time.Since(begin); shortest == 0 || took < shortest {
			shortest = took
		}
	}
	return shortest
}

// killSeries: a run killed, a resume of it killed, a resume of that (or of the run, where nothing came of it) that finishes.
func killSeries(t *testing.T, p *place, rng *rand.Rand, reader *reader, takes time.Duration, killed *atomic.Int64) {
	sysroot := filepath.Dir(p.store)
	finished := map[string]bool{}
	origin := ""
	for round := range 2 {
		verb := []string{"run", "flow.py", "--max-num-splits", "300"}
		if origin != "" {
			verb = []string{"resume", "flow.py", "--origin-run-id", origin, "--max-num-splits", "300"}
		}
		before := p.runs(t, "Fan300")
		cmd := p.command(t, append(verb, "--quiet")...)
		// Up to the end of a run that is slowed down by others, and a resume has less left to do.
		if killAt(t, cmd, time.Duration(rng.Int64N(int64(takes*3/2)))/time.Duration(round+1)) {
			killed.Add(1)
		}
		made := slices.DeleteFunc(p.runs(t, "Fan300"), func(r string) bool { return slices.Contains(before, r) })
		if len(made) == 0 {
			continue
		}
		p.wantNoRepeat(t, made[0], finished)
		seen := reader.read(t, sysroot, "Fan300", made[0])
		if len(seen.Errors) > 0 {
			t.Fatalf("after kill %d the real client cannot read: %s", round, strings.Join(seen.Errors, "\n"))
		}
		if p.begun(t, made[0]) && (origin == "" || containsAll(seen.Done, finished)) {
			origin = made[0]
			for _, task := range seen.Done {
				finished[task] = true
			}
		}
	}
	p.wantFinish(t, origin, finished, reader)
}

func (p *place) wantFinish(t *testing.T, origin string, finished map[string]bool, reader *reader) {
	t.Helper()
	verb := []string{"resume", "flow.py", "--origin-run-id", origin}
	if origin == "" { // killed before there was a run
		verb = []string{"run", "flow.py"}
	}
	before := p.runs(t, "Fan300")
	wantCode(t, p.spindle(t, append(verb, "--max-num-splits", "300")...), 0)
	made := slices.DeleteFunc(p.runs(t, "Fan300"), func(r string) bool { return slices.Contains(before, r) })
	p.wantNoRepeat(t, made[0], finished)
	last := reader.read(t, filepath.Dir(p.store), "Fan300", made[0])
	const want = 296 * 297 * 593 / 6
	if len(last.Errors) > 0 || !last.Successful || last.Total != want || len(last.Done) != 300 {
		t.Fatalf("the finished run is not whole: successful %v, total %d (want %d), %d tasks done, errors %v", last.Successful, last.Total, want, len(last.Done), last.Errors)
	}
}

// runs lists the run folders of the store.
func (p *place) runs(t *testing.T, flow string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.store, flow))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var runs []string
	for _, e := range entries {
		if e.IsDir() && len(e.Name()) == 16 {
			runs = append(runs, e.Name())
		}
	}
	return runs
}

// begun is true of a run that got as far as its parameters; there is nothing in another that could be resumed.
func (p *place) begun(t *testing.T, run string) bool {
	t.Helper()
	marks, err := filepath.Glob(filepath.Join(p.store, "Fan300", run, "_parameters", "*", "*.DONE.lock"))
	if err != nil {
		t.Fatal(err)
	}
	return len(marks) > 0
}

// wantNoRepeat compares the traces that the bodies left with what was finished before.
func (p *place) wantNoRepeat(t *testing.T, run string, finished map[string]bool) {
	t.Helper()
	trace, err := os.ReadFile(filepath.Join(p.dir, "side-effects"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(trace), "\n") {
		if id, what, _ := strings.Cut(line, " "); id == run && finished[what] {
			t.Fatalf("run %s executed %s, which was finished before", run, what)
		}
	}
}

// killAt starts the command and kills it, and only it, after the given time. It says whether it was still running.
func killAt(t *testing.T, cmd *exec.Cmd, after time.Duration) bool {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		_ = cmd.Wait()
		return false
	}
	_ = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled()
}

func containsAll(have []string, want map[string]bool) bool {
	set := map[string]bool{}
	for _, h := range have {
		set[h] = true
	}
	for w := range want {
		if !set[w] {
			return false
		}
	}
	return true
}

// reader is one long-lived process with the real client: importing it for each of some hundred questions would take the day.
type reader struct {
	ask    chan string
	answer chan string
	died   chan struct{}
}

type answer struct {
	Done       []string
	Errors     []string
	Successful bool
	Total      int
}

func startReader(t *testing.T) *reader {
	t.Helper()
	cmd := exec.Command(peer(t), "testdata/read_runs.py")
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_CLIENT_CACHE_PATH="+t.TempDir())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	r := &reader{ask: make(chan string), answer: make(chan string), died: make(chan struct{})}
	go func() {
		defer close(r.died)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for question := range r.ask {
			if _, err := fmt.Fprintln(in, question); err != nil || !lines.Scan() {
				return
			}
			r.answer <- lines.Text()
		}
	}()
	return r
}

func (r *reader) read(t *testing.T, sysroot, flow, run string) answer {
	t.Helper()
	var text string
	for ask := r.ask; text == ""; {
		select {
		case ask <- sysroot + " " + flow + " " + run:
			ask = nil
		case text = <-r.answer:
		case <-r.died:
			t.Fatal("the real client died reading the store")
		}
	}
	var a answer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return a
}
