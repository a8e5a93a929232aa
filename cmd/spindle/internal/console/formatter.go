package console

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/run"
)

// summaryEvery is how often a long run says what it is doing.
const summaryEvery = 5 * time.Minute

// Formatter makes lines of events. The zero value is ready; it is not safe for use by several goroutines.
type Formatter struct {
	// Zone is where times are shown, time.Local when nil.
	Zone *time.Location
	// UI is the address of Metaflow's user interface (METAFLOW_UI_URL), empty for none.
	UI string

	flow, run   string
	lastSummary time.Time
}

// Lines are what there is to say about an event; often nothing.
func (f *Formatter) Lines(ev run.Event) []Line {
	switch e := ev.(type) {
	case run.TaskStarted, run.TaskLine, run.TaskForeach, run.TaskFinished, run.TaskFailed, run.WillNotRetry:
		return f.task(ev)
	case run.ResumeStarted:
		return f.system(e.At, "Gathering required information to resume run (this may take a bit of time)...")
	case run.RunStarted:
		f.flow, f.run, f.lastSummary = e.Flow, e.Run, e.At
		return f.system(e.At, "Workflow starting (run-id "+e.Run+")"+f.link(", see it in the UI at ", ":"))
	case run.CloneStarted:
		return f.system(e.At, "Cloning "+e.Flow+"/"+e.Origin)
	case run.CloneFinished:
		lines := f.system(e.At, e.Flow+"/"+e.Origin+" cloned!")
		if e.Only {
			lines = append(lines, f.system(e.At,
				"Clone-only resume complete -- only previously successful steps were cloned; no new tasks executed!")...)
		}
		return lines
	case run.MetadataDelayed, run.MetadataResumed, run.MetadataAwaited, run.MetadataLost, run.OriginMended:
		return f.metadata(ev)
	case run.OriginSkipped:
		return f.bad(e.At, "["+e.Origin.Pathspec()+"] ", "Not cloned, runs again: "+e.Reason)
	case run.Stopping:
		return f.stopping(e)
	case run.Killing:
		return f.system(e.At, fmt.Sprintf("Killing %d remaining tasks after having waited for %s seconds -- some tasks may not exit cleanly",
			e.Active, strconv.FormatFloat(e.After.Seconds(), 'f', -1, 64)))
	case run.RunFailed:
		return f.system(e.At, "Flushing logs...")
	case run.RunDone:
		return f.system(e.At, "Done!"+f.link(" See the run in the UI at ", ""))
	case run.Progress:
		return f.summary(e)
	}
	return nil
}

func (f *Formatter) task(ev run.Event) []Line {
	switch e := ev.(type) {
	case run.TaskLine:
		if e.Task.Step == run.ParametersStep {
			// What parameters print while they are worked out belongs to no task a reader could look up.
			return []Line{{At: f.in(e.At), Text: e.Text}}
		}
		return []Line{{At: f.in(e.At), Head: head(e.Task), Short: short(e.Task), Text: e.Text}}
	case run.TaskStarted:
		text := "Task is starting."
		switch {
		case e.Fallback:
			text = "Task fallback is starting to handle the failure."
		case e.Attempt > 0:
			text = "Task is starting (retry)."
		}
		return f.of(e.At, e.Task, text, System)
	case run.TaskForeach:
		return f.of(e.At, e.Task, fmt.Sprintf("Foreach yields %d child steps.", e.N), System)
	case run.TaskFinished:
		return f.of(e.At, e.Task, "Task finished successfully.", System)
	case run.TaskFailed:
		return f.failed(e)
	case run.WillNotRetry:
		return f.system(e.At, "This failed task will not be retried.")
	}
	return nil
}

