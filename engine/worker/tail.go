package worker

import (
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// tailSize is how much of a worker's last words an error shows.
const tailSize = 4 << 10

// tail passes a stream on and remembers its end. Safe for concurrent use.
type tail struct {
	sink func([]byte)

	mu    sync.Mutex
	kept  []byte // at most 2*tailSize
	muted bool   // the stream is kept but no longer passed on
}

// copyFrom reads r to its end.
func (t *tail) copyFrom(r *pipe.Reader) {
	buf := make([]byte, 16<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			t.add(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (t *tail) add(b []byte) {
	t.mu.Lock()
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - 2*tailSize; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	muted := t.muted
	t.mu.Unlock()
	if t.sink != nil && !muted {
		t.sink(b)
	}
}

// mute keeps what follows from the sink and forgets what came before.
func (t *tail) mute() {
	t.mu.Lock()
	t.kept, t.muted = t.kept[:0], true
	t.mu.Unlock()
}

// last returns the end of the stream, from the start of a line where possible.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := string(t.kept)
	if len(s) > tailSize {
		s = s[len(s)-tailSize:]
		if _, rest, ok := strings.Cut(s, "\n"); ok && rest != "" {
			s = rest
		}
	}
	return strings.ToValidUTF8(strings.TrimSpace(s), "\uFFFD")
}

// all returns everything kept, in which a long stack fits.
func (t *tail) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(string(t.kept), "\uFFFD")
}
