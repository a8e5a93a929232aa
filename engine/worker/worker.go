package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// How long the engine waits for what should come at once.
const (
	outputQuiet  = 200 * time.Millisecond // without a byte after the writer's exit: a stranger holds the pipe
	outputLimit  = 2 * time.Second        // for all output after the writer's exit
	stopGrace    = 5 * time.Second        // for a worker to stop when asked
	abortGrace   = 2 * time.Second        // for a worker to write its stack when aborted
	defaultLimit = time.Minute            // for hello and for a fork
)

// Identity says who the engine is, for the handshake and for errors about it.
type Identity struct {
	Version string
	File    string // path of the engine's binary
}

// Options configure [Start].
type Options struct {
	Program
	Engine Identity
	// Stdout and Stderr get what the worker itself prints (at import), as it comes; the bytes are valid during the call only. May be nil.
	Stdout, Stderr func([]byte)
	// StartLimit bounds the time until the worker's hello, and the time a fork may take; 0 for 60 s.
	StartLimit time.Duration
	// Limit bounds one Describe, 0 for none; LimitHint completes the error: how a user raises it.
	Limit     time.Duration
	LimitHint string
	// Launch starts the program otherwise than by executing it; nil executes it. The files stay the caller's to close.
	Launch func(ctx context.Context, control, stdout, stderr *os.File) (Launched, error)
}

// Launched is a process that [Options].Launch has started.
type Launched struct {
	PID int
	// Ended gets how the process ended, when it has.
	Ended <-chan Exit
	// Parts says that the process, once told to stop, closes its streams and its channel when all is done that anybody could see; its end is its
	// parent's business then.
	Parts bool
}

// Worker is a running worker program. Its methods are safe for concurrent use.
type Worker struct {
	opts   Options
	hello  Hello
	proc   *process
	conn   *Conn
	stderr *tail
	copies sync.WaitGroup // the goroutines that read the worker's output
	done   chan struct{}  // closed when the worker and all its children are gone

	mu       sync.Mutex // guards the rest
	nextID   int64
	pending  map[int64]func(Message, error) // by request; called once, outside of the lock
	imports  int                            // describe requests in progress
	children map[int]*Child                 // running, by pid
	closing  bool
	ended    error // why the worker is gone, set before done is closed
}

// Start starts a worker and shakes hands with it. The context bounds the start only, not the life of the worker; the caller must Close it.
func Start(ctx context.Context, opts Options) (*Worker, error) {
	if opts.StartLimit <= 0 {
		opts.StartLimit = defaultLimit
	}
	w := &Worker{
		opts: opts, stderr: &tail{sink: opts.Stderr}, done: make(chan struct{}),
		pending: map[int64]func(Message, error){}, children: map[int]*Child{},
	}
	if err := w.launch(ctx); err != nil {
		return nil, err
	}
	if err := w.greet(ctx); err != nil {
		signalGroup(w.proc.pid, syscall.SIGKILL)
		return nil, w.startFailure(ctx, err)
	}
	go w.serve()
	return w, nil
}

// launch starts the process and the goroutines that watch it.
func (w *Worker) launch(ctx context.Context) error {
	control, theirs, err := pipe.Socket("control channel")
	if err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	defer theirs.Close()
	stdout, outEnd, err := pipe.New("worker stdout")
	if err != nil {
		return errors.Join(fmt.Errorf("start worker: %w", err), control.Close())
	}
	defer outEnd.Close()
	stderr, errEnd, err := pipe.New("worker stderr")
	if err != nil {
		return errors.Join(fmt.Errorf("start worker: %w", err), control.Close(), stdout.Close())
	}
	defer errEnd.Close()
	w.proc, err = w.start(ctx, theirs, outEnd, errEnd)
	if err != nil {
		return errors.Join(err, control.Close(), stdout.Close(), stderr.Close())
	}
	w.conn = NewConn(control)
	w.copy(&tail{sink: w.opts.Stdout}, stdout)
	w.copy(w.stderr, stderr)
	go func() {
		<-w.proc.done
		w.conn.Release(outputQuiet, outputLimit)
		for _, r := range []*pipe.Reader{stdout, stderr} {
			r.Release(outputQuiet, outputLimit)
		}
	}()
	return nil
}

