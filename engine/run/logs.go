package run

import (
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
)

// Lines the engine itself puts into a task's log, as Metaflow does.
const (
	lineTruncated = "[TRUNCATED - MAXIMUM LOG FILE SIZE REACHED]"
	lineKilled    = "[KILLED BY ORCHESTRATOR]"
	lineFailed    = "Task failed."
	lineSegfault  = "Task failed with a segmentation fault."
)

// logSource marks lines whose time was taken by the engine.
const logSource = "runtime"

// taskLog collects what one attempt prints on one stream, in the form it is stored in.
type taskLog struct {
	ids       io.Reader
	buf       []byte
	size      int64 // of what counts towards the limit
	limit     int64
	truncated bool
}

// write adds a line of the task. Lines count with their marks, as the limit is one of the file.
func (l *taskLog) write(at time.Time, text []byte) {
	if l.truncated {
		return
	}
	before := len(l.buf)
	l.append(at, text)
	l.size += int64(len(l.buf) - before)
	if l.size >= l.limit {
		l.buf = l.buf[:before]
		l.truncate(at)
	}
}

// truncate notes once that the rest is missing.
func (l *taskLog) truncate(at time.Time) {
	if !l.truncated {
		l.truncated = true
		l.append(at, []byte(lineTruncated))
	}
}

// append adds a line whatever the limit.
func (l *taskLog) append(at time.Time, text []byte) {
	id, err := uuid.NewRandomFromReader(l.ids)
	if err != nil { // no randomness: the id only has to be there
		id = uuid.Nil
	}
	l.buf = append(l.buf, artifact.FormatLogLine(at, logSource, id.String(), text)...)
}

// logs are both streams of an attempt.
type logs struct {
	stdout, stderr taskLog
}

func newLogs(ids io.Reader, limit int64) *logs {
	return &logs{stdout: taskLog{ids: ids, limit: limit}, stderr: taskLog{ids: ids, limit: limit}}
}

func (l *logs) of(s compute.Stream) *taskLog {
	if s == compute.Stderr {
		return &l.stderr
	}
	return &l.stdout
}
