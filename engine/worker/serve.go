package worker

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"
)

// serve reads the control channel until it ends, then brings everything that depends on the worker to its end.
func (w *Worker) serve() {
	err := w.readAll()
	if errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) {
		err = nil
	}
	// From here on nobody reports exits, so no child can be left running.
	w.killChildren()
	if err == nil && w.parted() {
		w.copies.Wait()
		_ = w.conn.Close()
		w.finish(errParted)
		return
	}
	if err != nil {
		signalGroup(w.proc.pid, syscall.SIGKILL)
	}
	w.awaitEnd(stopGrace)
	signalGroup(w.proc.pid, syscall.SIGKILL) // what the worker itself has left behind
	w.copies.Wait()
	_ = w.conn.Close()
	w.finish(w.death(err))
}

var errParted = errors.New("the worker was told to stop")

// parted says whether the worker has ended as far as we are concerned: it was told to stop, and has closed its channel.
func (w *Worker) parted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closing && w.proc.parts
}

func (w *Worker) readAll() error {
	for {
		m, err := w.conn.Read()
		if err != nil {
			return err
		}
		if err := w.dispatch(m); err != nil {
			return err
		}
	}
}

// dispatch handles one message; an error ends the worker.
func (w *Worker) dispatch(m Message) error {
	switch {
	case m.Re != nil:
		w.answer(*m.Re, m)
		return nil
	case m.Type == "exited":
		return w.childExited(m)
	case m.Type == "error":
		return &RefusedError{Request: "go on", Message: messageOf(m)}
	default:
		return w.conn.Write(errorMessage{
			Type: "error", Re: m.ID, Kind: KindProtocol, Message: fmt.Sprintf("unknown message type %q", m.Type),
		})
	}
}

// answer hands a reply to who waits for it. A reply nobody asked for is ignored.
func (w *Worker) answer(id int64, m Message) {
	w.mu.Lock()
	reply := w.pending[id]
	delete(w.pending, id)
	w.mu.Unlock()
	if reply != nil {
		reply(m, nil)
	}
}

func (w *Worker) childExited(m Message) error {
	var e struct {
		PID    int     `json:"pid"`
		Code   int     `json:"code"`
		Signal int     `json:"signal"`
		MaxRSS int64   `json:"max_rss_kb"`
		User   float64 `json:"user_seconds"`
		System float64 `json:"system_seconds"`
	}
	if err := m.Decode(&e); err != nil {
		return err
	}
	w.mu.Lock()
	child := w.children[e.PID]
	delete(w.children, e.PID)
	w.mu.Unlock()
	if child != nil {
		child.end(Exit{
			Code: e.Code, Signal: syscall.Signal(e.Signal), MaxRSS: e.MaxRSS << 10,
			User: seconds(e.User), System: seconds(e.System),
		})
	}
	return nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// request sends a message that bears the returned id; reply is called once, from another goroutine.
func (w *Worker) request(send func(id int64) error, reply func(Message, error)) error {
	w.mu.Lock()
	if w.ended != nil {
		w.mu.Unlock()
		return w.ended
	}
	w.nextID++
	id := w.nextID
	w.pending[id] = reply
	w.mu.Unlock()
	err := send(id)
	if err == nil {
		return nil
	}
	w.mu.Lock()
	_, ours := w.pending[id]
	delete(w.pending, id)
	w.mu.Unlock()
	if !ours {
		return nil // the end of the worker was quicker and calls reply
	}
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, os.ErrClosed) {
		<-w.done // the channel is broken, so the end is near and says more
		return w.ended
	}
	return err
}

func (w *Worker) killChildren() {
	w.mu.Lock()
	children := slices.Collect(maps.Values(w.children))
	clear(w.children)
	w.mu.Unlock()
	for _, c := range children {
		c.Signal(syscall.SIGKILL)
		c.end(Exit{Lost: true})
	}
}

// finish fails what still waits and makes the end known.
func (w *Worker) finish(why error) {
	w.mu.Lock()
	w.ended = why
	waiting := slices.Collect(maps.Values(w.pending))
	clear(w.pending)
	w.mu.Unlock()
	for _, reply := range waiting {
		reply(Message{}, why)
	}
	close(w.done)
}
