package python

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// How long what should come at once is waited for once the process has ended.
const (
	quiet = 200 * time.Millisecond
	limit = 2 * time.Second
)

// Program is how to start Python: the interpreter with `-m spindle.kernel`, its whole environment and its working folder.
type Program struct {
	Argv []string
	Env  []string
	Dir  string
}

// Handler hears what a process says. Calls for one cell come in order; text of the two streams may come at the same time.
type Handler interface {
	Stream(name, text string)
	Publish(p Published)
	Input(prompt string, password bool)
	// Ask is a question of the process, which waits for [Process.Tell]. It must return at once.
	Ask(q Asked)
}

// Process is a running Python process. Its methods are safe for concurrent use.
type Process struct {
	pid              int
	cells, questions *conn
	lifeline         *os.File
	handler          Handler
	order            *sequence
	readers          sync.WaitGroup
	hello            chan struct{} // closed when the process has introduced itself, or is gone
	ready            chan struct{} // closed when cells can run, or the process is gone
	gone             chan struct{} // closed when the process has ended and all it printed is passed on

	mu       sync.Mutex // guards the rest
	greeting Hello
	shell    Ready
	isReady  bool
	next     int64
	done     map[int64]func(Done)
	answers  map[int64]chan json.RawMessage
	exit     Exit
}

// Start starts a process. It is not yet ready when Start returns.
func Start(p Program, h Handler) (*Process, error) {
	proc := &Process{
		handler: h, order: newSequence(),
		hello: make(chan struct{}), ready: make(chan struct{}), gone: make(chan struct{}),
		done: map[int64]func(Done){}, answers: map[int64]chan json.RawMessage{},
	}
	var ends ends
	defer ends.closeTheirs()
	if err := ends.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("start Python: %w", err), ends.closeOurs())
	}
	mark := rand.Text()
	cmd := exec.Command(p.Argv[0], p.Argv[1:]...)
	cmd.Env = append(p.Env, "SPINDLE_KERNEL_FDS=3,4,5", "SPINDLE_KERNEL_MARK="+mark)
	cmd.Dir = p.Dir
	cmd.Stdout, cmd.Stderr = ends.theirs[0], ends.theirs[1]
	cmd.ExtraFiles = ends.theirs[2:]
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start Python: %w", err), ends.closeOurs())
	}
	proc.pid, proc.lifeline = cmd.Process.Pid, ends.lifeline
	proc.cells, proc.questions = newConn(ends.ours[2]), newConn(ends.ours[3])
	for i, name := range []string{"stdout", "stderr"} {
		s := newStream(mark, func(n int64) { proc.order.pass(i, n) }, func(text string) { h.Stream(name, text) })
		proc.readers.Go(func() {
			s.copyFrom(ends.ours[i])
			proc.order.end(i)
		})
	}
	proc.readers.Go(proc.hear)
	proc.readers.Go(proc.hearAnswers)
	go proc.watch(cmd, ends)
	return proc, nil
}

// ends are the descriptors between kernel and process: stdout, stderr, cells, questions, lifeline.
type ends struct {
	ours     [4]*pipe.Reader
	theirs   []*os.File
	lifeline *os.File
}

func (e *ends) open() error {
	for i, open := range []func(string) (*pipe.Reader, *os.File, error){pipe.New, pipe.New, pipe.Socket, pipe.Socket} {
		ours, theirs, err := open([]string{"python stdout", "python stderr", "python cells", "python questions"}[i])
		if err != nil {
			return err
		}
		e.ours[i], e.theirs = ours, append(e.theirs, theirs)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make pipe %q: %w", "python lifeline", err)
	}
	e.lifeline, e.theirs = w, append(e.theirs, r)
	return nil
}

func (e *ends) closeTheirs() {
	for _, f := range e.theirs {
		_ = f.Close()
	}
}

