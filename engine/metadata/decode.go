package metadata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// document is any of the JSON files, with the union of their fields. Numbers and strings are taken for one another:
// ids are strings in local files and numbers in those that came from a metadata service.
type document struct {
	Flow        text     `json:"flow_id"`
	Run         text     `json:"run_number"`
	Step        text     `json:"step_name"`
	Task        text     `json:"task_id"`
	User        text     `json:"user_name"`
	Tags        []text   `json:"tags"`
	SystemTags  []text   `json:"system_tags"`
	Epoch       epoch    `json:"ts_epoch"`
	Heartbeat   integer  `json:"last_heartbeat_ts"` // in s; a metadata service has it
	Attempt     integer  `json:"attempt_id"`
	Name        text     `json:"name"`
	ContentType text     `json:"content_type"`
	Sha         text     `json:"sha"`
	DSType      text     `json:"ds_type"`
	Location    text     `json:"location"`
	Field       text     `json:"field_name"`
	Type        text     `json:"type"`
	Value       rawValue `json:"value"`
}

// parse reads one file's content. path is for the error.
func parse(path string, data []byte) (document, error) {
	var d document
	if len(data) == 0 {
		return d, &CorruptError{Path: path, Reason: "it is empty"}
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return d, &CorruptError{Path: path, Reason: reason(err)}
	}
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) { // null is valid JSON and no object
		return d, &CorruptError{Path: path, Reason: "it holds no JSON object"}
	}
	return d, nil
}

func reason(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%s at byte %d", err, syntax.Offset)
	}
	return err.Error()
}

func (d document) tags() Tags { return Tags{User: texts(d.Tags), System: texts(d.SystemTags)} }

func (d document) artifact() ArtifactRecord {
	return ArtifactRecord{
		Name: string(d.Name), Key: string(d.Sha), ContentType: string(d.ContentType), Attempt: int(d.Attempt),
		DSType: string(d.DSType), Location: string(d.Location), CreatedAt: d.Epoch.time(),
	}
}

func (d document) record() Record {
	r := Record{Field: string(d.Field), Type: string(d.Type), Tags: texts(d.Tags), At: d.Epoch.time()}
	var s string
	switch {
	case len(d.Value) == 0:
	case d.Value[0] == '"' && json.Unmarshal(d.Value, &s) == nil:
		r.Value = s
	default:
		r.Value, r.Raw = string(d.Value), json.RawMessage(d.Value)
	}
	return r
}

func texts(list []text) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

// text is a string that may have been written as a number, or as null.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(t))
	}
	switch c := data[0]; {
	case c == 'n':
		*t = ""
	case c == '{' || c == '[':
		return fmt.Errorf("a %s stands where text should", map[byte]string{'{': "JSON object", '[': "list"}[c])
	default:
		*t = text(data)
	}
	return nil
}

// integer is a number that may have been written as a string.
type integer int64

// UnmarshalJSON implements [json.Unmarshaler].
func (n *integer) UnmarshalJSON(data []byte) error {
	var t text
	if err := t.UnmarshalJSON(data); err != nil || t == "" {
		return err
	}
	f, err := strconv.ParseFloat(string(t), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return fmt.Errorf("%q is not a number in range", string(t))
	}
	*n = integer(f)
	return nil
}

// epoch is a time in ms.
type epoch integer

// UnmarshalJSON implements [json.Unmarshaler].
func (e *epoch) UnmarshalJSON(data []byte) error { return (*integer)(e).UnmarshalJSON(data) }

func (e epoch) time() time.Time { return time.UnixMilli(int64(e)).UTC() }

// rawValue is kept as it stands; a document is reused for reading, so it must not share the file's buffer.
type rawValue []byte

// UnmarshalJSON implements [json.Unmarshaler].
func (v *rawValue) UnmarshalJSON(data []byte) error {
	*v = bytes.Clone(data)
	return nil
}
