// Package streams is what a command reads from and writes to: standard input, output and error with what is known about them.
//
// Data goes to Out, everything said to a person goes to Err. Colours, cursor movement and headings appear only where a terminal
// shows them.
package streams

import (
	"bytes"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Size is a terminal's size in cells.
type Size struct {
	Width, Height int
}

// IO are the streams of one command.
type IO struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// OutTTY and ErrTTY are true where the stream is a terminal that can move its cursor.
	OutTTY, ErrTTY bool
	// OutColor and ErrColor are true where colours are wanted.
	OutColor, ErrColor bool
	// Unicode is false when the locale says that the terminal shows only ASCII.
	Unicode bool

	size func() Size
}

// System are the streams of this process. env looks up environment variables.
func System(env func(string) string) *IO {
	dumb := env("TERM") == "dumb"
	outTTY, errTTY := isTTY(os.Stdout) && !dumb, isTTY(os.Stderr) && !dumb
	noColor := env("NO_COLOR") != ""
	return &IO{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		OutTTY: outTTY, ErrTTY: errTTY,
		OutColor: outTTY && !noColor, ErrColor: errTTY && !noColor,
		Unicode: unicodeLocale(env),
		size: func() Size {
			w, h, err := term.GetSize(int(os.Stdout.Fd()))
			if err != nil {
				return Size{}
			}
			return Size{w, h}
		},
	}
}

// Test are streams in memory.
func Test() (s *IO, out, err *bytes.Buffer) {
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &IO{In: strings.NewReader(""), Out: out, Err: err, Unicode: true, size: func() Size { return Size{} }}, out, err
}

// Size is the terminal's size now, 80 by 24 when it cannot be told.
func (s *IO) Size() Size {
	size := s.size()
	if size.Width <= 0 {
		size.Width = 80
	}
	if size.Height <= 0 {
		size.Height = 24
	}
	return size
}

// OutPalette colours what goes to Out.
func (s *IO) OutPalette() Palette { return Palette{on: s.OutColor} }

// ErrPalette colours what goes to Err.
func (s *IO) ErrPalette() Palette { return Palette{on: s.ErrColor} }

func isTTY(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// unicodeLocale follows the order of setlocale(3). A bare C locale on a modern terminal still shows UTF-8 in most cases, but a
// terminal that does not would be unreadable, so only a named encoding counts; no setting at all counts as UTF-8.
func unicodeLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return true
}
