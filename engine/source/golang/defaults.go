package golang

import (
	"encoding/json"
	"go/types"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

func tagOf(s *types.Struct, i int) reflect.StructTag { return reflect.StructTag(s.Tag(i)) }

// checkParameter looks at the values in a parameter's or config's tag.
func (r *reader) checkParameter(f *field) {
	r.checkChoice(f, names.Required, "true", "false")
	if f.Config != "" {
		r.checkChoice(f, names.Parser, "json", "yaml", "toml")
		return
	}
	if f.typ == nil || f.typ == types.Typ[types.Invalid] {
		return
	}
	if what := impossible(f.typ); what != "" {
		r.odd(graph.Oddity{Kind: graph.OddParameter, Range: r.p.span(f.ident), Name: f.goName, Got: what})
		return
	}
	d, given := f.tag.get(names.Default)
	if !given || sdkNamed(f.typ) == "File" {
		return
	}
	kind := kindOf(f.typ)
	if kind.element == "JSON" {
		if !json.Valid([]byte(d.value)) {
			r.badDefault(f, d, "JSON", d.value)
		}
		return
	}
	if separator, _ := f.tag.get(names.Separator); separator.value != "" || kind.several && d.value == "" {
		return
	}
	texts := []string{d.value}
	if kind.several {
		texts = strings.Split(d.value, ",")
	}
	choices := r.choices(f)
	for _, text := range texts {
		switch {
		case len(choices) > 0 && !slices.Contains(choices, text):
			r.badDefault(f, d, "one of "+strings.Join(choices, ", "), text)
		case !kind.takes(text):
			r.badDefault(f, d, r.p.typeText(kind.typ), text)
		default:
			continue
		}
		return
	}
}

func (r *reader) badDefault(f *field, d tagPair, want, got string) {
	r.odd(graph.Oddity{Kind: graph.OddDefault, Range: r.p.Range(d.valueFrom, d.valueTo), Name: f.goName, Want: want, Got: got})
}

func (r *reader) checkChoice(f *field, key string, values ...string) {
	if p, ok := f.tag.get(key); ok && !slices.Contains(values, p.value) {
		r.odd(graph.Oddity{Kind: graph.OddChoice, Range: r.p.Range(p.valueFrom, p.valueTo), Name: key, Want: strings.Join(values, ", "), Got: p.value})
	}
}

func (r *reader) choices(f *field) []string {
	if p, ok := f.tag.get(names.Choices); ok && p.value != "" {
		return strings.Split(p.value, ",")
	}
	return nil
}

// impossible names a type that no parameter can have, empty for any other.
func impossible(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok && sdkNamed(named) == "Lazy" {
		return "a flow.Lazy"
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return "a function"
	case *types.Chan:
		return "a channel"
	case *types.Interface:
		if u.NumMethods() > 0 {
			return "an interface with methods"
		}
	case *types.Basic:
		if u.Info()&types.IsComplex != 0 {
			return "a complex number"
		}
	}
	return ""
}

// kind is what the command line makes of a parameter's type.
type kind struct {
	element string // str, int, float, bool, duration, JSON
	several bool
	typ     types.Type // of one value
}

func kindOf(t types.Type) kind {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	k := kind{element: elementOf(t), typ: t}
	if s, ok := t.Underlying().(*types.Slice); ok && k.element == "JSON" {
		if inner := elementOf(s.Elem()); inner != "JSON" && !isByte(s.Elem()) {
			return kind{element: inner, several: true, typ: s.Elem()}
		}
	}
	return k
}

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}

func elementOf(t types.Type) string {
	if isDuration(t) {
		return "duration"
	}
	if b, ok := t.Underlying().(*types.Basic); ok && basicWord(b) != "" {
		return basicWord(b)
	}
	return "JSON"
}

// basicWord is one of Go's basic types in the words of the graph, empty for a complex number and the like.
func basicWord(b *types.Basic) string {
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return "bool"
	case info&types.IsInteger != 0:
		return "int"
	case info&types.IsFloat != 0:
		return "float"
	case info&types.IsString != 0:
		return "str"
	}
	return ""
}

// takes reports whether a text is a value of the kind.
func (k kind) takes(text string) bool {
	switch k.element {
	case "int":
		return fits(text, k.typ)
	case "float":
		_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		return err == nil
	case "bool":
		return slices.Contains([]string{"true", "t", "1", "yes", "y", "on", "false", "f", "0", "no", "n", "off"}, strings.ToLower(strings.TrimSpace(text)))
	case "duration":
		_, err := time.ParseDuration(text)
		return err == nil
	}
	return true
}

// fits reports whether a text is an integer of a type.
func fits(text string, t types.Type) bool {
	n, ok := new(big.Int).SetString(strings.TrimSpace(text), 10)
	b, basic := t.Underlying().(*types.Basic)
	if !ok || !basic {
		return ok
	}
	bits := uint(8 * types.SizesFor("gc", "amd64").Sizeof(b))
	if b.Info()&types.IsUnsigned != 0 {
		return n.Sign() >= 0 && n.BitLen() <= int(bits)
	}
	limit := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return n.Cmp(limit) < 0 && n.Cmp(new(big.Int).Neg(limit)) >= 0
}
