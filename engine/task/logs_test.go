package task_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/task"
)

// Lines printed within a microsecond, or before by a clock that went back, are kept in their order: each has a time of its own.
func TestLogOrder(t *testing.T) {
	logs := task.NewLogs(rand.Reader, artifact.SourceTask, 1<<20)
	log, now := logs.Of(compute.Stdout), time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for i := range 100 {
		log.Write(now.Add(-time.Duration(i)), fmt.Appendf(nil, "line %d", i))
	}
	for i, line := range artifact.ParseLog(log.Bytes()) {
		if want := now.Add(time.Duration(i) * time.Microsecond); i > 0 && !line.Time.Equal(want) || string(line.Text) != fmt.Sprintf("line %d", i) {
			t.Errorf("line %d: %v %q", i, line.Time, line.Text)
		}
	}
	if logs.Of(compute.Stderr).Bytes() != nil {
		t.Error("the other stream has lines")
	}
}

// A log ends at its limit, and says so once.
func TestLogLimit(t *testing.T) {
	log := &task.NewLogs(rand.Reader, artifact.SourceRuntime, 500).Stdout
	for range 20 {
		log.Write(time.Now(), []byte("some text"))
	}
	if n := bytes.Count(log.Bytes(), []byte(task.LineTruncated)); n != 1 || len(log.Bytes()) > 700 {
		t.Errorf("%d marks in %d bytes", n, len(log.Bytes()))
	}
}
