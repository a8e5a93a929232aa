package python

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Replacement puts a text in the place of a stretch of a file.
type Replacement struct {
	Start, End graph.Pos
	Text       string // lines ended by \n
}

// Edit applies replacements to a file's bytes. Byte order mark, encoding and line ends stay as they are. It refuses replacements that overlap and
// text that the file's encoding can't be trusted to hold.
func Edit(data []byte, list []Replacement) ([]byte, error) {
	raw, err := layOut(data)
	if err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Replacement) int { return comparePos(a.Start, b.Start) })
	var out []byte
	at := 0
	for _, r := range list {
		start, end := raw.offset(r.Start), raw.offset(r.End)
		if start < at || end < start {
			return nil, fmt.Errorf("the edits of line %d overlap", r.Start.Line)
		}
		if !raw.utf8 && !isASCII([]byte(r.Text)) {
			return nil, errors.New("the file is not UTF-8, and the new text is not ASCII")
		}
		out = append(out, data[at:start]...)
		out = append(out, strings.ReplaceAll(r.Text, "\n", raw.newline)...)
		at = end
	}
	return append(out, data[at:]...), nil
}

func comparePos(a, b graph.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// layout is where the lines of a file are in its bytes.
type layout struct {
	data    []byte
	lines   []span
	newline string
	utf8    bool
}

// span is a line without its end.
type span struct{ start, end int }

func layOut(data []byte) (*layout, error) {
	if problem := decode(data).problem; problem != "" {
		return nil, errors.New(problem)
	}
	l := &layout{data: data, newline: "\n"}
	name := declaredEncoding(bytes.TrimPrefix(data, []byte("\ufeff")))
	l.utf8 = name == "" || strings.HasPrefix(name, "utf")
	at := 0
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		at = len("\ufeff")
	}
	for {
		n := bytes.IndexAny(data[at:], "\r\n")
		if n < 0 {
			l.lines = append(l.lines, span{at, len(data)})
			return l, nil
		}
		end := "\n"
		if bytes.HasPrefix(data[at+n:], []byte("\r\n")) {
			end = "\r\n"
		} else if data[at+n] == '\r' {
			end = "\r"
		}
		if len(l.lines) == 0 {
			l.newline = end
		}
		l.lines = append(l.lines, span{at, at + n})
		at += n + len(end)
	}
}

func (l *layout) offset(p graph.Pos) int {
	if p.Line > len(l.lines) {
		return len(l.data)
	}
	line := l.lines[max(0, p.Line-1)]
	if !l.utf8 {
		return min(line.start+p.Column-1, line.end)
	}
	at := line.start
	for range p.Column - 1 {
		if at >= line.end {
			break
		}
		_, size := utf8.DecodeRune(l.data[at:line.end])
		at += size
	}
	return at
}
