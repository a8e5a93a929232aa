package python

import (
	"math"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// maxDisplay is the depth of lists in lists that is read of a literal.
const maxDisplay = 20

// literal reads an expression as far as it is written out.
func (f *file) literal(n *flatNode, depth int) graph.Literal {
	if n == nil || depth > maxDisplay {
		return graph.Literal{}
	}
	l := graph.Literal{Range: f.span(n)}
	n = f.unwrap(n)
	l.Text = f.source(n)
	switch f.kind(n) {
	case "none":
		l.Kind = graph.LiteralNone
	case "true", "false":
		l.Kind = graph.LiteralBool
	case "integer", "float", "unary_operator", "binary_operator":
		if v, ok := f.number(n, depth); ok {
			l.Kind, l.Number, l.Text = v.kind(), v.value, v.text()
		} else if text, ok := f.repeated(n, depth); ok {
			l.Kind, l.Text = graph.LiteralStr, text
		}
	case "string", "concatenated_string":
		l.Kind, l.Text = f.textLiteral(n)
	case "lambda":
		l.Kind = graph.LiteralFunction
	case "list", "tuple", "set", "list_comprehension", "set_comprehension":
		l.Kind = map[string]graph.LiteralKind{
			"list": graph.LiteralList, "list_comprehension": graph.LiteralList, "tuple": graph.LiteralTuple,
			"set": graph.LiteralSet, "set_comprehension": graph.LiteralSet,
		}[f.kind(n)]
		f.displayItems(n, &l, depth)
	case "dictionary", "dictionary_comprehension":
		l.Kind = graph.LiteralDict
		f.dictItems(n, &l, depth)
	}
	return l
}

func (f *file) textLiteral(n *flatNode) (graph.LiteralKind, string) {
	if value, ok := f.stringValue(n); ok {
		return graph.LiteralStr, value
	}
	source := f.source(n)
	if f.is(n, "string") {
		if prefix, _ := splitString(source); strings.ContainsAny(prefix, "bB") {
			return graph.LiteralBytes, source
		}
	}
	return graph.LiteralText, source
}

func (f *file) displayItems(n *flatNode, l *graph.Literal, depth int) {
	if strings.HasSuffix(f.kind(n), "_comprehension") {
		l.Open = true
		return
	}
	for _, c := range f.children(n) {
		if f.is(c, "list_splat") {
			l.Open = true
			continue
		}
		l.Items = append(l.Items, f.literal(c, depth+1))
	}
}

func (f *file) dictItems(n *flatNode, l *graph.Literal, depth int) {
	if f.is(n, "dictionary_comprehension") {
		l.Open = true
		return
	}
	for _, c := range f.children(n) {
		if !f.is(c, "pair") {
			l.Open = true
			continue
		}
		l.Keys = append(l.Keys, f.literal(f.field(c, fieldKey), depth+1))
		l.Items = append(l.Items, f.literal(f.field(c, fieldValue), depth+1))
	}
}

// maxRepeated is how long a repeated string may get, in bytes.
const maxRepeated = 1 << 16

// repeated computes a string times a number.
func (f *file) repeated(n *flatNode, depth int) (string, bool) {
	if !f.is(n, "binary_operator") || f.operator(n) != "*" {
		return "", false
	}
	text, ok := f.stringValue(f.field(n, fieldLeft))
	times, also := f.number(f.field(n, fieldRight), depth+1)
	if !ok || !also || times.float || times.value < 0 || times.value*float64(len(text)) > maxRepeated {
		return "", false
	}
	return strings.Repeat(text, int(times.value)), true
}

// numeral is a number that is written out or follows from such by simple arithmetic.
type numeral struct {
	value float64
	float bool
}

func (v numeral) kind() graph.LiteralKind {
	if v.float {
		return graph.LiteralFloat
	}
	return graph.LiteralInt
}

func (v numeral) text() string {
	if v.float {
		text := strconv.FormatFloat(v.value, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	}
	return strconv.FormatFloat(v.value, 'f', 0, 64)
}

// exact is the largest number up to which every integer is one of float64's.
const exact = 1 << 53

// number computes a numeric expression; not one that a float64 can't hold exactly.
func (f *file) number(n *flatNode, depth int) (numeral, bool) {
	if n = f.unwrap(n); n == nil || depth > maxDisplay {
		return numeral{}, false
	}
	switch f.kind(n) {
	case "integer":
		v, ok := f.intValue(n)
		return numeral{value: float64(v)}, ok && math.Abs(float64(v)) <= exact
	case "float":
		v, err := strconv.ParseFloat(strings.ReplaceAll(f.source(n), "_", ""), 64)
		return numeral{v, true}, err == nil
	case "unary_operator":
		v, ok := f.number(f.field(n, fieldArgument), depth+1)
		switch f.operator(n) {
		case "-":
			v.value = -v.value
			return v, ok
		case "+":
			return v, ok
		}
	case "binary_operator":
		left, ok := f.number(f.field(n, fieldLeft), depth+1)
		right, also := f.number(f.field(n, fieldRight), depth+1)
		if ok && also {
			return combine(left, f.operator(n), right)
		}
	}
	return numeral{}, false
}

func combine(a numeral, operator string, b numeral) (numeral, bool) {
	out := numeral{float: a.float || b.float}
	switch operator {
	case "+":
		out.value = a.value + b.value
	case "-":
		out.value = a.value - b.value
	case "*":
		out.value = a.value * b.value
	case "/":
		if b.value == 0 {
			return numeral{}, false
		}
		out.value, out.float = a.value/b.value, true
	default:
		return numeral{}, false
	}
	return out, math.Abs(out.value) <= exact
}
