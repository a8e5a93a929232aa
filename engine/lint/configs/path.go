package configs

import (
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Stop is why a path into a config goes no further.
type Stop string

// The reasons.
const (
	Reached Stop = ""        // it was followed to its end
	Unknown Stop = "unknown" // what comes next is not known
	Absent  Stop = "absent"  // the object has no such key, the list no such element
	NoKeys  Stop = "no keys" // the value has no keys at all
	Method  Stop = "method"  // the key is a method of the value
	Hidden  Stop = "hidden"  // the object has the key, and .key means something else
)

// Lookup is how far a path leads into a config's value.
type Lookup struct {
	// Value is what was reached: the value at the end, else the one whose key could not be followed.
	Value *graph.Value
	// Holder is the range of the key that Value stands under, nothing for the whole config.
	Holder graph.Range
	Stop   Stop
	Key    int // the key that could not be followed, for any stop
}

// Follow follows the keys of a use into the value of its config.
func Follow(v *graph.Value, u *graph.ConfigUse) Lookup {
	l := Lookup{Value: v}
	for i, k := range u.Path {
		l.Key = i
		if l.Value == nil || l.Value.Kind == graph.ComputedKind {
			l.Stop = Unknown
			return l
		}
		last := i == len(u.Path)-1
		if !l.step(k, u.When, last && u.Called) {
			return l
		}
	}
	if l.Value == nil || l.Value.Kind == graph.ComputedKind {
		l.Stop = Unknown
	}
	return l
}

// step follows one key; it is false where that ends the path.
func (l *Lookup) step(k graph.ConfigKey, when graph.ConfigTime, called bool) bool {
	switch l.Value.Kind {
	case graph.ObjectKind:
		return l.entry(k, when, called)
	case graph.ArrayKind:
		if k.Index {
			return l.item(k)
		}
	}
	switch {
	case strings.HasPrefix(k.Name, "__"), k.Item && l.Value.Kind == graph.StringKind && k.Index:
		l.Stop = Unknown
	case !k.Item && !k.Optional && attributes(l.Value.Kind)[k.Name]:
		l.Stop = Method
	default:
		l.Stop = NoKeys
	}
	return false
}

func (l *Lookup) entry(k graph.ConfigKey, when graph.ConfigTime, called bool) bool {
	e := l.Value.Entry(k.Name)
	dotted := !k.Item && !k.Optional
	switch {
	case k.Index:
		l.Stop = Unknown
	case when == graph.AtStart && hiddenInBody(k, l.Key), dotted && (methods[k.Name] || strings.HasPrefix(k.Name, "__")):
		l.Stop = Method
		if e != nil && !called {
			l.Stop = Hidden
		}
	case e != nil:
		l.Value, l.Holder = e.Value, e.KeyRange
		return true
	case l.Value.Open || k.Optional:
		l.Stop = Unknown
	default:
		l.Stop = Absent
	}
	return false
}

func (l *Lookup) item(k graph.ConfigKey) bool {
	i, err := strconv.Atoi(k.Name)
	n := len(l.Value.Items)
	switch {
	case err != nil || l.Value.Open:
		l.Stop = Unknown
		return false
	case i < 0:
		i += n
	}
	if i < 0 || i >= n {
		l.Stop = Absent
		return false
	}
	l.Value, l.Holder = l.Value.Items[i], graph.Range{}
	return true
}

// methods are what an object of a config has besides its keys.
var methods = set("clear copy fromkeys get items keys pop popitem setdefault to_dict update values _data")

// ownNames are what a config has besides its keys while the class body is read; placeholderNames what comes after its first key.
var (
	ownNames         = set("IS_CONFIG_PARAMETER get init is_string_type items keys kwargs load_parameter name option_kwargs parser separator values")
	placeholderNames = set("get items keys values")
)

// hiddenInBody reports whether a key in the class body is not asked of the config's value.
func hiddenInBody(k graph.ConfigKey, at int) bool {
	if k.Item { // it becomes .key all the same
		return methods[k.Name]
	}
	return at == 0 && ownNames[k.Name] || at > 0 && placeholderNames[k.Name]
}

func attributes(kind graph.ValueKind) map[string]bool {
	switch kind {
	case graph.StringKind:
		return textNames
	case graph.IntegerKind, graph.BoolKind:
		return integerNames
	case graph.NumberKind:
		return numberNames
	case graph.ArrayKind:
		return listNames
	}
	return nil
}

// What Python's values have.
var (
	textNames = set(`capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii
isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition
removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title
translate upper zfill`)
	integerNames = set("as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes")
	numberNames  = set("as_integer_ratio conjugate from_number fromhex hex imag is_integer real")
	listNames    = set("append clear copy count extend index insert pop remove reverse sort")
)

func set(list string) map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(list) {
		out[name] = true
	}
	return out
}
