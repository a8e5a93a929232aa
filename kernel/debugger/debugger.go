package debugger

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// answerLimit is how long a process may take to let itself be debugged. It may be deep in C code.
	answerLimit = 30 * time.Second
	// leaveLimit is how long it may take to be let go.
	leaveLimit = 2 * time.Second
	// absence is how long the frontend that debugs may be away before nothing is debugged any more: a page that is loaded again comes back.
	absence = 5 * time.Second
)

// Python is the process of plain cells. Values of it are equal where they stand for the same process.
type Python interface {
	// Ask asks one of the questions "debug" (connect and let yourself be debugged; answered once all that runs can be stopped), "forgo" (no longer),
	// "variables", "children", "rich", "keep" and "modules".
	Ask(ctx context.Context, kind string, question any) (json.RawMessage, error)
	// SDK is the folder of Spindle's own code, in which nobody wants to step.
	SDK() string
}

// Options configure a [Debugger].
type Options struct {
	// Folder is where cells are written when a frontend wants that. It does not exist yet and belongs to the Debugger.
	Folder string
	// Python is the process of plain cells; an error says why it can't be debugged.
	Python func(ctx context.Context) (Python, error)
	// Event publishes an event.
	Event func(event any)
	// Sources are files that a user may want to open, beside those of the modules of Python.
	Sources func() []string
}

// Debugger debugs what a kernel runs. Its methods are safe for concurrent use.
type Debugger struct {
	opts    Options
	numbers *numbers
	serving sync.WaitGroup

	turn sync.Mutex // held by what changes who is debugged and what is set; taken before mu

	mu        sync.Mutex // guards the rest
	folder    bool       // has been made
	started   bool
	closed    bool
	listener  net.Listener
	secret    string // of processes that run steps
	expected  map[string]chan *process
	main      *process
	mainOf    Python // that main is the connection of
	processes map[*process]bool
	traced    chan struct{} // closed once the process of plain cells can be stopped
	settings  settings
	halts     []halt // in the order in which they came
	events    int64
	users     map[any]bool // connections of frontends that have asked for something
	away      *time.Timer
}

// halt is a thread that has stopped.
type halt struct {
	of     *process
	thread int64
	body   any // of the event that told of it
}

// New is a debugger that nobody uses yet. It costs nothing.
func New(opts Options) *Debugger {
	return &Debugger{opts: opts, numbers: newNumbers(), expected: map[string]chan *process{}, processes: map[*process]bool{}, users: map[any]bool{}}
}

// Started says whether a frontend debugs.
func (d *Debugger) Started() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.started
}

// Environment is what a process that runs a step needs to be debugged: none when nobody debugs.
func (d *Debugger) Environment() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.started || d.listener == nil {
		return nil
	}
	return map[string]string{"SPINDLE_KERNEL_DEBUGGER": fmt.Sprintf("%d %s", d.port(), d.secret)}
}

func (d *Debugger) port() int { return d.listener.Addr().(*net.TCPAddr).Port }

// listen makes the place where processes connect.
func (d *Debugger) listen(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errors.New("the kernel is being shut down")
	}
	if d.listener != nil {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for processes to debug: %w", err)
	}
	d.listener, d.secret = listener, rand.Text()
	d.serving.Go(func() { d.accept(ctx, listener) })
	return nil
}

func (d *Debugger) accept(ctx context.Context, listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			d.serving.Go(func() { d.greet(ctx, conn) })
		}
	}
}

// greet takes a process that knows the secret.
func (d *Debugger) greet(ctx context.Context, conn net.Conn) {
	p := newProcess(conn, d.hear)
	d.serving.Go(p.read)
	limited, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	body, err := p.call(limited, "pydevdAuthorize", map[string]any{"debugServerAccessToken": nil})
	var shown struct {
		Token string `json:"clientAccessToken"`
	}
	if err != nil || json.Unmarshal(body, &shown) != nil {
		p.hangUp()
		return
	}
	d.mu.Lock()
	waiting, known := d.expected[shown.Token]
	delete(d.expected, shown.Token)
	step := shown.Token == d.secret && !d.closed
	d.mu.Unlock()
	switch {
	case known:
		p.main = true
		waiting <- p
	case step:
		d.join(limited, p)
	default:
		p.hangUp()
		return
	}
	<-p.ended
	d.leave(p)
}

