package service

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/tests/metaservice"
)

// whole checks that the service has all of a run of gated.py that ended well.
func whole(t *testing.T, run metaservice.Run) {
	t.Helper()
	steps := map[string]int{}
	for _, task := range run.Tasks {
		step := strings.Split(task.Pathspec, "/")[1]
		steps[step]++
		done := slices.ContainsFunc(task.Records, func(r string) bool { return strings.HasPrefix(r, "attempt-done=0") })
		if !done || len(task.Artifacts) == 0 {
			t.Errorf("%s is not whole: %v, %v", task.Pathspec, task.Records, task.Artifacts)
		}
	}
	if diff := cmp.Diff(map[string]int{"_parameters": 1, "start": 1, "wait": 1, "each": 6, "join": 1, "end": 1}, steps); diff != "" {
		t.Error(diff)
	}
	if twice := run.Twice(); len(twice) > 0 {
		t.Errorf("twice: %v", twice)
	}
}

// begin starts gated.py, and says when it prints a text.
func (p *place) begin(t *testing.T, text string) (*exec.Cmd, *watched) {
	t.Helper()
	cmd, _ := p.command(t, binary, "run", "gated.py")
	log := &watched{text: text, seen: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, log
}

// untilItWaits takes the service away in the middle of gated.py, and returns when the run has nothing to do but wait for it.
func untilItWaits(t *testing.T, p *place, server *metaservice.Server) (*exec.Cmd, *watched) {
	t.Helper()
	cmd, log := p.begin(t, "All tasks have ended; the run waits for")
	p.reached(t, "waiting")
	server.Stop()
	p.open(t)
	<-log.seen
	return cmd, log
}

// TestOutage takes the service away in the middle of a run: the run goes on without it, and has ended when all is posted.
func TestOutage(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server)
	cmd, out := p.command(t, binary, "run", "gated.py")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.reached(t, "waiting")
	server.Stop()
	p.open(t)
	p.reached(t, "join")
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	contains(t, out.String(), "Done!", "squares [0, 1, 4, 9, 16, 25]")
	whole(t, server.Runs("Gated")[0])
}

// TestLongOutage has the service stay away until the run has nothing else to do: it says so and waits.
func TestLongOutage(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server)
	cmd, log := untilItWaits(t, p, server)
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	contains(t, log.String(), "is out (it does not answer: connection refused)", "is back", "Done!")
	whole(t, server.Runs("Gated")[0])
}

// TestLost gives up on a service that stays away, says what it lacks, and a resume makes good for it.
func TestLost(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server)
	cmd, out := p.with("SPINDLE_SERVICE_PATIENCE=1s").command(t, binary, "run", "gated.py")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.reached(t, "waiting")
	server.Stop()
	p.open(t)
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatalf("%v\n%s", err, out)
	}
	contains(t, out.String(), "the metadata service at "+server.URL+" lacks", "1/join/t-9", "does not answer: connection refused",
		"safely stored", "spindle resume gated.py --origin-run-id 1")
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	contains(t, p.spindle(t, "resume", "gated.py", "--origin-run-id", "1"), "Done!")
	whole(t, server.Runs("Gated")[1])
	if got := p.effects(t); len(got) != 9 {
		t.Errorf("a step ran twice: %v", got)
	}
}

// TestKilled kills the engine during an outage and resumes: what had finished is not run again, unless that was asked for, and the service hears all that can be
// known of the run that was killed.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from  []string
		again []string
	}{"where it was": {nil, []string{"join"}}, "from a step": {[]string{"each"}, []string{"each", "each", "each", "each", "each", "each", "join"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := metaservice.Start(t, metaservice.Options{})
			p := newPlace(t, server)
			cmd, out := p.with("HOLD=1").command(t, binary, "run", "gated.py")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			p.reached(t, "waiting")
			server.Stop()
			p.open(t)
			p.reached(t, "join")
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed
			before := len(p.effects(t))
			if err := server.Resume(); err != nil {
				t.Fatal(err)
			}
			contains(t, p.spindle(t, "runs", "Gated"), "Gated/1\tinterrupted")
			contains(t, p.spindle(t, append([]string{"resume", "gated.py"}, c.from...)...), "Done!", "squares [0, 1, 4, 9, 16, 25]",
				"of run 1 that it could not pass on before it was killed")
			if again := p.effects(t)[before:]; !cmp.Equal(again, c.again) {
				t.Errorf("the resumed run ran %v\n%s", again, out)
			}
			whole(t, server.Runs("Gated")[1])
			mended(t, server.Runs("Gated")[0])
			contains(t, p.python(t, false, "-c", look, "Gated/2"), "True True True", "[0, 1, 4, 9, 16, 25]")
		})
	}
}

