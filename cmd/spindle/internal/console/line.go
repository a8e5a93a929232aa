// Package console turns the events of a run into the lines a person or a script reads.
//
// [Formatter] is pure: an event goes in, lines come out. [View] writes them one by one, as they are when piped. Package live shows the same lines
// above a moving picture of the running steps.
package console

import (
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
)

// Tone is how a line should look.
type Tone int

// The tones of a line.
const (
	Plain  Tone = iota // what a task printed
	System             // what the engine says
	Bad                // what the engine says of a failure
)

// Line is one line of a run's output, without its newline.
type Line struct {
	At   time.Time
	Head string // "[run/step/task (pid 1)] ", empty for lines about the whole run
	// Short is the head where there is little room: "[step/task] ".
	Short string
	Text  []byte // may hold any bytes
	Tone  Tone
}

const (
	fullStamp  = "2006-01-02 15:04:05.000 "
	shortStamp = "15:04:05 "
)

// Append adds the line, coloured and ended by a newline, to buf.
func (l Line) Append(buf []byte, p streams.Palette) []byte {
	return l.append(buf, p, fullStamp, l.Head)
}

// AppendShort is Append for narrow terminals: without the date, the run's id and the process.
func (l Line) AppendShort(buf []byte, p streams.Palette) []byte {
	return l.append(buf, p, shortStamp, l.Short)
}

func (l Line) append(buf []byte, p streams.Palette, stamp, head string) []byte {
	if !p.On() {
		buf = l.At.AppendFormat(buf, stamp)
		buf = append(buf, head...)
		buf = append(buf, l.Text...)
		return append(buf, '\n')
	}
	buf = append(buf, p.Magenta(l.At.Format(stamp))...)
	buf = append(buf, p.Green(head)...)
	switch l.Tone {
	case System:
		buf = append(buf, p.Bold(string(l.Text))...)
	case Bad:
		buf = append(buf, p.Red(string(l.Text))...)
	default:
		buf = append(buf, l.Text...)
	}
	return append(buf, '\n')
}
