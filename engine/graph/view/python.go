package view

import (
	"bytes"
	"encoding/json"
	"strings"
)

// pythonAttributes writes the members of a JSON object as Python prints keyword values: " times=2 var=None".
func pythonAttributes(object json.RawMessage) string {
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	var b strings.Builder
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			break
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		name, _ := key.(string)
		b.WriteString(" " + name + "=" + pythonStr(value))
	}
	return b.String()
}

// pythonStr writes a JSON value as str() would: strings bare, all else as repr.
func pythonStr(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil && string(bytes.TrimSpace(value)) != "null" {
		return s
	}
	return pythonRepr(value)
}

func pythonRepr(value json.RawMessage) string {
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	var b strings.Builder
	writeRepr(&b, dec)
	return b.String()
}

func writeRepr(b *strings.Builder, dec *json.Decoder) {
	t, err := dec.Token()
	if err != nil {
		return
	}
	switch t := t.(type) {
	case json.Delim:
		writeReprItems(b, dec, t)
	case string:
		b.WriteString(quote(t))
	case json.Number:
		b.WriteString(t.String())
	case bool:
		b.WriteString(truth(t))
	default:
		b.WriteString("None")
	}
}

func writeReprItems(b *strings.Builder, dec *json.Decoder, open json.Delim) {
	b.WriteString(open.String())
	for i := 0; dec.More(); i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		writeRepr(b, dec)
		if open == '{' {
			b.WriteString(": ")
			writeRepr(b, dec)
		}
	}
	if t, err := dec.Token(); err == nil {
		if closing, ok := t.(json.Delim); ok {
			b.WriteString(closing.String())
		}
	}
}

// quote writes a string the way Python's repr does for printable text.
func quote(s string) string {
	mark := `'`
	if strings.Contains(s, `'`) && !strings.Contains(s, `"`) {
		mark = `"`
	}
	s = strings.NewReplacer(`\`, `\\`, mark, `\`+mark, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	return mark + s + mark
}
