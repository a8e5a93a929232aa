package python

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"syscall"
)

// ErrGone is the answer of a process that has ended.
var ErrGone = errors.New("the Python process has ended")

// Run runs a cell and waits for its end. What it shows goes to the handler, all of it before Run returns. It returns [ErrGone] when the process ends first.
func (p *Process) Run(ctx context.Context, c Cell) (Done, error) {
	if _, ok := p.Ready(ctx); !ok {
		<-p.gone
		return Done{}, ErrGone
	}
	return p.call(func(id int64) error { return p.cells.write("execute", id, c, nil) })
}

// Comm gives the process a message about a comm and waits until it has been dealt with.
func (p *Process) Comm(ctx context.Context, c Comm) error {
	if _, ok := p.Ready(ctx); !ok {
		return ErrGone
	}
	_, err := p.call(func(id int64) error { return p.cells.write("comm", id, c, c.Data) })
	return err
}

func (p *Process) call(send func(id int64) error) (Done, error) {
	finished := make(chan Done, 1)
	p.mu.Lock()
	p.next++
	id := p.next
	p.done[id] = func(d Done) { finished <- d }
	p.mu.Unlock()
	if err := send(id); err != nil {
		<-p.gone // why it can't be told is how it ended
		return Done{}, ErrGone
	}
	select {
	case d := <-finished:
		return d, nil
	case <-p.gone:
	}
	select {
	case d := <-finished: // its last word
		return d, nil
	default:
		return Done{}, ErrGone
	}
}

// Question is something that is answered while a cell runs: "complete", "inspect" or "is_complete".
type Question struct {
	Code   string `json:"code"`
	Cursor int    `json:"cursor"`
	Detail int    `json:"detail"`
}

// Ask asks, and returns the answer as the reply's content has it. q is a [Question], or what the debugger asks.
func (p *Process) Ask(ctx context.Context, kind string, q any) (json.RawMessage, error) {
	if _, ok := p.Ready(ctx); !ok {
		return nil, ErrGone
	}
	answer := make(chan json.RawMessage, 1)
	p.mu.Lock()
	if p.answers == nil {
		p.mu.Unlock()
		return nil, ErrGone
	}
	p.next++
	id := p.next
	p.answers[id] = answer
	p.mu.Unlock()
	if err := p.questions.write(kind, id, q, nil); err != nil {
		return nil, err
	}
	select {
	case reply, ok := <-answer:
		if !ok {
			return nil, ErrGone
		}
		return checked(reply)
	case <-ctx.Done():
		p.mu.Lock()
		delete(p.answers, id)
		p.mu.Unlock()
		return nil, ctx.Err()
	}
}

func checked(reply json.RawMessage) (json.RawMessage, error) {
	var failure struct {
		Failed string `json:"failed"`
	}
	if err := json.Unmarshal(reply, &failure); err != nil {
		return nil, fmt.Errorf("answer of the Python process: %w", err)
	}
	if failure.Failed != "" {
		return nil, errors.New(failure.Failed)
	}
	return reply, nil
}

// Answer gives the process what the user has typed.
func (p *Process) Answer(value string) error {
	return p.questions.write("input", 0, map[string]string{"value": value}, nil)
}

// Refuse tells the process that nobody will type anything.
func (p *Process) Refuse(reason string) error {
	return p.questions.write("input", 0, map[string]string{"reason": reason}, nil)
}

// Interrupt interrupts the running cell and the processes it has started.
func (p *Process) Interrupt() { p.signal(-p.pid, syscall.SIGINT) }

// InterruptHard ends the processes the cell has started, which did not heed an interrupt, and interrupts the cell again.
func (p *Process) InterruptHard() {
	for _, pid := range others(p.pid) {
		p.signal(pid, syscall.SIGKILL)
	}
	p.Interrupt()
}

func (p *Process) signal(pid int, sig syscall.Signal) {
	select {
	case <-p.gone:
	default:
		if p.pid > 1 {
			_ = syscall.Kill(pid, sig) // it may be ending right now
		}
	}
}

// Close ends the process with all its group and waits for the end.
func (p *Process) Close() {
	p.signal(-p.pid, syscall.SIGKILL)
	<-p.gone
}
