package schema

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

func (c *checker) properties(_, arg *graph.Value, p place) {
	for _, key := range arg.Keys() {
		if e := p.v.Entry(key); e != nil && p.v.Kind == graph.ObjectKind {
			c.check(arg.Entry(key).Value, p.entry(e))
		}
	}
}

func (c *checker) patternProperties(_, arg *graph.Value, p place) {
	for _, e := range arg.Entries {
		if re := c.regexp(e.Key, e.KeyRange); re != nil {
			for _, key := range p.v.Keys() {
				if re.MatchString(key) {
					c.check(e.Value, p.entry(p.v.Entry(key)))
				}
			}
		}
	}
}

// regexp is a pattern of a schema; one that is none is the schema's fault.
func (c *checker) regexp(text string, at graph.Range) *regexp.Regexp {
	if re := c.patterns[text]; re != nil {
		return re
	}
	re, err := regexp.Compile(text)
	c.patterns[text] = re
	if err != nil {
		c.bad(at, "%q is no pattern: %v", text, err)
	}
	return re
}

// additional is about the keys that neither properties nor patternProperties name.
func (c *checker) additional(schema, arg *graph.Value, p place) {
	var known []string
	if e := schema.Entry("properties"); e != nil {
		known = e.Value.Keys()
	}
	var patterns []*regexp.Regexp
	if e := schema.Entry("patternProperties"); e != nil {
		for _, pattern := range e.Value.Entries {
			if re := c.regexp(pattern.Key, pattern.KeyRange); re != nil {
				patterns = append(patterns, re)
			}
		}
	}
	for _, key := range p.v.Keys() {
		if slices.Contains(known, key) || slices.ContainsFunc(patterns, func(re *regexp.Regexp) bool { return re.MatchString(key) }) {
			continue
		}
		e := p.v.Entry(key)
		if arg.Kind != graph.BoolKind {
			c.check(arg, p.entry(e))
		} else if arg.Text == "false" {
			hint := meant(key, known)
			if hint == "" && len(known) > 0 {
				hint = "It may have: " + strings.Join(known, ", ") + "."
			}
			c.report(e.KeyRange, hint, "%s has no key %q", c.called(p), key)
			c.found[len(c.found)-1].Key = key
		}
	}
}

func (c *checker) required(_, arg *graph.Value, p place) {
	c.lacks(arg, p)
}

func (c *checker) lacks(names *graph.Value, p place) {
	if p.v.Kind != graph.ObjectKind {
		return
	}
	for _, name := range names.Items {
		if p.v.Entry(name.Text) == nil {
			c.report(p.key, "", "%s lacks the key %q", c.called(p), name.Text)
		}
	}
}

func (c *checker) names(_, arg *graph.Value, p place) {
	for _, e := range p.v.Entries {
		key := &graph.Value{Kind: graph.StringKind, Text: e.Key, Range: e.KeyRange}
		if !c.fits(arg, place{key, p.path, e.KeyRange}) {
			c.report(e.KeyRange, "", "%s must not have a key like %q", c.called(p), e.Key)
		}
	}
}

func (c *checker) minProperties(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && p.v.Kind == graph.ObjectKind && len(p.v.Keys()) < n {
		c.report(p.key, "", "%s has %d keys, and must have at least %d", c.called(p), len(p.v.Keys()), n)
	}
}

func (c *checker) maxProperties(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && len(p.v.Keys()) > n {
		c.report(p.key, "", "%s has %d keys, and must have at most %d", c.called(p), len(p.v.Keys()), n)
	}
}

func count(arg *graph.Value) (int, bool) {
	f, ok := number(arg)
	if !ok {
		return 0, false
	}
	n, _ := f.Int64()
	return int(n), true
}

func (c *checker) dependencies(_, arg *graph.Value, p place) {
	for _, e := range arg.Entries {
		switch {
		case p.v.Entry(e.Key) == nil:
		case e.Value.Kind == graph.ArrayKind:
			c.lacks(e.Value, p)
		default:
			c.check(e.Value, p)
		}
	}
}

// items is about the elements that prefixItems does not name; a list of schemas is what prefixItems was before.
func (c *checker) items(schema, arg *graph.Value, p place) {
	if arg.Kind == graph.ArrayKind {
		c.prefix(schema, arg, p)
		if rest := schema.Entry("additionalItems"); rest != nil {
			c.from(len(arg.Items), rest.Value, p)
		}
		return
	}
	first := 0
	if e := schema.Entry("prefixItems"); e != nil {
		first = len(e.Value.Items)
	}
	c.from(first, arg, p)
}

func (c *checker) from(first int, schema *graph.Value, p place) {
	for i := first; i < len(p.v.Items); i++ {
		c.check(schema, p.item(i))
	}
}

func (c *checker) prefix(_, arg *graph.Value, p place) {
	for i := range min(len(arg.Items), len(p.v.Items)) {
		c.check(arg.Items[i], p.item(i))
	}
}

func (c *checker) contains(schema, arg *graph.Value, p place) {
	if p.v.Kind != graph.ArrayKind {
		return
	}
	n, least, most := 0, 1, len(p.v.Items)
	for i := range p.v.Items {
		if c.fits(arg, p.item(i)) {
			n++
		}
	}
	if e := schema.Entry("minContains"); e != nil {
		least, _ = count(e.Value)
	}
	if e := schema.Entry("maxContains"); e != nil {
		most, _ = count(e.Value)
	}
	if n < least || n > most {
		c.report(p.key, "", "%s has %d elements of the kind it must have", c.called(p), n)
	}
}

func (c *checker) minItems(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && p.v.Kind == graph.ArrayKind && len(p.v.Items) < n {
		c.report(p.key, "", "%s has %d elements, and must have at least %d", c.called(p), len(p.v.Items), n)
	}
}

func (c *checker) maxItems(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && len(p.v.Items) > n {
		c.report(p.key, "", "%s has %d elements, and must have at most %d", c.called(p), len(p.v.Items), n)
	}
}

func (c *checker) unique(_, arg *graph.Value, p place) {
	if arg.Text != "true" {
		return
	}
	for i, item := range p.v.Items {
		if j := slices.IndexFunc(p.v.Items[:i], func(other *graph.Value) bool { return equal(item, other) }); j >= 0 {
			c.report(head(item.Range), "", "%s has the same element twice, as %s and %s", c.called(p), strconv.Itoa(j), strconv.Itoa(i))
		}
	}
}
