package debugger

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
)

// process is one debugged process, as its connection.
type process struct {
	conn    net.Conn
	in      *bufio.Reader
	main    bool          // it runs plain cells
	ended   chan struct{} // closed when nothing comes any more
	hear    func(p *process, event message)
	scopes  map[int64]bool         // its own numbers of lists of a frame's variables; guarded by the Debugger
	writing sync.Mutex             // keeps messages whole and in order
	mu      sync.Mutex             // guards the rest
	next    int64                  // number of the next request
	waiting map[int64]chan message // nil when the process has ended
}

func newProcess(conn net.Conn, hear func(*process, message)) *process {
	return &process{
		conn: conn, in: bufio.NewReader(conn), hear: hear, ended: make(chan struct{}), scopes: map[int64]bool{}, waiting: map[int64]chan message{},
	}
}

// read reads to the end of the connection.
func (p *process) read() {
	defer close(p.ended)
	defer p.hangUp()
	for {
		m, err := readMessage(p.in)
		if err != nil {
			return
		}
		switch m.Type {
		case "response":
			p.mu.Lock()
			answer := p.waiting[m.RequestSeq]
			delete(p.waiting, m.RequestSeq)
			p.mu.Unlock()
			if answer != nil {
				answer <- m
			}
		case "event":
			p.hear(p, m)
		}
	}
}

// hangUp ends the connection: the process goes on without a debugger.
func (p *process) hangUp() {
	_ = p.conn.Close()
	p.mu.Lock()
	waiting := p.waiting
	p.waiting = nil
	p.mu.Unlock()
	for _, answer := range waiting {
		close(answer)
	}
}

// send sends a request; its response will be on the channel, which is closed when the process ends first. Requests arrive in the order of the calls.
func (p *process) send(command string, arguments any) <-chan message {
	answer := make(chan message, 1)
	p.writing.Lock()
	defer p.writing.Unlock()
	p.mu.Lock()
	if p.waiting == nil {
		p.mu.Unlock()
		close(answer)
		return answer
	}
	p.next++
	seq := p.next
	p.waiting[seq] = answer
	p.mu.Unlock()
	if err := writeMessage(p.conn, message{Seq: seq, Type: "request", Command: command, Arguments: arguments}); err != nil {
		p.hangUp()
	}
	return answer
}

// call sends a request and waits for its response.
func (p *process) call(ctx context.Context, command string, arguments any) (json.RawMessage, error) {
	return await(ctx, p.send(command, arguments))
}

// await waits for a response.
func await(ctx context.Context, answer <-chan message) (json.RawMessage, error) {
	select {
	case m, ok := <-answer:
		if !ok {
			return nil, errGone
		}
		if m.Success == nil || !*m.Success {
			return nil, errors.New(m.Message)
		}
		return m.Body, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