func (e *ends) closeOurs() error {
	var errs []error
	for _, r := range e.ours {
		if r != nil {
			errs = append(errs, r.Close())
		}
	}
	if e.lifeline != nil {
		errs = append(errs, e.lifeline.Close())
	}
	return errors.Join(errs...)
}

// watch waits for the process's end and takes along what it has left behind.
func (p *Process) watch(cmd *exec.Cmd, e ends) {
	_ = cmd.Wait() // repeats the exit status, which is read from the state
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	_ = p.lifeline.Close()
	for _, r := range e.ours {
		r.Release(quiet, limit)
	}
	p.readers.Wait()
	for _, r := range e.ours {
		_ = r.Close()
	}
	p.mu.Lock()
	p.exit = exitOf(cmd.ProcessState)
	open := p.answers
	p.answers = nil
	p.mu.Unlock()
	for _, answer := range open {
		close(answer)
	}
	closeOnce(p.hello)
	closeOnce(p.ready)
	close(p.gone)
}

// closeOnce closes a channel that only one goroutine at a time closes.
func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

// hear reads the channel of cells to its end.
func (p *Process) hear() {
	defer p.order.hush()
	for {
		m, err := p.cells.read()
		if err != nil {
			return
		}
		p.order.message(m.Sync, func() { p.take(m) })
	}
}

func (p *Process) take(m incoming) {
	switch m.Type {
	case "publish":
		var published Published
		if json.Unmarshal(m.line, &published) == nil {
			published.Data = m.data
			p.handler.Publish(published)
		}
	case "done":
		var done Done
		if json.Unmarshal(m.line, &done) == nil {
			p.finish(m.Re, done)
		}
	case "input":
		var asked struct {
			Prompt   string `json:"prompt"`
			Password bool   `json:"password"`
		}
		if json.Unmarshal(m.line, &asked) == nil {
			p.handler.Input(asked.Prompt, asked.Password)
		}
	case "ask":
		asked := Asked{process: p}
		if json.Unmarshal(m.line, &asked) == nil {
			p.handler.Ask(asked)
		}
	case "hello", "ready":
		p.mu.Lock()
		if m.Type == "hello" {
			_ = json.Unmarshal(m.line, &p.greeting) // what is missing stays empty
			closeOnce(p.hello)
		} else {
			_ = json.Unmarshal(m.line, &p.shell)
			p.isReady = true
			closeOnce(p.ready)
		}
		p.mu.Unlock()
	}
}

func (p *Process) finish(id int64, done Done) {
	p.mu.Lock()
	call := p.done[id]
	delete(p.done, id)
	p.mu.Unlock()
	if call != nil {
		call(done)
	}
}

// hearAnswers reads the channel of questions to its end.
func (p *Process) hearAnswers() {
	for {
		m, err := p.questions.read()
		if err != nil {
			return
		}
		var reply struct {
			Reply json.RawMessage `json:"reply"`
		}
		if json.Unmarshal(m.line, &reply) != nil {
			continue
		}
		p.mu.Lock()
		answer := p.answers[m.Re]
		delete(p.answers, m.Re)
		p.mu.Unlock()
		if answer != nil {
			answer <- reply.Reply
		}
	}
}

// Hello waits for the process to introduce itself; false when it has ended before.
func (p *Process) Hello(ctx context.Context) (Hello, bool) {
	select {
	case <-p.hello:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.greeting, p.greeting.Version != ""
}

// Ready waits until cells can run; false when the process has ended before.
func (p *Process) Ready(ctx context.Context) (Ready, bool) {
	select {
	case <-p.ready:
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shell, p.isReady
}

// Gone is closed when the process has ended and all it has printed was passed on.
func (p *Process) Gone() <-chan struct{} { return p.gone }

// Exit is how the process ended; valid after Gone is closed.
func (p *Process) Exit() Exit {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exit
}

// PID is the id of the process and of its group.
func (p *Process) PID() int { return p.pid }
