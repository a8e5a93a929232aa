package configs

import "github.com/spindle-flow/spindle/engine/graph"

// checkChanged reports places that change a config: it is the same for the whole run, and refuses.
func checkChanged(c *checker) {
	for i := range c.flow.Configs.Uses {
		u := &c.flow.Configs.Uses[i]
		s := c.source(u)
		if u.Write == graph.NoWrite || u.Guarded || s == nil || s.Config.Uncertain || s.Config.Spread() || s.Config.Says("plain") != graph.No {
			continue
		}
		if !objectHolds(s, u) {
			continue
		}
		c.report(u.Range, "Keep what changes in an artifact of its own: self.name = … .", "config %q is changed here, and configs can't be", owner(s.Config))
	}
}

// objectHolds reports whether what is changed is sure to be an object of the config, or the config itself.
func objectHolds(s *Source, u *graph.ConfigUse) bool {
	holder := *u
	holder.Path, holder.Called = u.Path[:len(u.Path)-1], false
	if len(holder.Path) == 0 {
		return true
	}
	l := Follow(s.Value, &holder)
	return l.Stop == Reached && l.Value.Kind == graph.ObjectKind
}
