// Package flowcmd translates Metaflow's order of arguments, `flow.py [top options] [verb] [options]`, into Spindle's, `[top options] verb flow.py
// [options]`.
package flowcmd

import (
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
)

// groups are the verbs that have verbs of their own, with the one that is meant when none is named.
var groups = map[string]struct {
	verbs    []string
	fallback string
}{
	"config":    {[]string{"show"}, "show"},
	"logs":      {[]string{"show", "scrub"}, "show"},
	"tag":       {[]string{"add", "remove", "replace", "list"}, ""},
	"package":   {[]string{"list", "save", "helper"}, "list"},
	"batch":     {[]string{"list", "kill"}, ""},
	"workbench": {[]string{"show", "reset", "promote", "stop"}, "show"},
	deployer:    {[]string{"create", "trigger", "list-runs", "terminate", "delete"}, ""},
}

// deployer is a group that has options of its own before its verbs: step-functions --name NAME create. Its verbs take them as well.
const deployer = "step-functions"

// behind brings the options of a group behind its verb.
func behind(rest []string) []string {
	if len(rest) > 0 && strings.HasPrefix(rest[0], "--name=") {
		return append(rest[1:], rest[0])
	}
	if len(rest) > 1 && rest[0] == "--name" {
		return append(append([]string{}, rest[2:]...), rest[:2]...)
	}
	return rest
}

// Translate turns args, which begin with the flow's file, into the arguments of spindle. known says whether a word is a verb, and whether it
// takes a flow.
func Translate(args []string, known func(verb string) (ok, takesFlow bool)) ([]string, error) {
	if len(args) == 0 {
		return nil, fault.Usagef("exec-flow: the flow's file is missing after --")
	}
	flow, rest := args[0], Pairs(args[1:])
	top, ofFlow, rest, help := split(rest)
	verb := "check"
	if len(rest) > 0 {
		verb, rest = rest[0], rest[1:]
	} else if help {
		verb = "help"
	}
	ok, takesFlow := known(verb)
	if !ok {
		return nil, fault.WithHint(fault.Usagef("there is no command %q", verb), "%s %s help lists the commands", starter(flow), flow)
	}
	out := append(append([]string{}, top...), verb)
	if verb == deployer {
		rest = behind(rest)
	}
	if g, ok := groups[verb]; ok {
		switch {
		case len(rest) > 0 && contains(g.verbs, rest[0]):
			out, rest = append(out, rest[0]), rest[1:]
		case g.fallback != "" && !onlyHelp(rest):
			out = append(out, g.fallback)
		default:
			return append(out, rest...), nil
		}
	}
	if takesFlow {
		out = append(out, flow)
	}
	if verb == "run" || verb == "resume" || verb == "spin" || verb == deployer {
		out = append(out, ofFlow...)
	}
	return append(out, rest...), nil
}

// starter is what runs a flow by its file or its folder.
func starter(flow string) string {
	if strings.HasSuffix(flow, ".py") {
		return "python"
	}
	return "go run"
}

// split takes the top options off the front. Those that are not Spindle's are options of the flow's decorators (--branch); they concern only verbs
// that run the flow.
func split(args []string) (top, ofFlow, rest []string, help bool) {
	takesValue := options.Names()
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--help" {
			help = true
			continue
		}
		if !strings.HasPrefix(arg, "--") || arg == "--" {
			return top, ofFlow, args[i:], help
		}
		name, _, has := strings.Cut(arg[2:], "=")
		value, known := takesValue[name]
		taken := []string{arg}
		if !has && (value || !known && name != "production") && i+1 < len(args) {
			i++
			taken = append(taken, args[i])
		}
		if known {
			top = append(top, taken...)
		} else {
			ofFlow = append(ofFlow, taken...)
		}
	}
	return top, ofFlow, nil, help
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

func onlyHelp(args []string) bool { return len(args) == 1 && args[0] == "--help" }
