package history

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// kinds of objects by the number of parts of their pathspecs.
var kinds = [...]string{"", "flow", "run", "step", "task", "artifact"}

// path is a pathspec in parts: flow, run, step, task, artifact; absent ones are empty.
type path struct {
	metadata.TaskID
	artifact string
	depth    int
}

// parsePath reads a pathspec that has between least and most parts.
func parsePath(spec string, least, most int) (path, error) {
	parts := strings.Split(spec, "/")
	if spec == "" {
		parts = nil
	}
	if len(parts) < least || len(parts) > most {
		return path{}, refuse(InvalidPathspec, "%q is not the pathspec of a %s", spec, expected(least, most))
	}
	for _, part := range parts {
		if part == "" || part[0] == '.' || part == "_meta" || strings.ContainsAny(part, "\\\x00") {
			return path{}, refuse(InvalidPathspec, "%q is not a pathspec: %q is no name", spec, part)
		}
	}
	p := path{depth: len(parts)}
	for i, to := range []*string{&p.Flow, &p.Run, &p.Step, &p.TaskID.Task, &p.artifact} {
		if i < len(parts) {
			*to = parts[i]
		}
	}
	return p, nil
}

func expected(least, most int) string {
	if least == most {
		return kinds[least]
	}
	if least == 0 {
		least = 1
	}
	return strings.Join(kinds[least:most+1], " or ")
}

func (p path) String() string {
	parts := []string{p.Flow, p.Run, p.Step, p.TaskID.Task, p.artifact}
	return strings.Join(parts[:p.depth], "/")
}

func (p path) kind() string { return kinds[p.depth] }
