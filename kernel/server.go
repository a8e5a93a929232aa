package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/debugger"
	"github.com/spindle-flow/spindle/kernel/python"
	"github.com/spindle-flow/spindle/kernel/wire"
)

// Options configure [Serve].
type Options struct {
	Connection wire.Connection
	// Python says how to start the Python process; it is asked again when the process has died.
	Python  func(ctx context.Context) (python.Program, error)
	Version string           // of the kernel
	User    string           // for headers
	Now     func() time.Time // for headers
	NewID   func() string    // never gives the same twice
	Log     func(line string)
	// Temp is where a folder for the cells that are debugged may be made.
	Temp string
	// Sources are files that a user may want to debug, beside those of modules; nil for none.
	Sources func() []string
	// Runners are offered each cell before plain Python is.
	Runners []cells.Runner
	// Asked answers what Python asks while a cell runs; nil refuses.
	Asked func(ctx context.Context, question json.RawMessage) (any, error)
}

// server is a running kernel.
type server struct {
	opts    Options
	session string
	codec   *wire.Codec
	wires   *wire.Wires
	python  *pythonRunner
	runners []cells.Runner
	queue   *queue
	asked   chan *request // to be answered whatever runs
	stop    context.CancelFunc
	debug   *debugger.Debugger
	debugs  chan *request // to be answered by debug, in order
	history history
	comms   commTable

	mu      sync.Mutex // guards the rest
	count   int        // of the next cell that is counted
	current *request   // the cell that runs
	last    *request   // the cell that ran last: what is printed in between belongs to it
	runner  cells.Runner
	asking  string // identity of the frontend that is to type something
	pressed int    // interrupts of the current cell
	// debugger is the header of the last request to the debugger: what it tells belongs to that.
	debugger json.RawMessage
}

// Serve listens where the connection file says, and returns when a frontend has asked for shutdown or the context ends.
func Serve(ctx context.Context, opts Options) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := &server{
		opts: opts, session: opts.NewID(), codec: wire.NewCodec(opts.Connection.Key), stop: stop,
		queue: newQueue(), asked: make(chan *request, 1024), count: 1,
		debugs: make(chan *request, 1024),
	}
	s.debug = newDebugger(s)
	s.python = newPythonRunner(ctx, opts.Python, s)
	s.runners = append(append([]cells.Runner{}, opts.Runners...), s.python)
	wires, err := wire.Open(opts.Connection, wire.Handlers{
		Shell: s.onShell, Control: s.onControl, Stdin: s.onStdin, Subscribed: s.welcome, Left: func(p *wire.Peer) { s.debug.Left(ctx, p) },
	})
	if err != nil {
		return err
	}
	s.wires = wires
	s.status("starting", nil)
	s.python.start()
	var running sync.WaitGroup
	running.Go(func() { s.work(ctx) })
	running.Go(func() { s.attend(ctx) })
	running.Go(func() { s.debugAll(ctx) })
	<-ctx.Done()
	s.queue.close()
	s.python.close()
	s.debug.Close()
	running.Wait()
	wires.Close()
	return nil
}

// request is a message to be answered, and the way back.
type request struct {
	peer    *wire.Peer
	msg     *wire.Message
	aborted bool // guarded by the queue
}

func (s *server) decode(p *wire.Peer, frames [][]byte) *request {
	msg, err := s.codec.Decode(frames)
	if err != nil {
		s.opts.Log(fmt.Sprintf("a message was refused: %v", err))
		return nil
	}
	return &request{peer: p, msg: msg}
}

func (s *server) onShell(p *wire.Peer, frames [][]byte) {
	req := s.decode(p, frames)
	if req == nil {
		return
	}
	switch req.msg.Header.Type {
	case "execute_request", "comm_open", "comm_msg", "comm_close":
		s.queue.push(req)
	case "shutdown_request", "interrupt_request", "debug_request":
		s.control(req)
	default:
		s.ask(req)
	}
}

// ask queues a request to be answered. Who asks faster than can be answered waits, but never longer than the kernel lives.
func (s *server) ask(req *request) { s.asked <- req }

func (s *server) onControl(p *wire.Peer, frames [][]byte) {
	if req := s.decode(p, frames); req != nil {
		s.control(req)
	}
}

// attend answers what needs no turn.
func (s *server) attend(ctx context.Context) {
	for {
		select {
		case req := <-s.asked:
			s.bracket(req, func() { s.answer(ctx, req) })
		case <-ctx.Done():
			return
		}
	}
}

// bracket says busy before and idle after. Where a cell runs meanwhile, frontends are reminded that the kernel is still busy with it.
func (s *server) bracket(req *request, do func()) {
	s.status("busy", req.msg.Raw)
	do()
	s.bracketEnd(req)
}

func (s *server) bracketEnd(req *request) {
	s.status("idle", req.msg.Raw)
	s.mu.Lock()
	current := s.current
	s.mu.Unlock()
	if current != nil && current != req {
		s.status("busy", current.msg.Raw)
	}
}

func (s *server) status(state string, parent json.RawMessage) {
	s.publish("status", map[string]string{"execution_state": state}, nil, parent, nil)
}

// publish sends to all frontends.
func (s *server) publish(kind string, content any, metadata, parent json.RawMessage, buffers [][]byte) {
	frames, err := s.encode([][]byte{[]byte(kind)}, kind, content, metadata, parent, buffers)
	if err != nil {
		s.opts.Log(fmt.Sprintf("%s can't be published: %v", kind, err))
		return
	}
	s.wires.IOPub.Publish(frames)
}

// reply answers a request.
func (s *server) reply(req *request, kind string, content any) {
	s.replyWith(req, kind, content, nil)
}

func (s *server) replyWith(req *request, kind string, content any, metadata json.RawMessage) {
	frames, err := s.encode(req.msg.Idents, kind, content, metadata, req.msg.Raw, nil)
	if err != nil {
		s.opts.Log(fmt.Sprintf("%s can't be sent: %v", kind, err))
		return
	}
	_ = req.peer.Send(frames) // a frontend that is gone needs no answer
}

func (s *server) encode(idents [][]byte, kind string, content any, metadata, parent json.RawMessage, buffers [][]byte) ([][]byte, error) {
	raw, ok := content.(json.RawMessage)
	if !ok {
		var err error
		if raw, err = json.Marshal(content); err != nil {
			return nil, err
		}
	}
	return s.codec.Encode(&wire.Message{Idents: idents, Header: s.header(kind), Parent: parent, Metadata: metadata, Content: raw, Buffers: buffers})
}

func (s *server) header(kind string) wire.Header {
	return wire.Header{
		ID: s.opts.NewID(), Session: s.session, Username: s.opts.User, Date: wire.FormatDate(s.opts.Now()), Type: kind, Version: wire.Version,
	}
}

// welcome tells a frontend that from now on it hears what is published.
func (s *server) welcome(p *wire.Peer, topic string) {
	frames, err := s.encode([][]byte{[]byte("iopub_welcome")}, "iopub_welcome", map[string]string{"subscription": topic}, nil, nil, nil)
	if err == nil {
		_ = p.Send(frames)
	}
}
