package main

import (
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/live"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/transfers"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/run"
)

// runView shows a run.
type runView interface {
	run.Observer
	// Print shows what is printed outside of tasks, by the worker itself.
	Print(text []byte)
	Close() error
}

// output is where a worker's own prints go: straight to our streams before the run, into its view while that stands.
type output struct {
	mu       sync.Mutex
	out, err io.Writer
	view     runView // guarded by mu
}

func (o *output) stdout() io.Writer { return writerFunc(func(b []byte) { o.print(o.out, b) }) }
func (o *output) stderr() io.Writer { return writerFunc(func(b []byte) { o.print(o.err, b) }) }

func (o *output) print(w io.Writer, b []byte) {
	o.mu.Lock()
	v := o.view
	o.mu.Unlock()
	if v != nil {
		v.Print(b)
		return
	}
	_, _ = w.Write(b) // whoever closed the stream does not want to hear it
}

func (o *output) show(v runView) {
	o.mu.Lock()
	o.view = v
	o.mu.Unlock()
}

// transferView shows transfers in the view that stands, or where there is none on a line of their own, if standard error is a terminal.
type transferView struct {
	mu   sync.Mutex
	view func(objects.Progress) // guarded by mu
	line *transfers.Line        // nil for no terminal
	// silent says whether nothing but results is wanted.
	silent func() bool
}

func (w *transferView) show(view func(objects.Progress)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.view = view
}

func (w *transferView) progress(p objects.Progress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.view != nil:
		w.view(p)
	case w.line != nil && !w.silent():
		w.line.Watch(p)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

// suspendable lets Ctrl-Z leave a terminal that can be typed on: the picture goes before the process stops and comes back with it.
func suspendable(v *live.View) (stop func()) {
	signals, again, done := make(chan os.Signal, 1), make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGTSTP)
	signal.Notify(again, syscall.SIGCONT)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
				v.Pause()
				_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
				// We run on for a moment before the signal reaches us.
				select {
				case <-done:
				case <-again:
				}
				v.Resume()
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		signal.Stop(again)
		close(done)
	}
}

// newView is the view for our standard output: moving on a terminal, lines in a pipe.
func (a *app) newView() runView {
	format := &console.Formatter{UI: a.ws.Env("METAFLOW_UI_URL")}
	if !a.io.OutTTY {
		return console.New(a.io.Out, a.io.OutPalette(), format)
	}
	v := live.New(live.Options{
		Out: a.io.Out, Size: a.io.Size, Palette: a.io.OutPalette(), Unicode: a.io.Unicode, Format: format, Now: a.ws.Now,
	})
	v.Start()
	if a.moving != nil {
		a.moving.show(v.Transfers)
		a.atExit = append(a.atExit, func() { a.moving.show(nil) })
	}
	stop := suspendable(v)
	a.atExit = append(a.atExit, stop)
	return v
}
