package flow

import (
	"fmt"
	"html"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what is shown of a value.
const (
	shownItems = 100
	shownDepth = 6
	shownRows  = 50
)

// displayAll is what an expression has: a value, or several of a call. An error that is nil says nothing.
func displayAll(values []any) map[string]string {
	if n := len(values); n > 1 && values[n-1] == nil {
		values = values[:n-1]
	}
	if len(values) == 1 {
		return display(values[0])
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = text(v)
	}
	if len(texts) == 0 {
		return nil
	}
	return map[string]string{"text/plain": strings.Join(texts, ", ")}
}

// display is a value in the forms that a notebook can show, by kinds of content. A type says how it is shown by methods HTML, SVG or Markdown,
// which return a string; slices of structs are tables.
func display(v any) map[string]string {
	forms := map[string]string{"text/plain": text(v)}
	if isNilPointer(v) {
		return forms
	}
	if x, ok := v.(interface{ HTML() string }); ok {
		forms["text/html"] = x.HTML()
	}
	if x, ok := v.(interface{ SVG() string }); ok {
		forms["image/svg+xml"] = x.SVG()
	}
	if x, ok := v.(interface{ Markdown() string }); ok {
		forms["text/markdown"] = x.Markdown()
	}
	if _, own := forms["text/html"]; !own && len(forms) == 1 {
		if table := tableOf(reflect.ValueOf(v)); table != "" {
			forms["text/html"] = table
		}
	}
	return forms
}

func isNilPointer(v any) bool {
	r := reflect.ValueOf(v)
	return r.IsValid() && r.Kind() == reflect.Pointer && r.IsNil()
}

// text is a value as Go would write it, cut where it is long.
func text(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v), 0)
	return b.String()
}

func write(b *strings.Builder, v reflect.Value, depth int) {
	if !v.IsValid() {
		b.WriteString("nil")
		return
	}
	if said, ok := says(v); ok {
		b.WriteString(said)
		return
	}
	if depth > shownDepth {
		b.WriteString("…")
		return
	}
	switch v.Kind() {
	case reflect.String:
		b.WriteString(strconv.Quote(v.String()))
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if v.Kind() == reflect.Pointer {
			b.WriteByte('&')
		}
		write(b, v.Elem(), depth+1)
	case reflect.Struct:
		writeStruct(b, v, depth)
	case reflect.Slice, reflect.Array:
		b.WriteByte('[')
		for i := range v.Len() {
			if i == shownItems {
				fmt.Fprintf(b, " … %d more", v.Len()-i)
				break
			}
			if i > 0 {
				b.WriteByte(' ')
			}
			write(b, v.Index(i), depth+1)
		}
		b.WriteByte(']')
	case reflect.Map:
		writeMap(b, v, depth)
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

// says is the text of what has one of its own: errors, and what is a fmt.Stringer.
func says(v reflect.Value) (said string, ok bool) {
	if !v.CanInterface() || v.Kind() == reflect.Pointer && v.IsNil() {
		return "", false
	}
	defer func() {
		if recover() != nil {
			said, ok = "", false // its method can't bear the value; its fields can be shown
		}
	}()
	switch x := v.Interface().(type) {
	case error:
		return x.Error(), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

func writeStruct(b *strings.Builder, v reflect.Value, depth int) {
	b.WriteString(v.Type().Name())
	b.WriteByte('{')
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Type == flowType {
			continue
		}
		if !first {
			b.WriteByte(' ')
		}
		first = false
		b.WriteString(f.Name + ":")
		write(b, v.Field(i), depth+1)
	}
	b.WriteByte('}')
}

func writeMap(b *strings.Builder, v reflect.Value, depth int) {
	type entry struct{ key, value string }
	entries := make([]entry, 0, min(v.Len(), shownItems))
	for it := v.MapRange(); it.Next() && len(entries) < shownItems; {
		var key, value strings.Builder
		write(&key, it.Key(), depth+1)
		write(&value, it.Value(), depth+1)
		entries = append(entries, entry{key.String(), value.String()})
	}
	slices.SortFunc(entries, func(x, y entry) int { return strings.Compare(x.key, y.key) })
	b.WriteString("map[")
	for i, e := range entries {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(e.key + ":" + e.value)
	}
	if more := v.Len() - len(entries); more > 0 {
		fmt.Fprintf(b, " … %d more", more)
	}
	b.WriteByte(']')
}

// tableOf is a slice of structs as a table; empty for anything else.
func tableOf(v reflect.Value) string {
	if v.Kind() != reflect.Slice || v.Len() == 0 {
		return ""
	}
	t := v.Type().Elem()
	if t.Kind() != reflect.Struct {
		return ""
	}
	var columns []int
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<table><thead><tr><th></th>")
	for _, i := range columns {
		b.WriteString("<th>" + html.EscapeString(t.Field(i).Name) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>")
	for row := range min(v.Len(), shownRows) {
		fmt.Fprintf(&b, "<tr><th>%d</th>", row)
		for _, i := range columns {
			b.WriteString("<td>" + html.EscapeString(cellText(v.Index(row).Field(i))) + "</td>")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
	if more := v.Len() - shownRows; more > 0 {
		fmt.Fprintf(&b, "<p>… %d more</p>", more)
	}
	return b.String()
}

// cellText is a value in a table: texts without quotes.
func cellText(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	var b strings.Builder
	write(&b, v, 1)
	return b.String()
}