func (w *Worker) start(ctx context.Context, control, stdout, stderr *os.File) (*process, error) {
	if w.opts.Launch == nil {
		return launch(w.opts.Program, controlVariable, control, stdout, stderr, &syscall.SysProcAttr{Setpgid: true})
	}
	launched, err := w.opts.Launch(ctx, control, stdout, stderr)
	if err != nil {
		return nil, err
	}
	proc := &process{pid: launched.PID, done: make(chan struct{}), parts: launched.Parts}
	go func() {
		proc.exit = <-launched.Ended
		close(proc.done)
	}()
	return proc, nil
}

func (w *Worker) copy(t *tail, r *pipe.Reader) {
	w.copies.Go(func() {
		t.copyFrom(r)
		_ = r.Close()
	})
}

// greet exchanges hellos. The process is killed when the context or the limit ends first, which ends the read too.
func (w *Worker) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, w.opts.StartLimit, errNoHello)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { signalGroup(w.proc.pid, syscall.SIGKILL) })
	defer stop()
	hello, err := w.conn.Greet(w.opts.Engine, w.opts.Argv)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w.hello = hello
	return err
}

var errNoHello = errors.New("no hello from the worker in time")

// Greet exchanges hellos as the engine: it reads the other side's, checks its version and answers. The argv is for errors.
func (c *Conn) Greet(engine Identity, argv []string) (Hello, error) {
	m, err := c.Read()
	if err != nil {
		return Hello{}, err
	}
	if m.Type == "error" {
		return Hello{}, &RefusedError{Request: "start", Message: messageOf(m)}
	}
	if m.Type != "hello" {
		return Hello{}, &ProtocolError{Problem: fmt.Sprintf("%q came instead of hello", m.Type)}
	}
	var hello Hello
	if err := m.Decode(&hello); err != nil {
		return Hello{}, err
	}
	if hello.Protocol != Protocol {
		mismatch := &VersionError{Engine: engine, Worker: hello, Argv: argv}
		// The worker may be gone already; what counts is our own report.
		_ = c.Write(errorMessage{Type: "error", Kind: KindProtocol, Message: mismatch.Error()})
		return hello, mismatch
	}
	return hello, c.Write(Hello{Type: "hello", Protocol: Protocol, Engine: engine.Version, File: engine.File, Can: []string{CanTakeData}})
}

type errorMessage struct {
	Type    string `json:"type"`
	Re      *int64 `json:"re,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// messageOf returns the text of an error message.
func messageOf(m Message) string {
	var e errorMessage
	if err := m.Decode(&e); err != nil {
		return err.Error()
	}
	return e.Message
}

// startFailure waits for the killed process and returns the error that explains the failure best.
func (w *Worker) startFailure(ctx context.Context, err error) error {
	<-w.proc.done
	w.copies.Wait()
	_ = w.conn.Close()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case errors.As(err, new(*VersionError)), errors.As(err, new(*RefusedError)):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed), errors.Is(err, syscall.EPIPE):
		return w.death(nil)
	default:
		return w.death(err)
	}
}

// death describes the end of the process; it must have ended.
func (w *Worker) death(cause error) *DeathError {
	return &DeathError{Program: w.opts.Program.String(), PID: w.proc.pid, Exit: w.proc.exit, Cause: cause, Stderr: w.stderr.last()}
}

// Hello returns how the worker introduced itself.
func (w *Worker) Hello() Hello { return w.hello }

// CanFork tells whether the worker can run tasks in children of its process.
func (w *Worker) CanFork() bool { return slices.Contains(w.hello.Can, "fork") }

// Program returns how the worker was started.
func (w *Worker) Program() Program { return w.opts.Program }

// PID returns the worker's process id.
func (w *Worker) PID() int { return w.proc.pid }

// Done is closed when the worker is gone with all its children.
func (w *Worker) Done() <-chan struct{} { return w.done }

// Err returns why the worker is gone, nil while it runs and after a Close.
func (w *Worker) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closing {
		return nil
	}
	return w.ended
}

// Close asks the worker to stop and waits for its end and that of its children, killing them after a grace.
func (w *Worker) Close() error {
	w.mu.Lock()
	w.closing = true
	busy := w.imports > 0
	w.mu.Unlock()
	grace := stopGrace
	if err := w.conn.Write(map[string]string{"type": "stop"}); err != nil || busy {
		grace = 0 // it won't hear us
	}
	w.awaitEnd(grace)
	<-w.done
	return nil
}

// awaitEnd waits for the end and kills the process when the grace is over.
func (w *Worker) awaitEnd(grace time.Duration) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-w.proc.done:
	case <-w.done:
	case <-timer.C:
		signalGroup(w.proc.pid, syscall.SIGKILL)
		<-w.proc.done
	}
}
