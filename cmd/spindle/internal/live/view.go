// Package live shows a run on a terminal: its lines scroll by, and below them stands a picture of the steps that are running.
//
// The picture is redrawn in place at most ten times a second. Each frame leaves in a single write, framed by the escape for synchronised output,
// and rows are overwritten rather than erased, so that nothing flickers on terminals that do not know that escape either. The cursor is
// hidden while the picture stands and comes back on [View.Close], which must be called on every way out.
package live

import (
	"bytes"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/transfers"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/run"
)

const (
	frameEvery = 100 * time.Millisecond
	// quiet is how long a run may take without a picture: one that is over before the eye has found it is only noise.
	quiet = 250 * time.Millisecond
	// wide is the width from which lines are shown as they are when piped.
	wide = 110
)

const (
	syncOn     = "\x1b[?2026h"
	syncOff    = "\x1b[?2026l"
	hideCursor = "\x1b[?25l"
	showCursor = "\x1b[?25h"
	eraseLine  = "\x1b[K"
	eraseBelow = "\x1b[J"
)

// Options are what a view needs to know of the terminal.
type Options struct {
	Out     io.Writer
	Size    func() streams.Size
	Palette streams.Palette
	Unicode bool
	Format  *console.Formatter
	Now     func() time.Time
}

// View is the live view. It implements run.Observer.
type View struct {
	opts Options

	mu     sync.Mutex
	board  board
	moved  [2]objects.Progress // transfers, by direction
	lines  []byte              // printed by the next frame
	last   time.Time           // of the last frame
	shown  []string            // the picture as it stands on the terminal
	hidden bool                // the cursor is hidden
	paused bool                // the terminal is somebody else's for now
	closed bool

	stop chan struct{}
	done chan struct{}
}

// New makes a view. Nothing moves until Start.
func New(opts Options) *View {
	return &View{opts: opts, stop: make(chan struct{}), done: make(chan struct{})}
}

// Start lets the picture move by itself until Close.
func (v *View) Start() {
	go func() {
		defer close(v.done)
		tick := time.NewTicker(frameEvery)
		defer tick.Stop()
		for {
			select {
			case <-v.stop:
				return
			case <-tick.C:
				v.Frame()
			}
		}
	}()
}

// Event implements run.Observer. A line shows at once, unless one has just been shown: then with the next frame.
func (v *View) Event(ev run.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.board.apply(ev)
	narrow := v.opts.Size().Width < wide
	for _, l := range v.opts.Format.Lines(ev) {
		l.Text = printable(l.Text, v.opts.Palette.On())
		if narrow {
			v.lines = l.AppendShort(v.lines, v.opts.Palette)
		} else {
			v.lines = l.Append(v.lines, v.opts.Palette)
		}
	}
	if len(v.lines) > 0 && v.opts.Now().Sub(v.last) >= frameEvery {
		v.draw()
	}
}

// Transfers shows how transfers go, below the steps.
func (v *View) Transfers(p objects.Progress) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.moved[p.Direction] = p
}

// Print shows what was printed outside of any task, in whole lines.
func (v *View) Print(text []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for line := range bytes.Lines(text) {
		line = printable(bytes.TrimSuffix(line, []byte("\n")), v.opts.Palette.On())
		v.lines = append(append(v.lines, line...), '\n')
	}
	if v.closed {
		_, _ = v.opts.Out.Write(v.lines)
		v.lines = nil
	}
}

// Frame draws the view as it is now.
func (v *View) Frame() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.draw()
}

// Close takes the picture away, prints what is left and gives the cursor back. It may be called more than once.
func (v *View) Close() error {
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return nil
	}
	v.closed = true
	err := v.finish()
	v.mu.Unlock()
	close(v.stop)
	return err
}

// Pause gives the terminal back for a while: the picture goes, the cursor comes.
func (v *View) Pause() {
	v.mu.Lock()
	defer v.mu.Unlock()
	_ = v.finish() // whoever cannot be written to is not missed
	v.paused = true
}

// Resume goes on after Pause.
func (v *View) Resume() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.paused = false
	v.draw()
}

// Wait blocks until the goroutine of Start has ended.
func (v *View) Wait() { <-v.done }

func (v *View) finish() error {
	var b bytes.Buffer
	v.toTop(&b, v.opts.Size())
	if len(v.shown) > 0 {
		b.WriteString(eraseBelow)
	}
	b.Write(v.lines)
	if v.hidden {
		b.WriteString(showCursor)
	}
	v.shown, v.lines, v.hidden = nil, nil, false
	if b.Len() == 0 {
		return nil
	}
	_, err := v.opts.Out.Write(b.Bytes())
	return err
}

func (v *View) draw() {
	if v.closed || v.paused {
		return
	}
	now, size := v.opts.Now(), v.opts.Size()
	var picture []string
	if !v.board.started.IsZero() && now.Sub(v.board.started) >= quiet {
		picture = v.board.picture(look{Size: size, palette: v.opts.Palette, unicode: v.opts.Unicode, now: now})
		for _, p := range v.moved {
			if text := transfers.Text(p, now, size.Width-3, v.opts.Unicode); text != "" {
				picture = append(picture, v.opts.Palette.Dim("  "+text))
			}
		}
	}
	v.last = now
	if len(v.lines) == 0 && equal(picture, v.shown) {
		return
	}
	var b bytes.Buffer
	b.WriteString(syncOn)
	if len(picture) > 0 && !v.hidden {
		b.WriteString(hideCursor)
		v.hidden = true
	}
	v.toTop(&b, size)
	if len(v.lines) > 0 {
		// A long line may wrap over rows of the old picture and fill them only in part.
		if len(v.shown) > 0 {
			b.WriteString(eraseBelow)
		}
		b.Write(v.lines)
		v.lines = v.lines[:0]
	}
	for i, row := range picture {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(row)
		b.WriteString(eraseLine)
	}
	b.WriteString(eraseBelow)
	if len(picture) > 0 {
		b.WriteByte('\r') // so that a typed ^C does not lengthen the last row
	}
	b.WriteString(syncOff)
	v.shown = picture
	// An unwritable terminal is gone; the run goes on without it.
	_, _ = v.opts.Out.Write(b.Bytes())
}

// toTop moves the cursor from the last row of the picture to the start of its first. A terminal that was made narrower since
// has wrapped the rows, each to as many as it now needs.
func (v *View) toTop(b *bytes.Buffer, size streams.Size) {
	if len(v.shown) == 0 {
		return
	}
	up := 0
	for i, row := range v.shown {
		width := visible(row)
		wrapped := max(0, (width-1)/size.Width)
		if i < len(v.shown)-1 {
			up++
		}
		// The cursor stays on the first column of the last row, which moves to that row's first part.
		if i < len(v.shown)-1 {
			up += wrapped
		}
	}
	b.WriteByte('\r')
	if up > 0 {
		b.WriteString("\x1b[" + strconv.Itoa(up) + "A")
	}
}

// visible measures a row without its colours.
func visible(row string) int {
	return cells.StringWidth(string(printable([]byte(row), false)))
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
