package decorators

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkEnvironment reports variables that no process can get, and values that become odd texts.
func checkEnvironment(c *checker) {
	for _, u := range c.named("environment") {
		vars := u.Value("vars")
		for i, k := range vars.Keys {
			c.variableName(u, k)
			c.variableValue(u, k, vars.Items[i])
		}
	}
}

func (c *checker) variableName(u use, k graph.Literal) {
	switch {
	case k.Kind == graph.LiteralStr && strings.ContainsAny(k.Text, "=\x00"):
		soften(u, c.report(k.Range, "Use letters, digits and underscores.", "%q can't be the name of an environment variable", k.Text), true)
	case !text(k) && k.Kind != graph.LiteralBytes:
		soften(u, c.report(k.Range, "Put it into quotes.", "the name of an environment variable is a string, not %s", kindWords(k)), true)
	}
}

func (c *checker) variableValue(u use, k, v graph.Literal) {
	switch v.Kind {
	case graph.LiteralStr:
		if strings.Contains(v.Text, "\x00") {
			soften(u, c.report(v.Range, "Leave it out.", "an environment variable can't hold a NUL character"), true)
		}
	case graph.LiteralNone, graph.LiteralFunction:
		d := c.report(v.Range, "Leave the variable out, or give a string.", "the variable %s gets Python's text of %s", k.Text, kindWords(v))
		d.Severity = lint.Warning
	}
}
