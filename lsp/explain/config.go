package explain

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/lsp/names"
)

func (c *Context) source(attr string) *configs.Source {
	list := c.Configs(c.Snapshot)
	for i := range list {
		if list[i].Config.Attr == attr {
			return &list[i]
		}
	}
	return nil
}

// config explains a config: where its value comes from and which keys it has.
func (c *Context) config(p *graph.Parameter) string {
	title := "**config** " + code(p.Attr)
	if p.Name != "" {
		title += " · " + code("--config "+p.Name+" file")
	}
	s := c.source(p.Attr)
	if s == nil {
		return blocks(title, doc(p.Help))
	}
	return blocks(title, c.origin(s), doc(p.Help), content(s))
}

// origin says where a config's value comes from.
func (c *Context) origin(s *configs.Source) string {
	switch {
	case s.Missing:
		return "from " + code(s.Path) + ", which is not there"
	case s.Fault != nil:
		return "from " + code(s.Path) + ", which is no " + string(s.Format) + ": " + prose(s.Fault.Message)
	case s.File != "":
		return "from " + c.to(s.Path, graph.Range{File: s.File, Start: graph.Pos{Line: 1, Column: 1}})
	case s.Empty && s.Config.Says("required") == graph.Yes:
		return "has no default; a run must name a file"
	case s.Empty:
		return "has no default"
	}
	return ""
}

func content(s *configs.Source) string {
	if s.Value == nil {
		return ""
	}
	return json(Value(s.Value, longestValue))
}

func json(text string) string { return "```json\n" + text + "\n```" }

// ConfigKey explains a key of a config.
func (c *Context) ConfigKey(spot *names.Spot) string {
	u := spot.Use
	path := u.Attr
	for _, k := range u.Path[:spot.Key+1] {
		if k.Index {
			path += "[" + k.Name + "]"
		} else {
			path += "." + k.Name
		}
	}
	title := "**config key** " + code(path)
	s := c.source(u.Attr)
	if s == nil || s.Value == nil {
		return blocks(title, "what the config holds is known only when the flow runs")
	}
	part := graph.ConfigUse{Attr: u.Attr, Path: u.Path[:spot.Key+1], When: u.When}
	l := configs.Follow(s.Value, &part)
	where := code(filepath.Base(s.Path))
	if s.File == "" {
		where = "the default value"
	}
	switch l.Stop {
	case configs.Reached:
	case configs.Absent:
		return blocks(title, "not in "+where)
	case configs.Method:
		return blocks(title, "a method of the value, not a key")
	default:
		return title
	}
	at := where
	if l.Holder.File != "" && s.File != "" {
		at = c.to(fmt.Sprintf("%s:%d", filepath.Base(s.File), l.Holder.Start.Line), l.Holder)
	}
	return blocks(title+" · "+at, json(Value(l.Value, longestValue)))
}

const longestValue = 400

// shortLine is the length up to which a value is written on one line.
const shortLine = 60

// Value writes a value of a config as JSON, on one line where it is short, cut where it is long.
func Value(v *graph.Value, limit int) string {
	w := writer{limit: shortLine}
	if w.line(v); w.b.Len() <= shortLine {
		return w.b.String()
	}
	w = writer{limit: limit}
	w.tree(v, "")
	text := w.b.String()
	if len(text) <= limit {
		return text
	}
	if i := strings.LastIndexByte(text[:limit], '\n'); i > 0 {
		return text[:i] + "\n…"
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// writer writes values. It stops when it has written enough to know that there is too much.
type writer struct {
	b     strings.Builder
	limit int
}

func (w *writer) full() bool { return w.b.Len() > w.limit }

func (w *writer) line(v *graph.Value) {
	switch v.Kind {
	case graph.ObjectKind:
		w.b.WriteString("{")
		w.entries(v, func(string) string { return "" }, w.line)
		w.b.WriteString("}")
	case graph.ArrayKind:
		w.b.WriteString("[")
		for i, item := range v.Items {
			if w.full() {
				return
			}
			if i > 0 {
				w.b.WriteString(", ")
			}
			w.line(item)
		}
		w.b.WriteString("]")
	default:
		w.b.WriteString(scalar(v))
	}
}

// entries writes the entries of an object, with a text before each.
func (w *writer) entries(v *graph.Value, before func(key string) string, value func(*graph.Value)) {
	for i, k := range v.Keys() {
		if w.full() {
			return
		}
		lead := before(k)
		if i > 0 && lead == "" {
			lead = " "
		}
		if i > 0 {
			lead = "," + lead
		}
		w.b.WriteString(lead + quote(k) + ": ")
		value(v.Entry(k).Value)
	}
}

func (w *writer) tree(v *graph.Value, indent string) {
	inner := "\n" + indent + "  "
	switch {
	case v.Kind == graph.ObjectKind && len(v.Entries) > 0:
		w.b.WriteString("{")
		w.entries(v, func(string) string { return inner }, func(e *graph.Value) { w.tree(e, indent+"  ") })
		w.b.WriteString("\n" + indent + "}")
	case v.Kind == graph.ArrayKind && len(v.Items) > 0:
		w.b.WriteString("[")
		for i, item := range v.Items {
			if w.full() {
				return
			}
			if i > 0 {
				w.b.WriteString(",")
			}
			w.b.WriteString(inner)
			w.tree(item, indent+"  ")
		}
		w.b.WriteString("\n" + indent + "]")
	default:
		w.line(v)
	}
}

func scalar(v *graph.Value) string {
	switch v.Kind {
	case graph.StringKind:
		return quote(v.Text)
	case graph.ComputedKind:
		return "…"
	}
	return v.Text
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}

// Key explains a key by the path that leads to it: the config's attribute, then keys and subscripts as they are written.
func (c *Context) Key(path []string) string {
	u := &graph.ConfigUse{Attr: path[0], When: graph.AtTask}
	for _, part := range path[1:] {
		key, item := strings.CutPrefix(part, "[")
		key = strings.Trim(strings.TrimSuffix(key, "]"), `"' `)
		_, err := strconv.Atoi(key)
		u.Path = append(u.Path, graph.ConfigKey{Name: key, Item: item, Index: item && err == nil})
	}
	if len(u.Path) == 0 {
		return ""
	}
	return c.ConfigKey(&names.Spot{Use: u, Key: len(u.Path) - 1})
}
