package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// Finding is a fault of a value.
type Finding struct {
	Range   graph.Range
	Message string
	// Hint is what was probably meant, or what is allowed; empty for nothing.
	Hint string
	// About is how the schema describes the part of the value that the finding is about, as near to it as there is a description.
	About string
	// Key is the key that must not be there, for a finding about one.
	Key string
}

// Check holds a value against the schema. name is what the value is called in messages. All that is wrong is found; the
// fault is the schema's own.
func (s *Schema) Check(v *graph.Value, name string) ([]Finding, *Fault) {
	c := &checker{files: s.files, name: name, open: map[step]bool{}, rules: keywords(), patterns: map[string]*regexp.Regexp{}}
	at := place{v: v, key: head(v.Range)}
	c.check(s.root, at)
	return c.found, c.fault
}

// checker checks one value. Within alternatives findings are only counted.
type checker struct {
	files *files
	name  string
	found []Finding
	fault *Fault
	open  map[step]bool
	about string
	rules map[string]rule
	// patterns are those that were compiled already.
	patterns map[string]*regexp.Regexp
}

// step is a schema applied to a value: one within itself never ends.
type step struct{ schema, value *graph.Value }

// place is a value with its path and the range of its key.
type place struct {
	v    *graph.Value
	path []string
	key  graph.Range
}

func (p place) entry(e *graph.Entry) place {
	return place{e.Value, append(slices.Clone(p.path), e.Key), e.KeyRange}
}

func (p place) item(i int) place {
	return place{p.v.Items[i], append(slices.Clone(p.path), fmt.Sprint(i)), head(p.v.Items[i].Range)}
}

// called is a value's name in a message.
func (c *checker) called(p place) string {
	if len(p.path) == 0 {
		return c.name
	}
	return fmt.Sprintf("%q of %s", strings.Join(p.path, "."), c.name)
}

func (c *checker) report(at graph.Range, hint, format string, args ...any) {
	c.found = append(c.found, Finding{Range: at, Message: fmt.Sprintf(format, args...), Hint: hint, About: c.about})
}

func (c *checker) bad(at graph.Range, format string, args ...any) {
	if c.fault == nil {
		c.fault = &Fault{at, fmt.Sprintf(format, args...)}
	}
}

// fits says whether a value fits a schema, without reporting why not.
func (c *checker) fits(schema *graph.Value, p place) bool {
	before := len(c.found)
	c.check(schema, p)
	ok := len(c.found) == before
	c.found = c.found[:before]
	return ok
}

func (c *checker) check(schema *graph.Value, p place) {
	at := step{schema, p.v}
	switch {
	case c.fault != nil || p.v.Kind == graph.ComputedKind: // what is known only later fits
		return
	case schema.Kind == graph.BoolKind:
		if schema.Text == "false" {
			c.report(p.key, "", "%s must not be there", c.called(p))
		}
		return
	case schema.Kind != graph.ObjectKind:
		c.bad(head(schema.Range), "a schema is an object, true or false, and not %s", schema.Kind.InWords())
		return
	case c.open[at]:
		c.bad(head(schema.Range), "the schema refers to itself without end")
		return
	}
	c.open[at] = true
	defer delete(c.open, at)
	defer func(about string) { c.about = about }(c.about)
	if e := schema.Entry("description"); e != nil {
		c.about = e.Value.Text
	}
	for _, key := range schema.Keys() {
		e := schema.Entry(key)
		if rule := c.rules[key]; rule != nil {
			rule(c, schema, e.Value, p)
		} else if slices.Contains(unknown, key) {
			c.bad(e.KeyRange, "%s is not known here", key)
		}
	}
}

// unknown are the keywords that could change the verdict and are not known.
var unknown = []string{"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef"}

type rule func(c *checker, schema, arg *graph.Value, p place)

// keywords are those that say something of values. Those that go with another are looked at there.
func keywords() map[string]rule {
	return map[string]rule{
		"$ref": (*checker).ref, "type": (*checker).kind, "enum": (*checker).enum, "const": (*checker).constant,
		"properties": (*checker).properties, "patternProperties": (*checker).patternProperties, "additionalProperties": (*checker).additional,
		"required": (*checker).required, "propertyNames": (*checker).names, "minProperties": (*checker).minProperties, "maxProperties": (*checker).maxProperties,
		"dependentRequired": (*checker).dependencies, "dependentSchemas": (*checker).dependencies, "dependencies": (*checker).dependencies,
		"items": (*checker).items, "prefixItems": (*checker).prefix, "contains": (*checker).contains,
		"minItems": (*checker).minItems, "maxItems": (*checker).maxItems, "uniqueItems": (*checker).unique,
		"minLength": (*checker).minLength, "maxLength": (*checker).maxLength, "pattern": (*checker).pattern,
		"minimum": (*checker).minimum, "maximum": (*checker).maximum, "exclusiveMinimum": (*checker).above, "exclusiveMaximum": (*checker).below, "multipleOf": (*checker).multiple,
		"allOf": (*checker).all, "anyOf": (*checker).any, "oneOf": (*checker).one, "not": (*checker).not, "if": (*checker).when,
	}
}

func (c *checker) ref(_, arg *graph.Value, p place) {
	target, fault := c.files.refer(arg)
	if fault != nil {
		if c.fault == nil {
			c.fault = fault
		}
		return
	}
	c.check(target, p)
}

func (c *checker) all(_, arg *graph.Value, p place) {
	for _, s := range arg.Items {
		c.check(s, p)
	}
}

func (c *checker) any(_, arg *graph.Value, p place) {
	if !slices.ContainsFunc(arg.Items, func(s *graph.Value) bool { return c.fits(s, p) }) {
		c.report(head(p.v.Range), "", "%s fits none of the alternatives", c.called(p))
	}
}

func (c *checker) one(_, arg *graph.Value, p place) {
	n := 0
	for _, s := range arg.Items {
		if c.fits(s, p) {
			n++
		}
	}
	switch {
	case n == 0:
		c.report(head(p.v.Range), "", "%s fits none of the alternatives", c.called(p))
	case n > 1:
		c.report(head(p.v.Range), "", "%s fits %d of the alternatives, and must fit one", c.called(p), n)
	}
}

func (c *checker) not(_, arg *graph.Value, p place) {
	if c.fits(arg, p) {
		c.report(head(p.v.Range), "", "%s is what it must not be", c.called(p))
	}
}

func (c *checker) when(schema, arg *graph.Value, p place) {
	branch := "else"
	if c.fits(arg, p) {
		branch = "then"
	}
	if e := schema.Entry(branch); e != nil {
		c.check(e.Value, p)
	}
}

// meant is a hint with the nearest of some words, empty where none is near.
func meant(word string, words []string) string {
	if alike := near.Word(word, words); alike != "" {
		return fmt.Sprintf("Did you mean %q?", alike)
	}
	return ""
}

// head is the part of a range that is on its first line, or its first letter.
func head(at graph.Range) graph.Range {
	if at.End.Line > at.Start.Line {
		at.End = graph.Pos{Line: at.Start.Line, Column: at.Start.Column + 1}
	}
	return at
}
