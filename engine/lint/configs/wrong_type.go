package configs

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// checkWrongType reports values of configs that can't serve where they are used: as an object with keys, or as an argument, or as the
// value of a field.
func checkWrongType(c *checker) {
	c.fit(lint.Error)
	c.eachRead(func(u *graph.ConfigUse, s *Source, l Lookup) {
		switch {
		case l.Stop == NoKeys:
			c.noKeys(u, s, l)
		case l.Stop == Reached && u.Slot != nil && u.Slot.Whole && !u.Called:
			if want := c.unfit(u.Slot, l.Value); want != "" {
				c.unfitting(u, s, l, want)
			}
		}
	})
}

func (c *checker) noKeys(u *graph.ConfigUse, s *Source, l Lookup) {
	key := u.Path[l.Key]
	detail := "Read it as it is, or make it an object in the config."
	if l.Key == 0 {
		detail = "A plain config without a parser is the text of the file; parser=json.loads makes an object of it."
	}
	d := c.report(key.Range, detail, "%s is %s, which has no key %q", dotted(s, u, l.Key), l.Value.Kind.InWords(), key.Name)
	d.Severity = c.severity(u)
	c.show(d, s, l)
}

func (c *checker) unfitting(u *graph.ConfigUse, s *Source, l Lookup, want string) {
	d := c.report(u.Range, "Change the value in the config, or convert it on the way.", "%s is %s, and %s takes %s",
		dotted(s, u, len(u.Path)), shown(l.Value), place(u.Slot), want)
	d.Severity = c.severity(u)
	if u.Slot.Parameter != "" { // the default is not needed where the parameter is given
		d.Severity = lint.Warning
	}
	c.show(d, s, l)
}

func (c *checker) show(d *lint.Diagnostic, s *Source, l Lookup) {
	if l.Value.Range != (graph.Range{}) {
		d.Relate(head(l.Value.Range), "the value of config %q stands here", owner(s.Config))
	}
}

// maxShown is how much of a text a message shows.
const maxShown = 30

// shown describes a value with itself, where it is short.
func shown(v *graph.Value) string {
	switch v.Kind {
	case graph.StringKind:
		if len(v.Text) <= maxShown {
			return fmt.Sprintf("the text %q", v.Text)
		}
	case graph.IntegerKind, graph.NumberKind:
		return "the number " + v.Text
	case graph.BoolKind:
		return strings.ToLower(v.Text)
	}
	return v.Kind.InWords()
}

func place(s *graph.ConfigSlot) string {
	switch {
	case s.Parameter != "":
		return fmt.Sprintf("the default of parameter %q", s.Parameter)
	case s.Decorator != "":
		return fmt.Sprintf("%s of @%s", s.Arg, s.Decorator)
	}
	return s.Arg
}

// unfit says what a slot takes where the value is sure to be refused; empty where it is not.
func (c *checker) unfit(s *graph.ConfigSlot, v *graph.Value) string {
	switch {
	case s.Decorator != "":
		return unfitArgument(s, v)
	case s.Parameter != "" && s.Arg == "default":
		return unfitDefault(s.Type, v)
	case s.Arg == "num_parallel" && v.Kind != graph.IntegerKind && v.Kind != graph.BoolKind:
		return "a whole number"
	}
	return ""
}

// kinds are the kinds of literal that values of configs are as Python has them.
var kinds = map[graph.ValueKind]graph.LiteralKind{
	graph.ObjectKind: graph.LiteralDict, graph.ArrayKind: graph.LiteralList, graph.StringKind: graph.LiteralStr, graph.IntegerKind: graph.LiteralInt,
	graph.NumberKind: graph.LiteralFloat, graph.BoolKind: graph.LiteralBool, graph.NullKind: graph.LiteralNone,
}

func unfitArgument(s *graph.ConfigSlot, v *graph.Value) string {
	deco := catalog.Lookup(s.Decorator)
	if deco == nil || deco.Arg(s.Arg) == nil {
		return ""
	}
	arg := deco.Arg(s.Arg)
	if !contains(arg.Fails, kinds[v.Kind]) || v.Kind == graph.StringKind && numeric(arg) && pythonNumber(v.Text) {
		return ""
	}
	return types(arg)
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func numeric(arg *catalog.Arg) bool {
	return contains(arg.Types, catalog.Int) || contains(arg.Types, catalog.Number)
}

// words name the types of the catalogue.
var words = map[catalog.Type]string{
	catalog.Int: "a whole number", catalog.Number: "a number", catalog.Str: "a text", catalog.Bool: "true or false", catalog.Dict: "an object",
	catalog.List: "a list", catalog.Sequence: "a list", catalog.Function: "a function",
}

func types(arg *catalog.Arg) string {
	var out []string
	for _, t := range arg.Types {
		if w := words[t]; w != "" && !contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return "something else"
	}
	return strings.Join(out, " or ")
}

// pythonNumber reports whether int() or float() may take a text.
func pythonNumber(text string) bool {
	text = strings.ReplaceAll(strings.TrimSpace(text), "_", "")
	_, err := strconv.ParseFloat(text, 64)
	return err == nil || !isASCII(text)
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 127 }) < 0
}

// flags are the texts that a parameter of true and false takes.
var flags = set("1 0 true false t f yes no y n on off")

// unfitDefault says what the default of a parameter must be where the value is sure to be refused.
func unfitDefault(kind string, v *graph.Value) string {
	nested := v.Kind == graph.ObjectKind || v.Kind == graph.ArrayKind
	text := v.Kind == graph.StringKind
	switch {
	case v.Kind == graph.NullKind:
	case kind == "int" && (nested || text && !pythonNumber(v.Text)):
		return "a whole number"
	case kind == "float" && (nested || text && !pythonNumber(v.Text)):
		return "a number"
	case kind == "bool" && v.Kind != graph.BoolKind && !(text && (flags[strings.ToLower(strings.TrimSpace(v.Text))] || !isASCII(v.Text))):
		return "true or false"
	case kind == "JSON" && text && !json.Valid([]byte(v.Text)) && !strings.ContainsAny(v.Text, "NI"):
		return "JSON"
	case kind == "path" && !text:
		return "a path"
	}
	return ""
}
