package task

import (
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
)

// DefaultLogLimit is how many bytes of each stream of an attempt are kept where nobody says otherwise.
const DefaultLogLimit = 10_000_000

// Lines an engine itself puts into a task's log, as Metaflow does.
const (
	LineTruncated = "[TRUNCATED - MAXIMUM LOG FILE SIZE REACHED]"
	LineKilled    = "[KILLED BY ORCHESTRATOR]"
	LineFailed    = "Task failed."
	LineSegfault  = "Task failed with a segmentation fault."
)

// Log collects what one attempt prints on one stream, in the form it is stored in.
type Log struct {
	ids       io.Reader
	source    string
	buf       []byte
	size      int64 // of what counts towards the limit
	limit     int64
	truncated bool
	last      time.Time
}

// Write adds a line of the task. Lines count with their marks, as the limit is one of the file.
func (l *Log) Write(at time.Time, text []byte) {
	if l.truncated {
		return
	}
	before := len(l.buf)
	l.Append(at, text)
	l.size += int64(len(l.buf) - before)
	if l.size >= l.limit {
		l.buf = l.buf[:before]
		l.Truncate(at)
	}
}

// Truncate notes once that the rest is missing.
func (l *Log) Truncate(at time.Time) {
	if !l.truncated {
		l.truncated = true
		l.Append(at, []byte(LineTruncated))
	}
}

// Append adds a line whatever the limit. Its time is after that of the line before, by a microsecond if need be: Metaflow's readers put lines of the same time into
// any order.
func (l *Log) Append(at time.Time, text []byte) {
	if at = at.Truncate(time.Microsecond); !at.After(l.last) {
		at = l.last.Add(time.Microsecond)
	}
	l.last = at
	id, err := uuid.NewRandomFromReader(l.ids)
	if err != nil { // no randomness: the id only has to be there
		id = uuid.Nil
	}
	l.buf = append(l.buf, artifact.FormatLogLine(at, l.source, id.String(), text)...)
}

// Bytes are the lines so far. Lines that come later do not change them.
func (l *Log) Bytes() []byte { return l.buf[:len(l.buf):len(l.buf)] }

// Logs are both streams of an attempt.
type Logs struct{ Stdout, Stderr Log }

// NewLogs are logs of lines whose time was taken by a source: [artifact.SourceRuntime] or [artifact.SourceTask]. The ids of lines come from ids.
func NewLogs(ids io.Reader, source string, limit int64) *Logs {
	return &Logs{Stdout: Log{ids: ids, source: source, limit: limit}, Stderr: Log{ids: ids, source: source, limit: limit}}
}

// Of is the log of a stream.
func (l *Logs) Of(s compute.Stream) *Log {
	if s == compute.Stderr {
		return &l.Stderr
	}
	return &l.Stdout
}

// save writes both streams and lets them go.
func (l *Logs) save(s *artifact.Store, t artifact.Task, attempt int) error {
	for stream, log := range map[string]*Log{artifact.Stdout: &l.Stdout, artifact.Stderr: &l.Stderr} {
		if err := s.SaveLog(t, attempt, log.source, stream, log.buf); err != nil {
			return err
		}
		log.buf = nil
	}
	return nil
}
