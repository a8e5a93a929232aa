package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/python"
)

// pythonRunner runs plain cells. It keeps one Python process, and starts another when that dies.
type pythonRunner struct {
	ctx     context.Context // the kernel's life
	program func(ctx context.Context) (python.Program, error)
	server  *server

	mu      sync.Mutex // guards the rest
	process *python.Process
	failure error // why there is none
	closed  bool
	running bool // a cell runs: it tells of the process's death itself
	watched sync.WaitGroup
}

func newPythonRunner(ctx context.Context, program func(context.Context) (python.Program, error), s *server) *pythonRunner {
	return &pythonRunner{ctx: ctx, program: program, server: s}
}

// voice is what a process says, on its way to the frontends.
type voice struct{ s *server }

func (v voice) Stream(name, text string)           { v.s.Stream(name, text) }
func (v voice) Publish(p python.Published)         { v.s.fromPython(p) }
func (v voice) Ask(q python.Asked)                 { go v.s.tell(q) }
func (v voice) Input(prompt string, password bool) { v.s.requestInput(prompt, password) }

// start starts a process unless one is there.
func (r *pythonRunner) start() (*python.Process, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process != nil || r.closed {
		return r.process, r.failure
	}
	program, err := r.program(r.ctx)
	if err == nil {
		r.process, err = python.Start(program, voice{r.server})
	}
	r.failure = err
	if err != nil {
		return nil, err
	}
	p := r.process
	r.watched.Go(func() { r.watch(p) })
	return p, nil
}

// watch waits for the end of a process and starts the next one. One that died before it could run a cell would only die again: the next cell tries.
func (r *pythonRunner) watch(p *python.Process) {
	_, came := p.Ready(r.ctx)
	<-p.Gone()
	r.mu.Lock()
	r.process = nil
	closed, running := r.closed, r.running
	r.mu.Unlock()
	if closed {
		return
	}
	r.server.comms.clear()
	if came {
		if !running {
			r.server.Stream("stderr", died(p)+"\n")
		}
		_, _ = r.start() // the next cell says what is wrong
		r.server.debug.Restarted(r.ctx)
	}
}

func died(p *python.Process) string {
	return fmt.Sprintf("the Python process %s; it is started again, without the variables it had", p.Exit())
}

// Claims every cell: what is nothing else is Python.
func (r *pythonRunner) Claims(string) bool { return true }

// Run runs a cell in the process.
func (r *pythonRunner) Run(ctx context.Context, c cells.Cell, out cells.Output) cells.Outcome {
	p, err := r.start()
	if err != nil {
		return cells.Failed(out, "NoPython", err.Error())
	}
	if p == nil {
		return cells.Failed(out, "KernelError", "the kernel is being shut down")
	}
	r.setRunning(true)
	defer r.setRunning(false)
	parent, err := json.Marshal(map[string]json.RawMessage{"header": c.Parent})
	if err != nil {
		return cells.Failed(out, "KernelError", err.Error())
	}
	done, err := p.Run(ctx, python.Cell{
		Code: plain(c.Code), Silent: c.Silent, StoreHistory: c.StoreHistory, AllowStdin: c.AllowStdin,
		Count: c.Count, Expressions: c.Expressions, Parent: parent, File: r.server.cellFile(ctx, p, c.Code),
	})
	switch {
	case errors.Is(err, python.ErrGone) && ctx.Err() != nil:
		return cells.Failed(out, "KernelError", "the kernel is being shut down")
	case err != nil:
		return cells.Failed(out, "PythonDied", died(p))
	}
	return cells.Outcome{
		Status: done.Status, Name: done.Name, Value: done.Value, Traceback: done.Traceback, Payload: done.Payload, Expressions: done.Expressions,
	}
}

// plain takes away the magic by which a cell says that it is Python, where others would be something else. Its line stays, so that lines keep their numbers.
func plain(code string) string {
	if first, rest, more := strings.Cut(code, "\n"); more && strings.TrimSpace(first) == "%%py" {
		return "#" + strings.TrimSpace(first) + "\n" + rest
	}
	return code
}

func (r *pythonRunner) setRunning(running bool) {
	r.mu.Lock()
	r.running = running
	r.mu.Unlock()
}

// Interrupt interrupts the cell; asked again, it kills what the cell has started.
func (r *pythonRunner) Interrupt(again bool) {
	r.mu.Lock()
	p := r.process
	r.mu.Unlock()
	switch {
	case p == nil:
	case again:
		p.InterruptHard()
	default:
		p.Interrupt()
	}
}

// Answer asks the process.
func (r *pythonRunner) Answer(ctx context.Context, q cells.Question) (json.RawMessage, error) {
	p := r.there()
	if p == nil {
		return nil, python.ErrGone
	}
	return p.Ask(ctx, q.Kind, python.Question{Code: q.Code, Cursor: q.Cursor, Detail: q.Detail})
}

// there is the process, nil when there is none.
func (r *pythonRunner) there() *python.Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.process
}

// close ends the process and all it has started.
func (r *pythonRunner) close() {
	r.mu.Lock()
	r.closed = true
	p := r.process
	r.mu.Unlock()
	if p != nil {
		p.Close()
	}
	r.watched.Wait()
}
