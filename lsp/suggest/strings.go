package suggest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// inString completes the text of a string: the name of an artifact where one is asked for, keys of a config, values of arguments.
func (c *completer) inString() {
	text := c.Text[c.Inner:c.Offset]
	if strings.ContainsAny(text, "\\\n") {
		return
	}
	b, _ := c.innermost()
	c.out.Start, c.out.End = c.Inner, c.stringEnd()
	callee, decorator := c.callee(b)
	switch {
	case callee == "config_expr" || strings.HasSuffix(callee, ".config_expr"):
		c.exprText(text)
	case b.Open == '[' && c.facts != nil:
		c.subscript(b)
	case decorator:
		c.argumentValues(callee, c.keyword(b))
	}
	if c.facts == nil || c.step == "" {
		return
	}
	switch {
	case callee == c.self+".next" && b.Open == '(':
		c.nextText(c.keyword(b))
	case callee == "getattr" || callee == "hasattr" || callee == "setattr" || callee == "delattr":
		c.attributeText(b)
	default:
		c.mergeText(b)
	}
}

// stringEnd is where the string ends on the line, the place itself where it is not closed.
func (c *completer) stringEnd() int {
	rest := c.rest()
	i := strings.Index(rest, c.Quote)
	if i < 0 || strings.IndexFunc(rest[:i], func(r rune) bool { return !isNameRune(r) }) >= 0 {
		return c.nameEnd()
	}
	return c.Offset + i
}

// nextText offers the artifact of foreach="" and condition="".
func (c *completer) nextText(keyword string) {
	if keyword != "foreach" && keyword != "condition" {
		return
	}
	c.artifacts()
	for i := range c.out.Items {
		item := &c.out.Items[i]
		if keyword == "foreach" && c.content(item.Label) == graph.ContentList {
			item.Rank = -1
		}
	}
}

// content is what is plainly assigned to an artifact somewhere.
func (c *completer) content(name string) graph.ContentKind {
	data := c.facts.Artifacts().Data
	id := data.ID(name)
	for _, b := range data.Bodies {
		for i := range b.Writes {
			if w := &b.Writes[i]; w.ID == id && w.Kind == graph.Assign {
				return w.Content.Kind
			}
		}
	}
	return graph.ContentUnknown
}

// attributeText offers the artifact of getattr(self, "").
func (c *completer) attributeText(b Bracket) {
	first, _, found := strings.Cut(c.Text[b.Offset+1:c.Inner-len(c.Quote)], ",")
	first = strings.TrimSpace(first)
	if !found {
		return
	}
	switch {
	case first == c.self:
		c.artifacts()
	case c.inputs != "" && c.overInputs(first), c.inputs != "" && strings.HasPrefix(first, c.inputs+"["):
		c.inputArtifacts("")
	case c.inputs != "" && strings.HasPrefix(first, c.inputs+"."):
		c.inputArtifacts(strings.TrimPrefix(first, c.inputs+"."))
	}
}

var quotedName = regexp.MustCompile(`["'](\w+)["']`)

// mergeText offers the names that merge_artifacts can include or exclude.
func (c *completer) mergeText(b Bracket) {
	if len(c.Brackets) < 2 || b.Open != '[' && b.Open != '(' {
		return
	}
	outer := c.Brackets[len(c.Brackets)-2]
	if callee, _ := c.callee(outer); callee != c.self+".merge_artifacts" {
		return
	}
	if k := c.keyword(outer); k != "include" && k != "exclude" {
		return
	}
	c.inputArtifacts("")
	named := map[string]bool{}
	list := c.Text[b.Offset:c.Inner] + c.Text[c.out.End:c.Offset+len(c.rest())]
	for _, m := range quotedName.FindAllStringSubmatch(list, -1) {
		named[m[1]] = true
	}
	for _, p := range c.facts.Flow.Parameters {
		named[p.Attr] = true
	}
	c.out.without(named)
}

// argumentValues offers the values that an argument of a decorator takes.
func (c *completer) argumentValues(decorator, keyword string) {
	d := catalog.Lookup(decorator[strings.LastIndexByte(decorator, '.')+1:])
	if d == nil {
		return
	}
	a := d.Arg(keyword)
	if keyword == "" {
		a = d.Lead()
	}
	if a == nil {
		return
	}
	for i, v := range slices.Clone(a.Values) {
		c.out.add(Item{Kind: Value, Label: v, Rank: i})
	}
}
