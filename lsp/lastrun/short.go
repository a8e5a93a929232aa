package lastrun

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

const (
	shortWidth = 72 // letters of a short form, more or less
	shortText  = 60 // letters of a text
	shortItems = 6  // of a list
	shortDepth = 2  // of lists in lists
)

// Short is a plain value as Python shows it, cut to fit a line.
func Short(v any) string { return short(v, 0) }

func short(v any, depth int) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case int64:
		return strconv.FormatInt(v, 10)
	case *big.Int:
		return cut(v.String(), shortText)
	case float64:
		return float(v)
	case string:
		return quoted(v)
	case plain.Bytes:
		return "b" + quoted(string(v))
	case []any:
		return "[" + list(v, depth) + "]"
	case plain.Tuple:
		if len(v) == 1 {
			return "(" + list(v, depth) + ",)"
		}
		return "(" + list(v, depth) + ")"
	case map[any]any:
		return "{" + dict(v, depth) + "}"
	}
	return "…"
}

func float(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func quoted(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > shortText {
			return quote + b.String() + "…" + quote
		}
		b.WriteString(escaped(r, quote))
	}
	return quote + b.String() + quote
}

func escaped(r rune, quote string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case r == '\\' || string(r) == quote:
		return `\` + string(r)
	case unicode.IsPrint(r):
		return string(r)
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// cut shortens a text to a number of letters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// list shows the first items and says how many more there are.
func list(items []any, depth int) string {
	return joined(len(items), depth, func(i int) string { return short(items[i], depth+1) })
}

func dict(m map[any]any, depth int) string {
	type entry struct{ key, value string }
	entries := make([]entry, 0, len(m))
	for k, v := range m {
		entries = append(entries, entry{short(k, shortDepth), ""})
		if len(m) <= keptForms {
			entries[len(entries)-1].value = short(v, depth+1)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return joined(len(entries), depth, func(i int) string { return entries[i].key + ": " + entries[i].value })
}

func joined(n, depth int, item func(i int) string) string {
	if depth >= shortDepth && n > 0 {
		return "…"
	}
	var b strings.Builder
	width := 0
	for i := range n {
		if i == shortItems || width > shortWidth {
			fmt.Fprintf(&b, ", … %d more", n-i)
			break
		}
		text := item(i)
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(text)
		width += len(text) + 2
	}
	return b.String()
}
