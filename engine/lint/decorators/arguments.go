package decorators

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// called is a decorator with its entry in the catalogue, @step included.
type called struct {
	is   *catalog.Decorator
	args []graph.DecoratorArg
}

func (c *checker) calls() []called {
	out := make([]called, 0, len(c.known))
	for _, u := range c.known {
		out = append(out, called{u.Is, u.Args})
	}
	for n := range c.g.All() {
		if !n.Step.Uncertain && len(n.Step.MarkArgs) > 0 {
			out = append(out, called{catalog.Lookup("step"), n.Step.MarkArgs})
		}
	}
	return out
}

// checkPositional reports arguments without a name: the SDK takes the first for what is decorated.
func checkPositional(c *checker) {
	for _, call := range c.calls() {
		for i, a := range call.args {
			if a.Name != "" || a.Spread {
				continue
			}
			detail := "It takes no arguments."
			lead := call.is.Lead()
			switch {
			case lead != nil:
				detail = "Write " + lead.Name + "=" + short(a.Value) + "."
			case len(call.is.Args) > 0:
				detail = "Give it a name: " + strings.Join(call.is.ArgNames(), ", ") + "."
			}
			d := c.report(a.Range, detail, "@%s takes arguments only by name", call.is.Name)
			if lead != nil && len(call.args) == 1 && i == 0 && accepts(lead, a.Literal) {
				d.Replace(a.Range, lead.Name+"="+a.Value, "Name the argument "+lead.Name)
			}
			break // the others follow from the first
		}
	}
}

// short cuts a value that is too long for a message.
func short(value string) string {
	if len(value) > 40 || strings.Contains(value, "\n") {
		return "…"
	}
	return value
}

// checkUnknownArgument reports arguments that a decorator does not have.
func checkUnknownArgument(c *checker) {
	for _, call := range c.calls() {
		for _, a := range call.args {
			if a.Name == "" || call.is.Arg(a.Name) != nil {
				continue
			}
			names := call.is.ArgNames()
			alike := near.Word(a.Name, names)
			detail := "It takes " + strings.Join(names, ", ") + "."
			switch {
			case alike != "":
				detail = "Did you mean " + alike + "?"
			case len(names) == 0:
				detail = "It takes no arguments."
			}
			d := c.report(a.NameRange, detail, "@%s has no argument %q", call.is.Name, a.Name)
			if alike != "" && !hasArg(call.args, alike) && accepts(call.is.Arg(alike), a.Literal) {
				d.Replace(a.NameRange, alike, "Change to "+alike)
			}
		}
	}
}

func hasArg(args []graph.DecoratorArg, name string) bool {
	for _, a := range args {
		if a.Name == name || a.Spread {
			return true
		}
	}
	return false
}

// checkMissingArgument reports decorators that lack what they can't do without.
func checkMissingArgument(c *checker) {
	for _, u := range c.known {
		if !u.Settled || u.Spread() || odd(u) {
			continue
		}
		for _, a := range u.Is.Args {
			if a.Required && lacks(u, a.Name) {
				c.report(u.Range, a.Doc, "@%s needs an argument %q", u.SDK, a.Name)
			}
		}
		if need := oneOf(u.SDK); need != nil && u.Absent(need[0]) && u.Absent(need[1]) {
			c.report(u.Range, "Without it the flow does not start.", "@%s needs an argument %q or %q", u.SDK, need[0], need[1])
		}
		if seconds, known := u.Seconds(); u.SDK == "timeout" && known && seconds == 0 {
			c.report(u.Range, "Give seconds, minutes or hours, whole numbers that add up.", "@timeout has no duration")
		}
	}
}

// oneOf names the two arguments of which a decorator needs one.
func oneOf(name string) []string {
	switch name {
	case "trigger":
		return []string{"event", "events"}
	case "trigger_on_finish":
		return []string{"flow", "flows"}
	case "exit_hook":
		return []string{"on_success", "on_error"}
	}
	return nil
}

// lacks reports whether a required argument is known to be missing. Only a project's name may not be empty either.
func lacks(u use, name string) bool {
	v := u.Value(name)
	return v.Kind == graph.LiteralNone || u.SDK == "project" && v.Kind == graph.LiteralStr && v.Text == ""
}

// odd is true where an argument has no name or an unknown one, which other rules tell: it may be the one that is missing.
func odd(u use) bool {
	return slices.ContainsFunc(u.Args, func(a graph.DecoratorArg) bool { return u.Is.Arg(a.Name) == nil })
}
