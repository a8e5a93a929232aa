package schema

import (
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// precision of numbers, in bits.
const precision = 256

// number is a number's value; infinities and NaN have none.
func number(v *graph.Value) (*big.Float, bool) {
	if v.Kind != graph.IntegerKind && v.Kind != graph.NumberKind {
		return nil, false
	}
	f, _, err := big.ParseFloat(v.Text, 10, precision, big.ToNearestEven)
	return f, err == nil && !f.IsInf()
}

// is says whether a value is of a type of JSON Schema; known is false for a word that is none.
func is(v *graph.Value, name string) (yes, known bool) {
	switch name {
	case "object":
		return v.Kind == graph.ObjectKind, true
	case "array":
		return v.Kind == graph.ArrayKind, true
	case "string":
		return v.Kind == graph.StringKind, true
	case "boolean":
		return v.Kind == graph.BoolKind, true
	case "null":
		return v.Kind == graph.NullKind, true
	case "number":
		return v.Kind == graph.IntegerKind || v.Kind == graph.NumberKind, true
	case "integer":
		f, ok := number(v)
		return ok && f.IsInt(), true
	}
	return false, false
}

func (c *checker) kind(_, arg *graph.Value, p place) {
	names := arg.Items
	if arg.Kind == graph.StringKind {
		names = []*graph.Value{arg}
	}
	var wanted []string
	for _, name := range names {
		yes, known := is(p.v, name.Text)
		if !known {
			c.bad(name.Range, "there is no type %q", name.Text)
			return
		}
		if yes {
			return
		}
		wanted = append(wanted, article(name.Text))
	}
	c.report(head(p.v.Range), "", "%s is %s, and must be %s", c.called(p), p.v.Kind.InWords(), strings.Join(wanted, " or "))
}

// article names a type of JSON Schema as [graph.ValueKind.InWords] does.
func article(name string) string {
	switch name {
	case "array":
		return "a list"
	case "string":
		return "a text"
	case "boolean":
		return "true or false"
	case "null":
		return "null"
	case "integer", "object":
		return "an " + name
	}
	return "a " + name
}

func (c *checker) enum(_, arg *graph.Value, p place) {
	if slices.ContainsFunc(arg.Items, func(v *graph.Value) bool { return equal(v, p.v) }) {
		return
	}
	var allowed, words []string
	for _, v := range arg.Items {
		allowed = append(allowed, document.Encode(v))
		words = append(words, v.Text)
	}
	c.report(head(p.v.Range), meant(p.v.Text, words), "%s is %s, and must be one of %s", c.called(p), short(p.v), strings.Join(allowed, ", "))
}

func (c *checker) constant(_, arg *graph.Value, p place) {
	if !equal(arg, p.v) {
		c.report(head(p.v.Range), "", "%s is %s, and must be %s", c.called(p), short(p.v), short(arg))
	}
}

// short is a value in a message.
func short(v *graph.Value) string {
	text := document.Encode(v)
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

func equal(a, b *graph.Value) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x.Cmp(y) == 0
	}
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Keys()) != len(b.Keys()) {
		return false
	}
	for i := range a.Items {
		if !equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, key := range a.Keys() {
		if e := b.Entry(key); e == nil || !equal(a.Entry(key).Value, e.Value) {
			return false
		}
	}
	return a.Kind == graph.ObjectKind || a.Kind == graph.ArrayKind || a.Text == b.Text
}

func (c *checker) minLength(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && p.v.Kind == graph.StringKind && utf8.RuneCountInString(p.v.Text) < n {
		c.report(head(p.v.Range), "", "%s is shorter than %d", c.called(p), n)
	}
}

func (c *checker) maxLength(_, arg *graph.Value, p place) {
	if n, ok := count(arg); ok && p.v.Kind == graph.StringKind && utf8.RuneCountInString(p.v.Text) > n {
		c.report(head(p.v.Range), "", "%s is longer than %d", c.called(p), n)
	}
}

func (c *checker) pattern(_, arg *graph.Value, p place) {
	if p.v.Kind != graph.StringKind {
		return
	}
	if re := c.regexp(arg.Text, arg.Range); re != nil && !re.MatchString(p.v.Text) {
		c.report(head(p.v.Range), "", "%s is %s, which does not match %s", c.called(p), short(p.v), arg.Text)
	}
}

// compare reports a number unless it stands to the limit as it should.
func (c *checker) compare(p place, limit *graph.Value, words string, right func(sign int) bool) {
	f, ok := number(p.v)
	l, known := number(limit)
	if ok && known && !right(f.Cmp(l)) {
		c.report(head(p.v.Range), "", "%s is %s, and must be %s %s", c.called(p), p.v.Text, words, limit.Text)
	}
}

// strictly is true where draft 4 says that the limit itself is not allowed.
func strictly(schema *graph.Value, key string) bool {
	e := schema.Entry(key)
	return e != nil && e.Value.Kind == graph.BoolKind && e.Value.Text == "true"
}

func (c *checker) minimum(schema, arg *graph.Value, p place) {
	if strictly(schema, "exclusiveMinimum") {
		c.above(schema, arg, p)
		return
	}
	c.compare(p, arg, "at least", func(sign int) bool { return sign >= 0 })
}

func (c *checker) maximum(schema, arg *graph.Value, p place) {
	if strictly(schema, "exclusiveMaximum") {
		c.below(schema, arg, p)
		return
	}
	c.compare(p, arg, "at most", func(sign int) bool { return sign <= 0 })
}

func (c *checker) above(_, arg *graph.Value, p place) {
	c.compare(p, arg, "more than", func(sign int) bool { return sign > 0 })
}

func (c *checker) below(_, arg *graph.Value, p place) {
	c.compare(p, arg, "less than", func(sign int) bool { return sign < 0 })
}

func (c *checker) multiple(_, arg *graph.Value, p place) {
	f, ok := number(p.v)
	step, known := number(arg)
	if !ok || !known || step.Sign() == 0 || f.MantExp(nil) > precision || step.MantExp(nil) > precision {
		return
	}
	x, exact := new(big.Rat).SetString(p.v.Text)
	y, also := new(big.Rat).SetString(arg.Text)
	if exact && also && !x.Quo(x, y).IsInt() {
		c.report(head(p.v.Range), "", "%s is %s, and must be a multiple of %s", c.called(p), p.v.Text, arg.Text)
	}
}
