package flow

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/flow/names"
)

// How many elements of a container stand in the text of an item, as in Python's reprlib.
const (
	longestList   = 6
	longestDict   = 4
	deepestText   = 6
	longestString = 30
)

// itemText is an item as a short text, as Python would write its value.
func itemText(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return repr(v, 0)
}

func repr(v reflect.Value, depth int) string {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "None"
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return "True"
		}
		return "False"
	case reflect.Float32, reflect.Float64:
		return floatText(v.Float())
	case reflect.String:
		return stringText(v.String())
	case reflect.Slice, reflect.Array:
		return listText(v, depth)
	case reflect.Map, reflect.Struct:
		return dictText(v, depth)
	default:
		return fmt.Sprint(v.Interface())
	}
}

// floatText writes a float as Python does.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	if size := math.Abs(f); f != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

func listText(v reflect.Value, depth int) string {
	if depth >= deepestText && v.Len() > 0 {
		return "[...]"
	}
	var parts []string
	for i := range min(v.Len(), longestList) {
		parts = append(parts, repr(v.Index(i), depth+1))
	}
	if v.Len() > longestList {
		parts = append(parts, "...")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func dictText(v reflect.Value, depth int) string {
	if v.CanInterface() {
		if s, ok := v.Interface().(fmt.Stringer); ok {
			return s.String()
		}
	}
	if depth >= deepestText {
		return "{...}"
	}
	entries := entriesOf(v, depth)
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	var parts []string
	for _, one := range entries[:min(len(entries), longestDict)] {
		parts = append(parts, one.key+": "+repr(one.value, depth+1))
	}
	if len(entries) > longestDict {
		parts = append(parts, "...")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// entry is a key of a dict as text, with its value.
type entry struct {
	key   string
	value reflect.Value
}

// entriesOf are those of a map or of a struct.
func entriesOf(v reflect.Value, depth int) []entry {
	var entries []entry
	if v.Kind() == reflect.Map {
		for _, key := range v.MapKeys() {
			entries = append(entries, entry{repr(key, depth+1), v.MapIndex(key)})
		}
		return entries
	}
	for i := range v.NumField() {
		if sf := v.Type().Field(i); sf.IsExported() {
			if name := names.Of(sf.Name, sf.Tag).Name; name != "" {
				entries = append(entries, entry{"'" + name + "'", v.Field(i)})
			}
		}
	}
	return entries
}

// stringText is a string in quotes; of a long one the middle is left out.
func stringText(s string) string {
	const before, after = (longestString - 3) / 2, longestString - 3 - (longestString-3)/2
	letters := []rune(s)
	if text := []rune(quotes(string(letters[:min(len(letters), longestString)]))); len(text) <= longestString {
		return string(text)
	}
	if len(letters) > before+after {
		letters = slices.Concat(letters[:before], letters[len(letters)-after:])
	}
	text := []rune(quotes(string(letters)))
	return string(text[:before]) + "..." + string(text[len(text)-after:])
}

func quotes(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	s = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s)
	if quote == "'" {
		s = strings.ReplaceAll(s, "'", `\'`)
	}
	return quote + s + quote
}
