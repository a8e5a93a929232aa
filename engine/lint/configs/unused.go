package configs

import language "github.com/spindle-flow/spindle/engine/lint/words"

// checkUnused reports configs that no code of the flow's files mentions. Code out of sight may read any config where a step
// hands its self on, or where a decorator may change the flow.
func checkUnused(c *checker) {
	all := c.flow.Configs
	if all.Mutable || all.Escapes || len(c.flow.Dynamic) > 0 {
		return
	}
	for _, d := range c.certain() {
		if !d.Mentioned && d.Name != "" && !c.told(d) {
			c.report(d.AttrRange, "Remove it, or read it as "+language.Of(c.flow).Field(d.Attr)+".", "config %q is never used", d.Name)
		}
	}
}
