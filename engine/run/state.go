package run

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/process"
)

// RunState is how far a run has come, as its state file says.
type RunState string

// The states a run can be in. A run that says running and whose process is gone was killed.
const (
	StateRunning     RunState = "running"
	StateDone        RunState = "done"
	StateFailed      RunState = "failed"
	StateInterrupted RunState = "interrupted"
)

// State is the content of <flow>/<run>/_spindle/state.json. Readers of Metaflow's tree pass it by: the folder has neither metadata nor
// attempts.
type State struct {
	State    RunState `json:"state"`
	PID      int      `json:"pid"`
	Birth    string   `json:"birth,omitempty"` // of the process, as package process tells it: numbers of processes are given anew
	Host     string   `json:"host"`
	Started  string   `json:"started"`            // RFC 3339
	Finished string   `json:"finished,omitempty"` // RFC 3339
	Origin   string   `json:"origin,omitempty"`
	Step     string   `json:"step,omitempty"` // of the task that failed
	Task     string   `json:"task,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	// Unrecorded says that not all that was written about the run reached the provider of its metadata.
	Unrecorded bool `json:"unrecorded,omitempty"`
}

// StateFile is where the state of a run is kept below the datastore's root.
func StateFile(root, flow, run string) string {
	return filepath.Join(root, flow, run, "_spindle", "state.json")
}

var (
	pointState      = disk.Register("run.state.before")
	pointStateSaved = disk.Register("run.state.after")
)

// save writes the state whole; the caller commits the group.
func (s State) save(group *disk.Group, root, flow, run string) error {
	path := StateFile(root, flow, run)
	if err := disk.Fail(pointState); err != nil {
		return fmt.Errorf("save run state: %w", err)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("save run state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("save run state: %w", err)
	}
	if err := group.WriteFile(path, append(text, '\n'), disk.Replace); err != nil {
		return fmt.Errorf("save run state: %w", err)
	}
	return disk.Fail(pointStateSaved)
}

func (r *runner) saveState(s RunState, failure error) error {
	host, _ := os.Hostname() // a run is no worse for not knowing it
	st := State{State: s, PID: os.Getpid(), Birth: process.Birth(os.Getpid()), Host: host, Started: r.started.Format(time.RFC3339Nano), Origin: r.origin, Unrecorded: r.deferred.lost}
	if s != StateRunning {
		st.Finished = r.cfg.Clock.Now().Format(time.RFC3339Nano)
	}
	if failure != nil {
		st.Reason = failure.Error()
		st.Step, st.Task = failedTask(failure)
	}
	return st.save(r.cfg.Group, r.cfg.Store.Folder(), r.flow, r.id)
}
