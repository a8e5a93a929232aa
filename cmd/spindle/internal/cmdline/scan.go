// Package cmdline reads command lines whose options are not all known yet.
//
// `spindle run flow.py --alpha 1` takes the options of the flow, which are known only when the flow has been read, and which flow that is
// stands somewhere in the same line. So the line is read twice: [Scan] finds the flow and a few values without judging, and the strict parse
// comes when all options are known.
package cmdline

import (
	"os"
	"strings"
)

// Arity is what is known about an option before the flow has been read.
type Arity int

// The arities of an option.
const (
	Unknown Arity = iota // probably an option of the flow, which all take a value
	Flag
	Value
)

// Scanned is a command line read leniently.
type Scanned struct {
	// Positional are the arguments that are neither options nor their values.
	Positional []string
	// At are the indexes of Positional in the command line.
	At []int
	// Values are the values of options, as given; flags have the value "true".
	Values map[string][]string
}

// Scan reads args. It never fails: what it gets wrong the strict parse reports.
func Scan(args []string, arity func(name string) Arity) Scanned {
	s := Scanned{Values: map[string][]string{}}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			for j := i + 1; j < len(args); j++ {
				s.positional(args[j], j)
			}
			return s
		case strings.HasPrefix(arg, "--"):
			name, value, has := strings.Cut(arg[2:], "=")
			switch {
			case has:
			case arity(name) == Flag:
				value = "true"
			case i+1 < len(args):
				i++
				value = args[i]
			default:
				continue
			}
			s.Values[name] = append(s.Values[name], value)
		case len(arg) > 1 && arg[0] == '-':
			// There are no short options but -h; the strict parse says so.
		default:
			s.positional(arg, i)
		}
	}
	return s
}

func (s *Scanned) positional(arg string, i int) {
	s.Positional = append(s.Positional, arg)
	s.At = append(s.At, i)
}

// Last is the last value given for an option.
func (s Scanned) Last(name string) (string, bool) {
	values := s.Values[name]
	if len(values) == 0 {
		return "", false
	}
	return values[len(values)-1], true
}

// Flow finds the flow among the arguments: the first positional one, or else the first that names a file of Python or Go, which a mistyped option
// may have taken for its value. The index is -1 when there is none.
func Flow(args []string, s Scanned) (spec string, index int) {
	if len(s.Positional) > 0 {
		return s.Positional[0], s.At[0]
	}
	for i, arg := range args {
		if file, _ := Split(arg); hasSource(file) {
			if _, err := os.Stat(file); err == nil {
				return arg, i
			}
		}
	}
	return "", -1
}

// Split takes "flow.py:Class" or "main.go:Class" apart. The class is empty when none is named.
func Split(spec string) (file, class string) {
	i := strings.LastIndexByte(spec, ':')
	if i < 0 || !hasSource(spec[:i]) {
		return spec, ""
	}
	return spec[:i], spec[i+1:]
}

// IsFlowFile is true for an argument that names a flow's file rather than a flow or a pathspec.
func IsFlowFile(spec string) bool {
	file, _ := Split(spec)
	return hasSource(file)
}

// IsPath is true for an argument that can only be a flow's file or folder: no flow's name begins so.
func IsPath(spec string) bool {
	for _, begin := range []string{"/", "./", "../"} {
		if strings.HasPrefix(spec, begin) {
			return true
		}
	}
	return spec == "." || spec == ".." || IsFlowFile(spec)
}

// hasSource is true for the name of a file that flows are written in.
func hasSource(file string) bool {
	return strings.HasSuffix(file, ".py") || strings.HasSuffix(file, ".go")
}
