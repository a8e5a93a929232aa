package configs

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// checkMissingKey reports reads of keys that the config's default does not have.
func checkMissingKey(c *checker) {
	c.fit(lint.Warning)
	c.eachRead(func(u *graph.ConfigUse, s *Source, l Lookup) {
		if l.Stop != Absent || u.Write == graph.Assigns && l.Key == len(u.Path)-1 {
			return
		}
		key := u.Path[l.Key]
		if key.Index {
			d := c.report(key.Range, "The first element is [0].", "%s has no element %s: it has %d", dotted(s, u, l.Key), key.Name, len(l.Value.Items))
			d.Severity = c.severity(u)
			c.relate(d, s, l)
			return
		}
		d := c.report(key.Range, advice(s, u, l.Value, key.Name), "%s has no key %q", dotted(s, u, l.Key), key.Name)
		d.Severity = c.severity(u)
		c.relate(d, s, l)
	})
}

// eachRead goes through the uses whose config's value is known, followed as far as they lead.
func (c *checker) eachRead(visit func(*graph.ConfigUse, *Source, Lookup)) {
	for i := range c.flow.Configs.Uses {
		u := &c.flow.Configs.Uses[i]
		s := c.source(u)
		if s == nil || s.Value == nil || s.Fault != nil || u.Guarded || c.declaring(u) {
			continue
		}
		if k := s.Value.Kind; k != graph.ObjectKind && !(k == graph.StringKind && s.Config.Says("plain") == graph.Yes) {
			continue // the file is told to be wrong, or the config is None
		}
		visit(u, s, Follow(s.Value, u))
	}
}

// declaring reports whether a use is an argument of a config's own declaration, which is wrong as such.
func (c *checker) declaring(u *graph.ConfigUse) bool {
	for _, d := range c.flow.Configs.Declared {
		if u.When != graph.AtTask && inside(u.Range, d.Range) {
			return true
		}
	}
	return false
}

func inside(a, b graph.Range) bool {
	return a.File == b.File && !before(a.Start, b.Start) && !before(b.End, a.End)
}

func before(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

// dotted names the object whose key is asked for: config "cfg", or "a.b" of config "cfg".
func dotted(s *Source, u *graph.ConfigUse, key int) string {
	name := fmt.Sprintf("config %q", owner(s.Config))
	if key == 0 {
		return name
	}
	path := ""
	for _, k := range u.Path[:key] {
		if k.Index {
			path += "[" + k.Name + "]"
		} else {
			path += "." + k.Name
		}
	}
	return fmt.Sprintf("%q of %s", strings.TrimPrefix(path, "."), name)
}

// maxKeys is how many keys a message lists.
const maxKeys = 8

func advice(s *Source, u *graph.ConfigUse, v *graph.Value, key string) string {
	where := "the default value"
	if s.File != "" {
		where = fmt.Sprintf("%q", s.Path)
	}
	if alike := near.Word(key, v.Keys()); alike != "" && len(key) > 1 {
		return fmt.Sprintf("Did you mean %q? Else add the key to %s.", alike, where)
	}
	if u.When == graph.AtStart {
		return fmt.Sprintf("Add the key to %s.", where)
	}
	return fmt.Sprintf("Add the key to %s, or read it with .get(%q).", where, key)
}

// relate shows the object that was looked into.
func (c *checker) relate(d *lint.Diagnostic, s *Source, l Lookup) {
	at := l.Holder
	if at == (graph.Range{}) {
		at = head(l.Value.Range)
	}
	keys := l.Value.Keys()
	more := ""
	if len(keys) > maxKeys {
		keys, more = keys[:maxKeys], ", …"
	}
	switch {
	case l.Value.Kind == graph.ArrayKind:
		d.Relate(at, "this is the list")
	case len(keys) == 0:
		d.Relate(at, "this has no keys")
	default:
		d.Relate(at, "this has %s%s", strings.Join(keys, ", "), more)
	}
	if s.File != "" {
		d.Relate(s.Config.Range, "config %q reads that file", owner(s.Config))
	}
}
