package python

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	flushAfter = 10 * time.Millisecond // what is printed in so short a time is one message
	flushSize  = 64 << 10              // or so many bytes
	longestRow = 20                    // digits of a mark's number
)

// stream reads one of the pipes: it takes the marks out and passes the text on.
type stream struct {
	prefix []byte // what a mark begins with
	pass   func(number int64)
	sink   func(text string)

	held []byte // read, and perhaps the beginning of a mark; used by the reading goroutine only

	mu      sync.Mutex // guards the rest; held while text is passed on, so that it keeps its order
	pending []byte
	timer   *time.Timer
}

func newStream(mark string, pass func(int64), sink func(string)) *stream {
	return &stream{prefix: []byte("\x1b]" + mark + ";"), pass: pass, sink: sink}
}

// copyFrom reads r to its end.
func (s *stream) copyFrom(r io.Reader) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			s.take(buf[:n])
		}
		if err != nil {
			s.text(s.held)
			s.flush(true)
			return
		}
	}
}

// take splits what was read at the marks in it.
func (s *stream) take(data []byte) {
	if len(s.held) > 0 {
		data = append(s.held, data...)
		s.held = nil
	}
	for {
		at := bytes.IndexByte(data, s.prefix[0])
		if at < 0 {
			s.text(data)
			return
		}
		rest := data[at:]
		if len(rest) < len(s.prefix) && bytes.HasPrefix(s.prefix, rest) {
			s.text(data[:at])
			s.held = bytes.Clone(rest)
			return
		}
		if !bytes.HasPrefix(rest, s.prefix) {
			s.text(data[:at+1])
			data = data[at+1:]
			continue
		}
		end := bytes.IndexByte(rest, '\a')
		if end < 0 && len(rest) <= len(s.prefix)+longestRow {
			s.text(data[:at])
			s.held = bytes.Clone(rest)
			return
		}
		if end < 0 {
			s.text(data)
			return
		}
		s.text(data[:at])
		if number, err := strconv.ParseInt(string(rest[len(s.prefix):end]), 10, 64); err == nil {
			s.flush(false)
			s.pass(number)
		}
		data = rest[end+1:]
	}
}

func (s *stream) text(b []byte) {
	if len(b) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, b...)
	switch {
	case len(s.pending) >= flushSize:
		s.flushLocked(false)
	case s.timer == nil:
		s.timer = time.AfterFunc(flushAfter, func() { s.flush(false) })
	}
}

func (s *stream) flush(whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flushLocked(whole)
}

// flushLocked passes on what is pending but for the beginning of a character whose end has not come yet.
func (s *stream) flushLocked(whole bool) {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	n := len(s.pending)
	if !whole {
		n -= unfinished(s.pending)
	}
	if n == 0 {
		return
	}
	text := strings.ToValidUTF8(string(s.pending[:n]), "\uFFFD")
	if rest := s.pending[n:]; cap(s.pending) > 4*flushSize {
		s.pending = bytes.Clone(rest)
	} else {
		s.pending = append(s.pending[:0], rest...)
	}
	s.sink(text)
}

// unfinished is the number of bytes at the end that begin a character and don't end it.
func unfinished(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		c := b[len(b)-i]
		if utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return i
			}
			return 0
		}
	}
	return 0
}
