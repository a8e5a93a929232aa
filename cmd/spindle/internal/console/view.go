package console

import (
	"io"
	"sync"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/run"
)

// View writes a run's lines as they come. It is the view of pipes and files.
type View struct {
	mu      sync.Mutex
	out     io.Writer // guarded by mu
	palette streams.Palette
	format  *Formatter
	buf     []byte
	err     error // the first write that failed; nothing is written after it
}

// New makes a view that writes to out.
func New(out io.Writer, palette streams.Palette, format *Formatter) *View {
	return &View{out: out, palette: palette, format: format}
}

// Event implements run.Observer. All lines of an event leave in one write.
func (v *View) Event(ev run.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	lines := v.format.Lines(ev)
	if len(lines) == 0 || v.err != nil {
		return
	}
	v.buf = v.buf[:0]
	for _, l := range lines {
		v.buf = l.Append(v.buf, v.palette)
	}
	// A reader that has gone away (| head) does not end the run, it only ends the talking.
	_, v.err = v.out.Write(v.buf)
}

// Close ends the view.
func (v *View) Close() error { return nil }

// Print writes what was printed outside of any task.
func (v *View) Print(text []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil {
		_, v.err = v.out.Write(text)
	}
}
