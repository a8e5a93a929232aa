package configs

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkOptional reports configs that are None unless they are given, and are read as if they always were.
func checkOptional(c *checker) {
	for i := range c.sources {
		s := &c.sources[i]
		if !s.Empty || s.Config.Says("required") != graph.No || c.told(s.Config) {
			continue
		}
		if u := c.unasked(s.Config); u != nil {
			d := c.report(s.Config.NameRange, "Give it required=True, so that a start without it says so, or a default.",
				"config %q is None unless --config %s is given", owner(s.Config), owner(s.Config)).
				Relate(u.Range, "it is read here as if it were always there")
			if u.When != graph.AtTask && u.Slot != nil { // without it the flow does not even start
				d.Severity = lint.Warning
			}
		}
	}
}

// unasked returns the first read of a key, nil where any code looks at the config as a whole: it may ask whether it is there.
func (c *checker) unasked(d *graph.Config) *graph.ConfigUse {
	var first *graph.ConfigUse
	for i := range c.flow.Configs.Uses {
		u := &c.flow.Configs.Uses[i]
		switch {
		case u.Attr != d.Attr:
		case len(u.Path) == 0 || u.Guarded:
			return nil
		case first == nil:
			first = u
		}
	}
	return first
}
