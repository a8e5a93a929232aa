package service

import (
	"bytes"
	"strings"
	"sync"
)

// watched is output that tells when a text has come.
type watched struct {
	text string
	seen chan struct{}

	mu   sync.Mutex
	buf  bytes.Buffer
	told bool
}

// Write implements io.Writer.
func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if !w.told && strings.Contains(w.buf.String(), w.text) {
		w.told = true
		close(w.seen)
	}
	return len(b), nil
}

// String is all that has come.
func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}
