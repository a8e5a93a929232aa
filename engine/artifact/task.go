package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// MaxAttempts is how many attempts readers look for: 0 to 5.
const MaxAttempts = 6

// Names of a task's files, after the attempt.
const (
	attemptName = "attempt.json"
	dataName    = "data.json"
	doneName    = "DONE.lock"
	outcomeName = "runtime"
)

var (
	pointBegin        = disk.Register("artifact.begin.before")
	pointBegun        = disk.Register("artifact.begin.after")
	pointData         = disk.Register("artifact.data.before")
	pointDataSaved    = disk.Register("artifact.data.after")
	pointDone         = disk.Register("artifact.done.before")
	pointDoneSaved    = disk.Register("artifact.done.after")
	pointOutcome      = disk.Register("artifact.outcome.before")
	pointOutcomeSaved = disk.Register("artifact.outcome.after")
	pointLatest       = disk.Register("artifact.latest.before")
	pointLatestSaved  = disk.Register("artifact.latest.after")
)

// Outcome is how a task's process ended.
type Outcome struct {
	ReturnCode int
	Killed     bool
	Success    bool
}

// between runs a write between its two failpoints.
func between(before, after string, write func() error) error {
	if err := disk.Fail(before); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return disk.Fail(after)
}

// Begin starts an attempt. From now on readers see no earlier attempt of the task.
func (s *Store) Begin(t Task, attempt int) error {
	name, err := taskFile(t, attempt, attemptName)
	if err != nil {
		return fmt.Errorf("begin attempt %d of %q: %w", attempt, t, err)
	}
	body := append([]byte(nil), `{"time": `...)
	body = appendSeconds(body, float64(s.now().UnixMicro())/1e6)
	body = append(body, '}')
	err = between(pointBegin, pointBegun, func() error { return s.files.mark(name, body) })
	if err != nil {
		return fmt.Errorf("begin attempt %d of %q: %w", attempt, t, err)
	}
	return nil
}

// SaveData writes what the attempt left. The blobs must have been put before.
func (s *Store) SaveData(t Task, attempt int, d Data) error {
	name, err := taskFile(t, attempt, dataName)
	if err == nil {
		err = between(pointData, pointDataSaved, func() error {
			return s.files.write(name, formatData(s.kind, attempt, d))
		})
	}
	if err != nil {
		return fmt.Errorf("save artifacts of %q: %w", t, err)
	}
	return nil
}

// MarkDone finishes the attempt: what SaveData wrote is now what the task left. Commit the store's group before.
func (s *Store) MarkDone(t Task, attempt int) error {
	name, err := taskFile(t, attempt, doneName)
	if err == nil {
		err = between(pointDone, pointDoneSaved, func() error {
			return s.files.write(name, []byte(`""`))
		})
	}
	if err != nil {
		return fmt.Errorf("mark %q done: %w", t, err)
	}
	return nil
}

// SaveOutcome records how the attempt's process ended.
func (s *Store) SaveOutcome(t Task, attempt int, o Outcome) error {
	body := append([]byte(nil), `{"return_code": `...)
	body = strconv.AppendInt(body, int64(o.ReturnCode), 10)
	body = appendBool(append(body, `, "killed": `...), o.Killed)
	body = appendBool(append(body, `, "success": `...), o.Success)
	body = append(body, '}')
	name, err := taskFile(t, attempt, outcomeName)
	if err == nil {
		err = between(pointOutcome, pointOutcomeSaved, func() error {
			return s.files.mark(name, body)
		})
	}
	if err != nil {
		return fmt.Errorf("save outcome of %q: %w", t, err)
	}
	return nil
}

// Ended is when the outcome of an attempt was recorded: fs.ErrNotExist where it was not.
func (s *Store) Ended(t Task, attempt int) (time.Time, error) {
	name, err := taskFile(t, attempt, outcomeName)
	if err != nil {
		return time.Time{}, fmt.Errorf("outcome of %q: %w", t, err)
	}
	return s.files.written(name)
}

// Changed is when something was last stored of a task: fs.ErrNotExist where nothing is.
func (s *Store) Changed(t Task) (time.Time, error) {
	dir, err := taskDir(t)
	if err != nil {
		return time.Time{}, fmt.Errorf("task %q: %w", t, err)
	}
	return s.files.changed(dir)
}

// SetLatestRun makes run the flow's latest.
func (s *Store) SetLatestRun(flow, run string) error {
	name, err := nameOf(flow, "latest_run")
	if err == nil {
		err = between(pointLatest, pointLatestSaved, func() error {
			return s.notes.write(name, []byte(run))
		})
	}
	if err != nil {
		return fmt.Errorf("set latest run of %q: %w", flow, err)
	}
	return nil
}

// Begun is when an attempt was begun: [ErrMissing] where it was not.
func (s *Store) Begun(t Task, attempt int) (time.Time, error) {
	name, err := taskFile(t, attempt, attemptName)
	if err == nil {
		var at time.Time
		if at, err = s.files.written(name); err == nil {
			return at, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = ErrMissing
		}
	}
	return time.Time{}, fmt.Errorf("beginning of attempt %d of %q: %w", attempt, t, err)
}
