package scheduled

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Texts are a JSON value of a parameter as the command line would have it; nil for null, which counts as not given. A list is that of several values where
// the parameter takes them.
func Texts(value json.RawMessage, multiple bool) ([]string, error) {
	v, err := decode(string(value))
	if err != nil {
		return nil, err
	}
	return texts(v, multiple), nil
}

// decode reads JSON with numbers as they were written.
func decode(text string) (v any, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&v)
	return v, err
}

func texts(v any, multiple bool) []string {
	if list, ok := v.([]any); ok && multiple {
		out := []string{}
		for _, item := range list {
			out = append(out, texts(item, false)...)
		}
		return out
	}
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // it came from JSON
	return []string{strings.TrimSuffix(b.String(), "\n")}
}
