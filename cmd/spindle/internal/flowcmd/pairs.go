package flowcmd

import "strings"

// Pairs makes one argument of those two that Metaflow's options for configs take: `--config cfg cfg.json` becomes `--config cfg=cfg.json`. What
// has the form NAME=… is left as it is.
func Pairs(args []string) []string {
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(out, args[i:]...)
		}
		option, name, joined := strings.Cut(arg, "=")
		if option != "--config" && option != "--config-value" {
			out = append(out, arg)
			continue
		}
		if !joined && i+1 < len(args) {
			i++
			name, joined = args[i], true
		}
		if !joined {
			out = append(out, arg)
			continue
		}
		out = append(out, option)
		if isName(name) && i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
			i++
			name += "=" + args[i]
		}
		out = append(out, name)
	}
	return out
}

// isName is true for the name of a config alone: one with a value behind it has a sign of equality, and a path a slash.
func isName(word string) bool {
	return word != "" && !strings.HasPrefix(word, "-") && !strings.ContainsAny(word, "=/{ ")
}