// join lets a process that runs a step begin, with all that is set.
func (d *Debugger) join(ctx context.Context, p *process) {
	d.turn.Lock()
	defer d.turn.Unlock()
	d.mu.Lock()
	started := d.started
	if started {
		d.processes[p] = true
	}
	d.mu.Unlock()
	if !started {
		p.hangUp() // it goes on without
		return
	}
	if _, err := d.configure(ctx, p); err != nil {
		p.hangUp()
	}
}

// connect has the process of plain cells connect, unless it has.
func (d *Debugger) connect(ctx context.Context) (*process, error) {
	d.mu.Lock()
	main := d.main
	d.mu.Unlock()
	if main != nil {
		return main, nil
	}
	python, err := d.opts.Python(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.listen(ctx); err != nil {
		return nil, err
	}
	secret, came, traced, refused := rand.Text(), make(chan *process, 1), make(chan struct{}), make(chan error, 1)
	d.mu.Lock()
	d.expected[secret] = came
	port := d.port()
	d.mu.Unlock()
	d.serving.Go(func() {
		defer close(traced)
		if _, err := python.Ask(ctx, "debug", map[string]any{"port": port, "secret": secret}); err != nil {
			refused <- err
		}
	})
	select {
	case p := <-came:
		d.mu.Lock()
		d.main, d.mainOf, d.traced, d.processes[p] = p, python, traced, true
		d.mu.Unlock()
		return p, nil
	case err := <-refused:
		return nil, err
	case <-time.After(answerLimit):
		return nil, errors.New("the Python process does not answer; it may be busy outside of Python")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// leave notes that a process has ended, or is debugged no longer.
func (d *Debugger) leave(p *process) {
	d.mu.Lock()
	delete(d.processes, p)
	if d.main == p {
		d.main = nil
	}
	d.mu.Unlock()
	d.resumed(p, nil)
	d.numbers.forget(p, true)
}

// Restarted tells that there is another process of plain cells; it is debugged like the one before.
func (d *Debugger) Restarted(ctx context.Context) {
	d.turn.Lock()
	defer d.turn.Unlock()
	d.mu.Lock()
	started, old, oldOf := d.started, d.main, d.mainOf
	d.mu.Unlock()
	if !started {
		return
	}
	if old != nil {
		if python, err := d.opts.Python(ctx); err != nil || python == oldOf {
			return // a request has been quicker
		}
		old.hangUp() // its process has ended, and the news of that is still on the way
		<-old.ended
		d.leave(old)
	}
	limited, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if p, err := d.connect(ctx); err == nil {
		_, _ = d.configure(limited, p) // without it breakpoints in plain cells are passed by
	}
}

// stop lets everything go on, and debugs nothing any more. turn is held.
func (d *Debugger) stop(ctx context.Context) {
	d.mu.Lock()
	started := d.started
	d.started, d.settings = false, settings{}
	processes := slices.Collect(maps.Keys(d.processes))
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, leaveLimit)
	defer cancel()
	var leaving sync.WaitGroup
	for _, p := range processes {
		leaving.Go(func() {
			_, _ = p.call(ctx, "disconnect", map[string]any{"terminateDebuggee": false}) // what does not hear it hears the connection's end
			p.hangUp()
			<-p.ended
			d.leave(p)
		})
	}
	leaving.Wait()
	if !started {
		return
	}
	if python, err := d.opts.Python(ctx); err == nil {
		_, _ = python.Ask(ctx, "forgo", struct{}{}) // else it is told before its next cell
	}
}

// Left tells that a frontend's connection has ended. If it was the last that debugs, and does not come back, everything goes on.
func (d *Debugger) Left(ctx context.Context, from any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.users[from] {
		return
	}
	delete(d.users, from)
	if d.closed || !d.started || len(d.users) > 0 {
		return
	}
	d.away = time.AfterFunc(absence, func() {
		d.turn.Lock()
		defer d.turn.Unlock()
		d.mu.Lock()
		gone := len(d.users) == 0
		d.mu.Unlock()
		if gone && ctx.Err() == nil {
			d.stop(ctx)
		}
	})
}

// Close ends the debugger when the kernel ends; what it debugged has ended.
func (d *Debugger) Close() {
	d.mu.Lock()
	d.closed = true
	if d.listener != nil {
		_ = d.listener.Close()
	}
	if d.away != nil {
		d.away.Stop()
	}
	processes, folder := slices.Collect(maps.Keys(d.processes)), d.folder
	d.mu.Unlock()
	for _, p := range processes {
		p.hangUp()
	}
	d.serving.Wait()
	if folder {
		_ = os.RemoveAll(d.opts.Folder) // what can't be removed is a file in the folder for such
	}
}
