package wire

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// Kind is what a socket is for.
type Kind int

// The sockets of a kernel: Router for shell, control and stdin, Publisher for iopub, Echo for the heartbeat.
const (
	Router Kind = iota
	Publisher
	Echo
)

func (k Kind) zmq() zmq4.SocketType {
	return [...]zmq4.SocketType{Router: zmq4.Router, Publisher: zmq4.XPub, Echo: zmq4.Rep}[k]
}

// maxPeers is how many connections a socket keeps at a time.
const maxPeers = 512

// Socket is a listening socket with its connections.
type Socket struct {
	kind     Kind
	limits   Limits
	listener net.Listener
	receive  func(*Peer, [][]byte)
	welcome  func(p *Peer, topic string)
	left     func(p *Peer)
	running  sync.WaitGroup

	mu     sync.Mutex // guards the rest
	peers  map[*Peer]bool
	coming map[net.Conn]bool // shaking hands
	closed bool
}

// Options configure [Listen].
type Options struct {
	Kind   Kind
	Limits Limits
	// Receive gets each message of a router, one at a time for each peer. It may keep the frames.
	Receive func(p *Peer, frames [][]byte)
	// Welcome is told of each new subscription of a publisher.
	Welcome func(p *Peer, topic string)
	// Left is told of the end of each peer's connection.
	Left func(p *Peer)
}

// Listen opens a socket.
func Listen(network, address string, opts Options) (*Socket, error) {
	if network == "unix" {
		if err := removeStale(address); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return nil, fmt.Errorf("listen for frontends: %w", err)
	}
	if network == "unix" {
		// Whoever may connect may only do so with the user's rights.
		if err := os.Chmod(address, 0o600); err != nil {
			return nil, errors.Join(fmt.Errorf("listen for frontends: %w", err), listener.Close())
		}
	}
	s := &Socket{kind: opts.Kind, limits: opts.Limits, listener: listener, receive: opts.Receive, welcome: opts.Welcome, left: opts.Left, peers: map[*Peer]bool{}, coming: map[net.Conn]bool{}}
	s.running.Go(s.accept)
	return s, nil
}

// removeStale takes away the socket file of a kernel that was killed; anything else at its place stays and is an error.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return nil // Listen says what is wrong
	}
	if conn, err := net.Dial("unix", path); err == nil {
		_ = conn.Close()
		return fmt.Errorf("listen for frontends: somebody listens at %q", path)
	}
	return os.Remove(path)
}

// Addr is where the socket listens.
func (s *Socket) Addr() net.Addr { return s.listener.Addr() }

func (s *Socket) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		s.running.Go(func() { s.serve(conn) })
	}
}

// serve is the life of one connection.
func (s *Socket) serve(conn net.Conn) {
	if !s.greet(conn) {
		_ = conn.Close()
		return
	}
	p, err := meet(conn, s.kind.zmq(), s.limits)
	if !s.add(conn, p, err) {
		_ = conn.Close()
		return
	}
	s.running.Go(p.write)
	defer s.remove(p)
	for {
		msg, err := p.zmtp.RecvMsg()
		if err != nil {
			return
		}
		s.take(p, msg.Frames)
	}
}

func (s *Socket) take(p *Peer, frames [][]byte) {
	switch {
	case s.kind == Echo:
		_ = p.Send(frames) // a peer that is gone needs no answer
	case s.kind == Publisher && len(frames) == 1:
		if topic, added := p.subscribe(frames[0]); added && s.welcome != nil {
			s.welcome(p, topic)
		}
	case s.kind == Router:
		s.receive(p, frames)
	}
}

// greet notes a connection that is going to shake hands.
func (s *Socket) greet(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.peers)+len(s.coming) >= maxPeers {
		return false
	}
	s.coming[conn] = true
	return true
}

// add makes the connection a peer, if it has introduced itself.
func (s *Socket) add(conn net.Conn, p *Peer, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.coming, conn)
	if err != nil || s.closed {
		return false
	}
	s.peers[p] = true
	return true
}

func (s *Socket) remove(p *Peer) {
	p.Close()
	s.mu.Lock()
	delete(s.peers, p)
	s.mu.Unlock()
	if s.left != nil {
		s.left(p)
	}
}

// Find returns a peer by the identity it gave itself, nil if there is none.
func (s *Socket) Find(identity string) *Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.peers {
		if identity != "" && p.Identity() == identity {
			return p
		}
	}
	return nil
}

// Publish sends frames, the first of which is the topic, to everyone who has subscribed to it.
func (s *Socket) Publish(frames [][]byte) {
	for _, p := range s.subscribers(string(frames[0])) {
		_ = p.Send(frames) // a peer that is gone misses nothing
	}
}

func (s *Socket) subscribers(topic string) []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*Peer
	for p := range s.peers {
		if p.wants(topic) {
			found = append(found, p)
		}
	}
	return found
}

func (p *Peer) wants(topic string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for t := range p.topics {
		if strings.HasPrefix(topic, t) {
			return true
		}
	}
	return false
}

// Close sends what is queued, ends all connections and waits for their end.
func (s *Socket) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for p := range s.peers {
		p.finish()
	}
	for conn := range s.coming {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}
