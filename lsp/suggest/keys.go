package suggest

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/lsp/explain"
)

func (c *completer) isConfig(attr string) bool { return c.config(attr) != nil }

// config is the config of an attribute with its value, nil where there is none.
func (c *completer) config(attr string) *configs.Source {
	if c.facts == nil || c.src.Configs == nil {
		return nil
	}
	list := c.src.Configs(c.facts)
	for i := range list {
		if list[i].Config.Attr == attr {
			return &list[i]
		}
	}
	return nil
}

// keys offers the keys behind a path: the config's attribute and the keys after it.
func (c *completer) keys(path []string) {
	s := c.config(path[0])
	if s == nil || s.Value == nil {
		return
	}
	v := follow(s.Value, path[1:])
	if v == nil || v.Kind != graph.ObjectKind {
		return
	}
	for _, k := range v.Keys() {
		if !identifier(k) && c.Quote == "" {
			continue
		}
		c.out.add(Item{Kind: Key, Label: k, Detail: explain.Value(v.Entry(k).Value, 40), Of: strings.Join(append(path[:len(path):len(path)], k), "\x00")})
	}
	for i := range c.out.Items {
		item := &c.out.Items[i]
		if line, _, cut := strings.Cut(item.Detail, "\n"); cut {
			item.Detail = line + " …"
		}
		item.Rank = i // the order of the file
	}
}

// follow walks keys and subscripts as they are written.
func follow(v *graph.Value, path []string) *graph.Value {
	for _, part := range path {
		key, subscripted := strings.CutPrefix(part, "[")
		if subscripted {
			key = strings.Trim(strings.TrimSuffix(key, "]"), `"' `)
		}
		if v == nil || v.Kind == graph.ArrayKind && !subscripted {
			return nil
		}
		if v.Kind == graph.ArrayKind {
			if len(v.Items) == 0 {
				return nil
			}
			v = v.Items[0]
			continue
		}
		e := v.Entry(key)
		if e == nil {
			return nil
		}
		v = e.Value
	}
	return v
}

func identifier(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isNameRune(r) }) < 0 && (s[0] < '0' || s[0] > '9')
}

// subscript completes cfg["".
func (c *completer) subscript(b Bracket) {
	ch := chainBefore(c.Text[:b.Offset])
	if ch == nil || ch.Partial == "" {
		return
	}
	path := append(ch.Parts, ch.Partial)
	if c.self != "" {
		if path[0] != c.self || len(path) < 2 {
			return
		}
		path = path[1:]
	}
	c.keys(path)
}

// exprText completes the text of a config_expr: names of configs, then their keys. In the decorators above a class the flow is that of the class.
func (c *completer) exprText(text string) {
	if c.facts == nil {
		c.facts = c.src.of(c.classBelow())
	}
	ch := chainBefore(text)
	if c.facts == nil || ch == nil {
		return
	}
	c.out.Start, c.out.End = c.Inner+ch.Start, c.nameEnd()
	if len(ch.Parts) > 0 {
		for _, s := range c.src.Configs(c.facts) {
			if s.Config.Name == ch.Parts[0] {
				quote := c.Quote
				c.Quote = "" // what follows a dot is a name
				c.keys(append([]string{s.Config.Attr}, ch.Parts[1:]...))
				c.Quote = quote
			}
		}
		return
	}
	for _, s := range c.src.Configs(c.facts) {
		if s.Config.Name != "" {
			c.out.add(Item{Kind: Config, Label: s.Config.Name, Detail: "config"})
		}
	}
}
