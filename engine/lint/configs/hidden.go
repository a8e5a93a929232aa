package configs

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkHidden reports keys that can't be reached the way they are read: methods of the same name come first, and in the
// class body every key must be a name.
func checkHidden(c *checker) {
	for i := range c.flow.Configs.Uses {
		if u := &c.flow.Configs.Uses[i]; u.When == graph.AtStart && !c.uncertain(u) {
			c.unnamed(u)
		}
	}
	c.eachRead(func(u *graph.ConfigUse, s *Source, l Lookup) {
		if l.Stop != Hidden || u.Write != graph.NoWrite {
			return
		}
		k := u.Path[l.Key]
		detail := "Read it as [\"" + k.Name + "\"]."
		if u.When == graph.AtStart {
			detail = "Read it with config_expr and [\"" + k.Name + "\"] in the text, or rename the key."
		}
		c.report(k.Range, detail, "key %q of config %q is out of reach: a config has something of its own by that name", k.Name, owner(s.Config)).
			Relate(l.Value.Entry(k.Name).KeyRange, "the key is here")
	})
}

// unnamed reports keys in the class body, and names of configs, that are no names of Python's: they become part of an expression.
func (c *checker) unnamed(u *graph.ConfigUse) {
	if u.Called || u.Early != graph.NotEarly && u.Early != graph.Contained {
		return
	}
	d := c.source(u).Config
	if d.Name != "" && !identifier(d.Name) && len(u.Path) > 0 {
		c.outOfReach(u, u.Root, "Give the config a name of letters, digits and underscores, or read it in a step.",
			"config %q can't be read in the class body: its name is no name of Python's", d.Name)
		return
	}
	for _, k := range u.Path {
		if k.Index || !identifier(k.Name) {
			c.outOfReach(u, k.Range, "Write the whole path as text: config_expr('"+d.Name+"[…]').",
				"key %s can't be read like this in the class body: only names can", quoted(k))
			return
		}
	}
}

func quoted(k graph.ConfigKey) string {
	if k.Index {
		return k.Name
	}
	return "\"" + k.Name + "\""
}

// outOfReach is an error where the value is sure to be asked for.
func (c *checker) outOfReach(u *graph.ConfigUse, at graph.Range, detail, format string, args ...any) {
	found := c.report(at, detail, format, args...)
	if u.Slot != nil && !c.flow.Configs.Mutable {
		found.Severity = lint.Error
	}
}
