package conformance

import (
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// place starts the process of a task.
type place interface {
	start(t testing.TB) *running
}

// running is a task's process.
type running struct {
	*channel
	pid    int
	stdout *capture
	stderr *capture
	exit   func() exit // waits for the end
}

type exit struct {
	PID    int   `json:"pid"`
	Code   int   `json:"code"`
	Signal int   `json:"signal"`
	MaxRSS int64 `json:"max_rss_kb"`
}

// capture reads an output to its end.
type capture struct {
	over sync.WaitGroup
	grew chan struct{}

	mu   sync.Mutex // guards text
	text []byte
}

func newCapture(t testing.TB) (*capture, *os.File) {
	t.Helper()
	r, w, err := pipe.New("output")
	if err != nil {
		t.Fatal(err)
	}
	c := &capture{grew: make(chan struct{}, 1)}
	c.over.Go(func() {
		_, _ = io.Copy(c, r)
		_ = r.Close()
	})
	return c, w
}

// Write takes a piece of the output.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.text = append(c.text, p...)
	c.mu.Unlock()
	select {
	case c.grew <- struct{}{}:
	default:
	}
	return len(p), nil
}

// String returns all of the output, once it has ended.
func (c *capture) String() string {
	c.over.Wait()
	return string(c.text)
}

// await waits until the output begins with the text.
func (c *capture) await(t testing.TB, text string) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		c.mu.Lock()
		there := strings.HasPrefix(string(c.text), text)
		c.mu.Unlock()
		if there {
			return
		}
		select {
		case <-c.grew:
		case <-timer.C:
			t.Fatalf("%q did not come", text)
		}
	}
}

// forks starts tasks as children of a worker.
type forks struct {
	worker *process
	id     int64
}

func (f *forks) start(t testing.TB) *running {
	t.Helper()
	f.id++
	return requestStart(t, f.worker, 1000+f.id).started()
}

// pendingStart is a start that the worker has not answered yet.
type pendingStart struct {
	t        testing.TB
	worker   *process
	id       int64
	channel  *channel
	out, err *capture
}

func requestStart(t testing.TB, w *process, id int64) pendingStart {
	t.Helper()
	c, theirs := newChannel(t)
	out, outEnd := newCapture(t)
	err, errEnd := newCapture(t)
	if err := w.WriteFiles(map[string]any{"type": "start", "id": id}, theirs, outEnd, errEnd); err != nil {
		t.Fatal(err)
	}
	for _, end := range []*os.File{theirs, outEnd, errEnd} {
		_ = end.Close()
	}
	return pendingStart{t, w, id, c, out, err}
}

// started reads the answer.
func (p pendingStart) started() *running {
	p.t.Helper()
	pid := decode[exit](p.t, p.worker.reply(p.id), "started").PID
	p.t.Cleanup(func() { kill(pid) })
	return &running{channel: p.channel, pid: pid, stdout: p.out, stderr: p.err, exit: func() exit {
		p.t.Helper()
		var e exit
		p.worker.next("exited", func(m worker.Message) bool {
			return m.Type == "exited" && m.Decode(&e) == nil && e.PID == pid
		})
		return e
	}}
}

// spawns starts tasks as processes of their own, and tells them what it can.
type spawns struct{ can []string }

func (s spawns) start(t testing.TB) *running {
	t.Helper()
	out, outEnd := newCapture(t)
	err, errEnd := newCapture(t)
	p := start(t, subject(t), "SPINDLE_TASK_FD", outEnd, errEnd)
	_ = outEnd.Close()
	_ = errEnd.Close()
	p.greet(s.can...)
	return &running{channel: p.channel, pid: p.cmd.Process.Pid, stdout: out, stderr: err, exit: func() exit {
		t.Helper()
		code := p.end()
		e := exit{PID: p.cmd.Process.Pid, Code: max(code, 0)}
		if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			e.Signal = int(status.Signal())
		}
		return e
	}}
}

// eachWay runs a test with forked and with spawned tasks, as an engine that can do as much.
func eachWay(t *testing.T, test func(t *testing.T, at place), can ...string) {
	t.Helper()
	t.Run("fork", func(t *testing.T) {
		t.Parallel()
		w := control(t, can...).canFork()
		w.describe()
		test(t, &forks{worker: w})
	})
	t.Run("spawn", func(t *testing.T) {
		t.Parallel()
		test(t, spawns{can})
	})
}
