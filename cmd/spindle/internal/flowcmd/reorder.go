package flowcmd

import "github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"

// Reorder brings the verbs of logs and tag before the flow, wherever they stand: `tag flow.py list` becomes `tag list flow.py`, `logs flow.py 1/a`
// becomes `logs show flow.py 1/a`.
func Reorder(args []string) []string {
	top, ofFlow, rest, help := split(args)
	if help || len(ofFlow) > 0 || len(rest) < 2 {
		return args
	}
	g, ok := groups[rest[0]]
	if !ok || contains(g.verbs, rest[1]) || onlyHelp(rest[1:]) || rest[1] == "-h" {
		return args
	}
	out := append(top, rest[0])
	if cmdline.IsPath(rest[1]) {
		more, _, after, _ := split(rest[2:])
		if len(after) > 0 && contains(g.verbs, after[0]) {
			return append(append(append(out, after[0], rest[1]), more...), after[1:]...)
		}
	}
	if g.fallback == "" {
		return args
	}
	return append(append(out, g.fallback), rest[1:]...)
}
