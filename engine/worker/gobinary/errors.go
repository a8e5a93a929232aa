package gobinary

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Fault is one thing that keeps the code from being built.
type Fault struct {
	File         string // absolute, or a name that an overlay has given; empty where the go command names none
	Line, Column int    // from 1, the column in bytes; 0 where they are not known
	Message      string // one line
	Detail       string // more of it, empty for none
}

// Error is what the go command says against the code.
type Error struct {
	Dir    string
	Faults []Fault // at least one
}

// Error returns the first fault, and how many there are.
func (e *Error) Error() string {
	f := e.Faults[0]
	text := f.Message
	if f.File != "" {
		text = fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
	}
	if n := len(e.Faults); n > 1 {
		text += fmt.Sprintf(" (and %d more)", n-1)
	}
	return fmt.Sprintf("build %q: %s", e.Dir, text)
}

// placePattern is how compiler and go command begin what they say about a place.
var placePattern = regexp.MustCompile(`^([^:\s][^:]*\.[A-Za-z]+):(\d+)(?::(\d+))?: (.*)$`)

// parse makes faults of what the go command has written. What it says of no place is a fault too, so that nothing is lost.
func parse(dir, said string, names []string) []Fault {
	var faults []Fault
	for line := range strings.Lines(said) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "# "), strings.HasPrefix(line, "go: downloading "):
		case strings.HasSuffix(line, ": too many errors") || line == "too many errors":
		case (line[0] == '\t' || line[0] == ' ') && len(faults) > 0:
			last := &faults[len(faults)-1]
			last.Detail = strings.TrimPrefix(last.Detail+"\n"+strings.TrimSpace(line), "\n")
		default:
			faults = append(faults, faultOf(dir, line, names))
		}
	}
	if len(faults) == 0 {
		faults = []Fault{{Message: "the go command failed without saying why"}}
	}
	return faults
}

func faultOf(dir, line string, names []string) Fault {
	if f, ok := named(line, names); ok {
		return f
	}
	m := placePattern.FindStringSubmatch(line)
	if m == nil {
		return Fault{Message: strings.TrimPrefix(strings.TrimPrefix(line, "go: "), "runtime.main_main·f: ")}
	}
	f := Fault{File: m[1], Message: m[4]}
	if !filepath.IsAbs(f.File) {
		f.File = filepath.Join(dir, f.File)
	}
	f.Line, _ = strconv.Atoi(m[2])
	f.Column, _ = strconv.Atoi(m[3]) // empty where the place has none
	return f
}
