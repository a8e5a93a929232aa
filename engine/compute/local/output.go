package local

import (
	"bytes"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// output reads one stream of a process and passes it on by lines.
type output struct {
	pipe *pipe.Reader
	lineSplitter
}

func (t *task) newOutput(stream compute.Stream, r *pipe.Reader) *output {
	return &output{pipe: r, lineSplitter: lineSplitter{
		limit: t.spec.LogLimit,
		line: func(text []byte) {
			t.lines.Lock()
			defer t.lines.Unlock()
			t.handler.Line(stream, t.local.opts.Now(), text)
		},
		truncated: func() {
			t.lines.Lock()
			defer t.lines.Unlock()
			t.handler.Truncated(stream, t.local.opts.Now())
		},
	}}
}

// read reads the pipe to its end.
func (o *output) read() {
	for {
		n, err := o.pipe.Read(o.space())
		if n > 0 {
			o.wrote(n)
		}
		if err != nil { // the end, or a broken pipe, which is one too
			o.end()
			return
		}
	}
}

// firstBuffer suits the many tasks that print a line or none.
const firstBuffer = 4 << 10

// lineSplitter cuts a stream into lines. Its buffer grows with the longest line, at most to [compute.LineMax].
type lineSplitter struct {
	limit     int64 // bytes to pass on, newlines included; 0 for all
	line      func(text []byte)
	truncated func()

	buf    []byte
	filled int   // bytes of buf in use; they hold no newline between calls
	passed int64 // bytes passed on
	mid    bool  // a piece of the present line was passed on already
	cut    bool  // the limit was reached: all else is dropped
}

// space returns where to put the next bytes of the stream.
func (s *lineSplitter) space() []byte {
	switch {
	case s.buf == nil:
		s.buf = make([]byte, firstBuffer)
	case s.filled == len(s.buf) && len(s.buf) < compute.LineMax:
		bigger := make([]byte, 2*len(s.buf))
		copy(bigger, s.buf)
		s.buf = bigger
	case s.filled == len(s.buf):
		s.pass(s.buf, 0)
		s.filled, s.mid = 0, true
	}
	return s.buf[s.filled:]
}

// wrote says that n bytes were put into the space. A limit reached frees the buffer at once.
func (s *lineSplitter) wrote(n int) {
	scan := s.filled // what was there before has no newline
	s.filled += n
	rest := s.buf[:s.filled]
	for {
		i := bytes.IndexByte(rest[scan:], '\n')
		if i < 0 {
			break
		}
		if text := rest[:scan+i]; len(text) > 0 || !s.mid {
			s.pass(text, 1)
		}
		rest, scan, s.mid = rest[scan+i+1:], 0, false
	}
	s.filled = copy(s.buf, rest)
	if s.filled > 0 && s.limit > 0 && s.passed+int64(s.filled) > s.limit {
		s.pass(s.buf[:s.filled], 0) // no need to collect more of this line
		s.filled = 0
	}
}

// pass hands on a line, or the part of it that the limit leaves. The newline counts as the stream has it.
func (s *lineSplitter) pass(text []byte, newline int64) {
	if s.cut {
		return
	}
	if left := s.limit - s.passed; s.limit > 0 && (left <= 0 || int64(len(text)) > left) {
		s.cut = true
		if left > 0 {
			s.line(text[:left])
		}
		s.truncated()
		return
	}
	s.passed += int64(len(text)) + newline
	s.line(text)
}

// end passes on what has no newline.
func (s *lineSplitter) end() {
	if s.filled > 0 {
		s.pass(s.buf[:s.filled], 0)
	}
	s.buf, s.filled = nil, 0
}
