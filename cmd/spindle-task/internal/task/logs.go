package task

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// How often output is sent: soon after it came, and less often the longer the task has been running, so that a day of it makes no thousands of pieces.
const (
	firstPace  = time.Second
	lastPace   = 30 * time.Second
	paceShare  = 60 // of the time since the beginning
	firstDelay = 200 * time.Millisecond
	pieceSize  = 1 << 20 // is sent at once
)

// logs sends the output of a step in pieces.
type logs struct {
	client *objects.Client
	paths  remote.Paths
	now    func() time.Time
	begun  time.Time
	out    io.Writer // of the container
	err    io.Writer

	mu      sync.Mutex
	waiting [2][]byte     // guarded by mu: of stdout and stderr
	full    chan struct{} // has an entry when there is something to send soon
	stop    chan struct{}
	done    chan struct{}

	// Of the sender alone.
	sending [2][]byte // a piece that could not be sent yet
	sent    remote.Pieces
	fault   error
}

func newLogs(h *helper) *logs {
	l := &logs{
		client: h.client, paths: h.paths, now: h.Now, begun: h.Now(), out: h.Stdout, err: h.Stderr,
		full: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go l.send()
	return l
}

// line adds a line, which is shown in the container's own log, too.
func (l *logs) line(s compute.Stream, at time.Time, text []byte) {
	w := l.out
	if s == compute.Stderr {
		w = l.err
	}
	_, _ = w.Write(append(text[:len(text):len(text)], '\n')) // who does not keep the container's log does not want it
	l.add(s, func(piece []byte) []byte { return remote.AppendLine(piece, at, text) })
}

func (l *logs) truncated(s compute.Stream, at time.Time) {
	l.add(s, func(piece []byte) []byte { return remote.AppendTruncated(piece, at) })
}

func (l *logs) add(s compute.Stream, to func([]byte) []byte) {
	l.mu.Lock()
	empty := len(l.waiting[0])+len(l.waiting[1]) == 0
	i := index(s)
	l.waiting[i] = to(l.waiting[i])
	soon := empty || len(l.waiting[i]) >= pieceSize
	l.mu.Unlock()
	if soon {
		select {
		case l.full <- struct{}{}:
		default:
		}
	}
}

func index(s compute.Stream) int {
	if s == compute.Stderr {
		return 1
	}
	return 0
}

// send sends what has come, until stop is closed.
func (l *logs) send() {
	defer close(l.done)
	last := time.Time{}
	for {
		select {
		case <-l.stop:
			return
		case <-l.full:
		}
		if !l.pause(last) {
			return
		}
		last = l.now()
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		l.fault = l.flush(ctx)
		cancel()
		if l.fault != nil {
			select { // what is kept is tried again
			case l.full <- struct{}{}:
			default:
			}
		}
	}
}

// pause waits until it is time to send; it is false when there is to be an end.
func (l *logs) pause(last time.Time) bool {
	wait := firstDelay
	if pace := min(max(l.now().Sub(l.begun)/paceShare, firstPace), lastPace); !last.IsZero() {
		wait = max(wait, pace-l.now().Sub(last))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case <-l.stop:
			return false
		case <-timer.C:
			return true
		case <-l.full:
			l.mu.Lock()
			much := len(l.waiting[0]) >= pieceSize || len(l.waiting[1]) >= pieceSize
			l.mu.Unlock()
			if much {
				return true
			}
		}
	}
}

// flush sends what is there.
func (l *logs) flush(ctx context.Context) error {
	l.mu.Lock()
	for i := range l.sending {
		if len(l.sending[i]) == 0 {
			l.sending[i], l.waiting[i] = l.waiting[i], nil
		}
	}
	l.mu.Unlock()
	return errors.Join(
		l.piece(ctx, compute.Stdout, &l.sending[0], &l.sent.Stdout),
		l.piece(ctx, compute.Stderr, &l.sending[1], &l.sent.Stderr))
}

// piece sends one piece, which is kept as it is until that has worked.
func (l *logs) piece(ctx context.Context, s compute.Stream, data *[]byte, n *int) error {
	if len(*data) == 0 {
		return nil
	}
	if err := l.client.Put(ctx, l.paths.Log(s, *n), *data, objects.PutOptions{}); err != nil {
		return fmt.Errorf("send %s: %w", s, err)
	}
	*data = nil
	*n++
	return nil
}

// end sends the rest and says how many pieces there are. No line may come after it.
func (l *logs) end(ctx context.Context) (remote.Pieces, error) {
	close(l.stop)
	<-l.done
	for range 2 { // a piece that waits to be sent again, and what came after it
		if l.fault = l.flush(ctx); l.fault != nil {
			break
		}
	}
	return l.sent, l.fault
}
