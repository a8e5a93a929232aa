package configs

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkEarly reports places in the class body that need a config's value, which is read only when the flow starts.
func checkEarly(c *checker) {
	for i := range c.flow.Configs.Uses {
		u := &c.flow.Configs.Uses[i]
		if u.When != graph.AtStart || c.uncertain(u) {
			continue
		}
		name := spelled(u)
		switch u.Early {
		case graph.Operand:
			c.early(u, "%s has no value yet, so that nothing can be computed with it here", name)
		case graph.Calls:
			c.early(u, "%s has no value yet, so that it can't be called here", name)
		case graph.Converts:
			c.early(u, "%s has no value yet, so that it can't be converted here", name)
		case graph.ClassValue:
			c.early(u, "%s has no value yet, and Metaflow takes an attribute with it for a step", name)
		case graph.InText:
			c.early(u, "%s has no value yet: the text will hold a placeholder", name).Severity = lint.Warning
		case graph.Tests:
			c.early(u, "%s has no value yet: this looks at a placeholder", name).Severity = lint.Warning
		case graph.Contained:
			c.early(u, "%s has no value yet: the attribute will hold a placeholder", name).Severity = lint.Warning
		case graph.NotEarly:
			if len(u.Path) == 0 && u.Slot != nil && u.Slot.Whole && u.Slot.Arg != "*" && u.Slot.Arg != "name" {
				c.whole(u)
			}
		}
	}
}

func (c *checker) uncertain(u *graph.ConfigUse) bool {
	s := c.source(u)
	return s == nil || s.Config.Uncertain
}

// spelled is the use as it is written.
func spelled(u *graph.ConfigUse) string {
	out := u.Attr
	for i, k := range u.Path {
		switch {
		case u.Called && i == len(u.Path)-1:
		case k.Index:
			out += "[" + k.Name + "]"
		case k.Item:
			out += "[\"" + k.Name + "\"]"
		default:
			out += "." + k.Name
		}
	}
	return out
}

func (c *checker) early(u *graph.ConfigUse, format string, args ...any) *lint.Diagnostic {
	detail := "Compute it in a step, from self." + spelled(u) + "."
	if u.Early == graph.Operand || u.Early == graph.Calls || u.Early == graph.Converts || u.Early == graph.InText {
		if name := c.source(u).Config.Name; identifier(name) {
			detail = "As an argument of a parameter or decorator, write it as text, config_expr(\"" + strings.Replace(spelled(u), u.Attr, name, 1) +
				" …\"); else compute it in a step."
		}
	}
	return c.report(u.EarlyRange, detail, format, args...)
}

// whole reports the config itself as an argument, where only its keys and config_expr are taken for their values.
func (c *checker) whole(u *graph.ConfigUse) {
	name := c.source(u).Config.Name
	if !identifier(name) {
		return
	}
	c.report(u.Range, "Write config_expr(\""+name+"\") for the whole config.", "%s has no value yet, and stands here for itself", u.Attr).Severity = lint.Warning
}

func identifier(name string) bool {
	for i, r := range name {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127 || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return name != "" && !keywords[name]
}

// keywords are the words that no name of Python's can be.
var keywords = set(`False None True and as assert async await break class continue def del elif else except finally for from global if
import in is lambda nonlocal not or pass raise return try while with yield`)
