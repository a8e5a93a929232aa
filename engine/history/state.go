package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// State is how far a run has come.
type State string

// The states of a run.
const (
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"
	Interrupted State = "interrupted" // its process is gone and had no time to say why
)

// stateFile is what a run's own process says, in <flow>/<run>/_spindle/state.json (engine/run writes it). Metaflow's runs have none.
type stateFile struct {
	State    State     `json:"state"`
	PID      int       `json:"pid"`
	Birth    string    `json:"birth"`
	Host     string    `json:"host"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Origin   string    `json:"origin"`
	Step     string    `json:"step"`
	Task     string    `json:"task"`
	Reason   string    `json:"reason"`
}

// readState reads a run's state file; nil if there is none.
func readState(sc scope, flow, run string) (*stateFile, error) {
	path := filepath.Join(sc.store.Folder(), flow, run, "_spindle", "state.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read run state: %w", err)
	}
	var st stateFile
	if err := json.Unmarshal(text, &st); err != nil {
		return nil, &metadata.CorruptError{Path: path, Reason: err.Error()}
	}
	switch st.State {
	case Running, Done, Failed, Interrupted:
		return &st, nil
	}
	return nil, &metadata.CorruptError{Path: path, Reason: fmt.Sprintf("there is no state %q", st.State)}
}

// gone says whether the run's process was on this machine and no longer is.
func (r *Reader) gone(st *stateFile) bool {
	return st.Host == r.opts.Host && !r.opts.Alive(st.PID, st.Birth)
}
