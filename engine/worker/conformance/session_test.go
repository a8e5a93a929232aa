package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// patience bounds every wait of the suite; a worker is held to it only when it does not answer at all.
const patience = 60 * time.Second

// channel is the engine's end of a control or task channel.
type channel struct {
	t    testing.TB
	sock *pipe.Reader
	*worker.Conn
	seen []worker.Message // read while looking for another
}

func newChannel(t testing.TB) (*channel, *os.File) {
	t.Helper()
	sock, theirs, err := pipe.Socket("channel")
	if err != nil {
		t.Fatal(err)
	}
	if err := sock.File().SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sock.Close() })
	return &channel{t: t, sock: sock, Conn: worker.NewConn(sock)}, theirs
}

func (c *channel) send(v any) {
	c.t.Helper()
	if err := c.Write(v); err != nil {
		c.t.Fatal(err)
	}
}

// raw sends bytes as they are.
func (c *channel) raw(b string) {
	c.t.Helper()
	if _, err := c.sock.File().WriteString(b); err != nil {
		c.t.Fatal(err)
	}
}

// next returns the first message that fits, of those seen or still to come.
func (c *channel) next(what string, fits func(worker.Message) bool) worker.Message {
	c.t.Helper()
	for i, m := range c.seen {
		if fits(m) {
			c.seen = slices.Delete(c.seen, i, i+1)
			return m
		}
	}
	for {
		m, err := c.Read()
		if err != nil {
			c.t.Fatalf("no %s came: %v", what, err)
		}
		m.Line = slices.Clone(m.Line)
		if fits(m) {
			return m
		}
		c.seen = append(c.seen, m)
	}
}

// reply returns the answer to a request.
func (c *channel) reply(id int64) worker.Message {
	c.t.Helper()
	return c.next(fmt.Sprintf("reply to %d", id), func(m worker.Message) bool { return m.Re != nil && *m.Re == id })
}

// decode decodes a message of the type.
func decode[T any](t testing.TB, m worker.Message, kind string) T {
	t.Helper()
	var v T
	if m.Type != kind {
		t.Fatalf("%s came instead of %q", m.Line, kind)
	}
	if err := m.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// process is one process of the worker program.
type process struct {
	*channel
	cmd   *exec.Cmd
	done  chan struct{} // closed at its end
	hello worker.Hello
}

// start starts the program in a role and reads its hello, which is not yet answered.
func start(t testing.TB, to target, variable string, stdout, stderr *os.File) *process {
	t.Helper()
	c, theirs := newChannel(t)
	defer theirs.Close()
	cmd := exec.Command(to.Argv[0], to.Argv[1:]...)
	cmd.Env = append(slices.Clone(to.Env), variable+"=3")
	cmd.ExtraFiles = []*os.File{theirs}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{channel: c, cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		kill(cmd.Process.Pid)
		<-p.done
	})
	p.hello = decode[worker.Hello](t, p.next("hello", func(worker.Message) bool { return true }), "hello")
	return p
}

// kill ends a process group that the suite has started.
func kill(pid int) {
	if pid > 1 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// control starts a worker and shakes hands with it, as an engine that can do as much.
func control(t testing.TB, can ...string) *process {
	t.Helper()
	p := start(t, subject(t), "SPINDLE_WORKER_FD", os.Stderr, os.Stderr)
	p.greet(can...)
	return p
}

func (p *process) greet(can ...string) {
	p.t.Helper()
	p.send(worker.Hello{Type: "hello", Protocol: worker.Protocol, Engine: "conformance", Can: can})
}

// end waits for the process and returns its exit code.
func (p *process) end() int {
	p.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-timer.C:
		p.t.Fatal("the process did not end")
		return 0
	}
}

// canFork skips a test of what a worker that can't fork need not do.
func (p *process) canFork() *process {
	p.t.Helper()
	if !slices.Contains(p.hello.Can, "fork") {
		p.t.Skip("the worker can't fork")
	}
	return p
}

// describe describes the conformance flow.
func (p *process) describe() worker.Description {
	p.t.Helper()
	p.send(map[string]any{"type": "describe", "id": 1, "source": subject(p.t).flow, "class": "", "with": []string{}, "options": map[string]any{}})
	return decode[struct{ Flow worker.Description }](p.t, p.reply(1), "description").Flow
}
