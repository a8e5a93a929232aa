package wire

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

const (
	handshakeLimit = 10 * time.Second // for a peer to introduce itself
	queueLimit     = 64 << 20         // bytes that may wait for a peer
	patience       = 10 * time.Second // for a peer that doesn't read to make room in its queue
)

var errClosed = errors.New("connection is closed")

// Peer is one frontend's connection to one socket.
type Peer struct {
	guard *guard
	zmtp  *zmq4.Conn

	mu     sync.Mutex // guards the rest
	queue  []outgoing
	bytes  int
	closed bool
	wake   chan struct{}   // has room for one: something is in the queue, or the peer is closed
	room   *sync.Cond      // the queue became shorter, or the peer is closed
	topics map[string]bool // of a subscriber
}

// outgoing is a message or, where pong is set, the answer to a PING.
type outgoing struct {
	frames [][]byte
	pong   bool
}

// meet shakes hands. A handshake that makes zmq4 panic is a failed one.
func meet(conn net.Conn, kind zmq4.SocketType, limits Limits) (p *Peer, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("shake hands: %v", value)
		}
	}()
	g := newGuard(conn, limits)
	if err := conn.SetDeadline(time.Now().Add(handshakeLimit)); err != nil {
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	z, err := zmq4.Open(g, null.Security(), kind, nil, true, nil)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("shake hands: %w", err)
	}
	p = &Peer{guard: g, zmtp: z, wake: make(chan struct{}, 1), topics: map[string]bool{}}
	p.room = sync.NewCond(&p.mu)
	g.ready = true
	g.onPing = p.answerPing
	return p, nil
}

// Identity is the name the frontend gave itself on this socket, empty if none.
func (p *Peer) Identity() string { return p.zmtp.Peer.Meta["Identity"] }

// Send queues a message. It waits only where the queue is full; a peer that then doesn't read for long is dropped.
func (p *Peer) Send(frames [][]byte) error {
	size := 0
	for _, f := range frames {
		size += len(f)
	}
	p.mu.Lock()
	if p.bytes > queueLimit {
		timer := time.AfterFunc(patience, p.Close)
		for p.bytes > queueLimit && !p.closed {
			p.room.Wait()
		}
		timer.Stop()
	}
	p.bytes += size
	p.mu.Unlock()
	if !p.enqueue(outgoing{frames: frames}) {
		return errClosed
	}
	return nil
}

// answerPing queues a PONG. Who asks faster than it reads is not answered every time.
func (p *Peer) answerPing(context []byte) {
	p.mu.Lock()
	waiting := len(p.queue)
	p.mu.Unlock()
	if waiting < 64 {
		p.enqueue(outgoing{frames: [][]byte{context}, pong: true})
	}
}

func (p *Peer) enqueue(o outgoing) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.queue = append(p.queue, o)
	p.signal()
	return true
}

func (p *Peer) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Close ends the connection.
func (p *Peer) Close() {
	p.mu.Lock()
	p.closed = true
	p.signal()
	p.room.Broadcast()
	p.mu.Unlock()
	_ = p.guard.Conn.Close()
}

// Closed says whether the connection has ended.
func (p *Peer) Closed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// write sends what is queued until the peer is closed; what is queued at a close by [Peer.finish] still goes out.
func (p *Peer) write() {
	defer p.Close()
	for range p.wake {
		p.mu.Lock()
		batch, closed := p.queue, p.closed
		p.queue, p.bytes = nil, 0
		p.room.Broadcast()
		p.mu.Unlock()
		for _, o := range batch {
			if err := p.sendOne(o); err != nil {
				return
			}
		}
		if p.guard.w.Flush() != nil || closed {
			return
		}
	}
}

func (p *Peer) sendOne(o outgoing) error {
	if o.pong {
		return p.zmtp.SendCmd(zmq4.CmdPong, o.frames[0])
	}
	return p.zmtp.SendMsg(zmq4.NewMsgFrom(o.frames...))
}

// finish lets the queue go out, then closes.
func (p *Peer) finish() {
	p.mu.Lock()
	p.closed = true
	p.signal()
	p.mu.Unlock()
	_ = p.guard.SetDeadline(time.Now().Add(time.Second))
}

// subscribe takes a subscription message: 1 or 0 and the topic. It tells whether the topic is new.
func (p *Peer) subscribe(frame []byte) (topic string, added bool) {
	if len(frame) == 0 || frame[0] > 1 {
		return "", false
	}
	topic = string(frame[1:])
	p.mu.Lock()
	defer p.mu.Unlock()
	if frame[0] == 0 {
		delete(p.topics, topic)
		return topic, false
	}
	added = !p.topics[topic] && len(p.topics) < maxTopics
	if added {
		p.topics[topic] = true
	}
	return topic, added
}

const maxTopics = 1000