// failed says first what the process cannot have said itself: how it was ended from outside.
func (f *Formatter) failed(e run.TaskFailed) []Line {
	var lines []Line
	switch {
	case e.TimedOut:
		lines = f.of(e.At, e.Task, "The task did not end within its time and was killed with all it started.", Bad)
	case e.Segfault() || e.Killed || e.Place != "":
	case e.Signal == syscall.SIGKILL:
		lines = f.of(e.At, e.Task, "The process was killed from outside (SIGKILL); the usual cause is a lack of memory.", Bad)
	case e.Signal != 0:
		lines = f.of(e.At, e.Task, "The process was ended by signal "+strconv.Itoa(int(e.Signal))+" ("+e.Signal.String()+").", Bad)
	case e.Exception == "":
		lines = f.of(e.At, e.Task, "The process ended with exit code "+strconv.Itoa(e.ExitCode)+" without leaving a result.", Bad)
	}
	text := "Task failed."
	if e.Segfault() {
		text = "Task failed with a segmentation fault."
	}
	return append(lines, f.of(e.At, e.Task, text, Bad)...)
}

func (f *Formatter) stopping(e run.Stopping) []Line {
	var lines []Line
	if e.Interrupted {
		lines = f.bad(e.At, "", "Workflow interrupted. Please avoid pressing Ctrl+C again: running tasks have 5 seconds to end, a second one kills them at once.")
	} else {
		lines = f.bad(e.At, "", "Workflow failed.")
	}
	return append(lines, f.system(e.At, fmt.Sprintf("Terminating %d active tasks...", e.Active))...)
}

// summary is the sign of life of a long run.
func (f *Formatter) summary(e run.Progress) []Line {
	if e.At.Sub(f.lastSummary) < summaryEvery {
		return nil
	}
	f.lastSummary = e.At
	running, parts := 0, make([]string, 0, len(e.Steps))
	for _, s := range e.Steps {
		running += s.Running
		parts = append(parts, fmt.Sprintf("%s (%d running; %d done)", s.Step, s.Running, s.Done))
	}
	text := "No tasks are running."
	if running > 0 {
		text = plural(running, "task is", "tasks are") + " running: " + strings.Join(parts, ", ") + "."
	}
	lines := f.system(e.At, text)
	if e.Queued == 0 {
		lines = append(lines, f.system(e.At, "No tasks are waiting in the queue.")...)
	} else {
		lines = append(lines, f.system(e.At, plural(e.Queued, "task is", "tasks are")+" waiting in the queue.")...)
	}
	switch len(e.NotStarted) {
	case 0:
	case 1:
		lines = append(lines, f.system(e.At, e.NotStarted[0]+" step has not started.")...)
	default:
		lines = append(lines, f.system(e.At, fmt.Sprintf("%d steps have not started: %s.", len(e.NotStarted), strings.Join(e.NotStarted, ", ")))...)
	}
	return lines
}

func (f *Formatter) system(at time.Time, text string) []Line {
	return []Line{{At: f.in(at), Text: []byte(text), Tone: System}}
}

func (f *Formatter) bad(at time.Time, head, text string) []Line {
	return []Line{{At: f.in(at), Head: head, Short: head, Text: []byte(text), Tone: Bad}}
}

func (f *Formatter) of(at time.Time, task run.TaskRef, text string, tone Tone) []Line {
	return []Line{{At: f.in(at), Head: head(task), Short: short(task), Text: []byte(text), Tone: tone}}
}

func (f *Formatter) in(at time.Time) time.Time {
	if f.Zone != nil {
		return at.In(f.Zone)
	}
	return at.Local()
}

// link ends a line with the run's address in the user interface, or with otherwise where there is none.
func (f *Formatter) link(before, otherwise string) string {
	if f.UI == "" {
		return otherwise
	}
	return before + strings.TrimRight(f.UI, "/") + "/" + f.flow + "/" + f.run
}

func head(t run.TaskRef) string {
	if t.PID == 0 {
		return "[" + t.Pathspec() + "] "
	}
	return "[" + t.Pathspec() + " (pid " + strconv.Itoa(t.PID) + ")] "
}

func short(t run.TaskRef) string { return "[" + t.Step + "/" + t.Task + "] " }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