// mended checks that the service has what there is to know of a run of gated.py that was killed in join.
func mended(t *testing.T, run metaservice.Run) {
	t.Helper()
	got := map[string]int{}
	for _, task := range run.Tasks {
		words := strings.Split(task.Pathspec, "/")[1]
		for _, field := range []string{"attempt=0", "attempt_ok=True", "attempt-done=0", "foreach-execution-path=each:", "start_step=start"} {
			if slices.ContainsFunc(task.Records, func(r string) bool { return strings.HasPrefix(r, field) }) {
				words += " " + field
			}
		}
		if len(task.Artifacts) > 0 {
			words += " artifacts"
		}
		got[words]++
	}
	want := map[string]int{
		"_parameters attempt-done=0 start_step=start artifacts":                                1,
		"start attempt=0 attempt_ok=True attempt-done=0 artifacts":                             1,
		"wait attempt=0 attempt_ok=True attempt-done=0 artifacts":                              1,
		"each attempt=0 attempt_ok=True attempt-done=0 foreach-execution-path=each: artifacts": 6,
		"join attempt=0": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the run that was killed (-want +got):\n%s", diff)
	}
	if twice := run.Twice(); len(twice) > 0 {
		t.Errorf("twice: %v", twice)
	}
}

// TestNobody starts a run while nobody is there: it says that it waits, then what to do.
func TestNobody(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	server.Stop()
	p := newPlace(t, server)
	code, out := p.with("METAFLOW_SERVICE_RETRY_COUNT=3").run(t, binary, "run", "gated.py")
	if code != 3 {
		t.Errorf("exit code %d", code)
	}
	contains(t, out, "It gives the run its id, so nothing starts before it answers", "given up after 3 tries", "Nothing was started", "METAFLOW_SERVICE_URL")
	cmd, log := p.with("GATE=").begin(t, "nothing starts before it answers")
	<-log.seen
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	whole(t, server.Runs("Gated")[0])
	if _, err := os.Stat(p.dir + "/.metaflow/Gated/2"); err == nil {
		t.Error("there is a second run")
	}
}

// TestFaults runs through faults of all kinds in a quarter of the requests.
func TestFaults(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			server := metaservice.Start(t, metaservice.Options{})
			server.Faults(metaservice.Seeded(seed, 0.25, metaservice.Passing...))
			p := newPlace(t, server).with("GATE=", "METAFLOW_SERVICE_RETRY_COUNT=20")
			contains(t, p.spindle(t, "run", "gated.py"), "Done!")
			server.Faults(nil)
			if runs := server.Runs("Gated"); len(runs) != 1 {
				t.Fatalf("there are %d runs", len(runs))
			}
			whole(t, server.Runs("Gated")[0])
		})
	}
}

// TestInterruptedWait ends the wait for the service by Ctrl-C: what is missing is said, and no task is lost.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server)
	cmd, log := untilItWaits(t, p, server)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatalf("%v\n%s", err, log)
	}
	contains(t, log.String(), "lacks", "safely stored", "spindle resume gated.py --origin-run-id 1")
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	contains(t, p.spindle(t, "resume", "gated.py", "--origin-run-id", "1", "--clone-only"), "cloned")
	whole(t, server.Runs("Gated")[1])
}

// TestFailedDuringOutage has a step fail while the service is away: the failure is what counts, and the service hears of it.
func TestFailedDuringOutage(t *testing.T) {
	t.Parallel()
	server := metaservice.Start(t, metaservice.Options{})
	p := newPlace(t, server).with("FAIL=1", "SPINDLE_SERVICE_PATIENCE=1s")
	cmd, out := p.command(t, binary, "run", "gated.py")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.reached(t, "waiting")
	server.Stop()
	p.open(t)
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	contains(t, out.String(), "ValueError: as asked", "Not all that is recorded about the run was passed on", "spindle resume gated.py --origin-run-id 1")
}
