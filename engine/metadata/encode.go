package metadata

import (
	"strconv"
	"unicode/utf8"
)

// The encoder writes what Python's json.dumps writes by default: ", " and ": " between items, ASCII only. It appends
// to a buffer because a task has some thirty of these files and encoding must not be what they cost.

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. A byte that is not UTF-8 becomes the lone surrogate by which Python stands
// for such bytes of a file name, so that a path comes out there as it went in here.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = appendUnit(b, 0xdc00+rune(c))
		case r > 0xffff:
			r -= 0x10000
			b = appendUnit(b, 0xd800+r>>10)
			b = appendUnit(b, 0xdc00+r&0x3ff)
		default:
			b = appendUnit(b, r)
		}
		i += n
	}
	return append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	}
	if c < ' ' || c == 0x7f {
		return appendUnit(b, rune(c))
	}
	return append(b, c)
}

func appendUnit(b []byte, u rune) []byte {
	return append(b, '\\', 'u', hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendField appends `, "name": "value"`, without the comma at the start of an object.
func appendField(b []byte, name, value string) []byte {
	return appendString(appendName(b, name), value)
}

func appendName(b []byte, name string) []byte {
	if len(b) > 0 && b[len(b)-1] != '{' {
		b = append(b, ", "...)
	}
	return append(appendString(b, name), ": "...)
}

// appendCommon appends the fields that runs, steps, tasks and artifacts end with, and closes the object.
func appendCommon(b []byte, flow, user string, tags Tags, ms int64) []byte {
	b = appendField(b, "flow_id", flow)
	b = appendField(b, "user_name", user)
	b = appendStrings(appendName(b, "tags"), tags.User)
	b = appendStrings(appendName(b, "system_tags"), tags.System)
	b = strconv.AppendInt(appendName(b, "ts_epoch"), ms, 10)
	return append(b, '}')
}

// appendObject appends a run, step or task.
func appendObject(b []byte, t TaskID, user string, tags Tags, ms int64) []byte {
	b = appendPath(append(b, '{'), t)
	return appendCommon(b, t.Flow, user, tags, ms)
}

func appendPath(b []byte, t TaskID) []byte {
	b = appendField(b, "run_number", t.Run)
	if t.Step != "" {
		b = appendField(b, "step_name", t.Step)
	}
	if t.Task != "" {
		b = appendField(b, "task_id", t.Task)
	}
	return b
}

func appendRecord(b []byte, t TaskID, r Record, user string, ms int64) []byte {
	b = appendField(append(b, '{'), "flow_id", t.Flow)
	b = appendPath(b, t)
	b = appendField(b, "field_name", r.Field)
	kind := r.Type
	if kind == "" {
		kind = r.Field
	}
	b = appendField(b, "type", kind)
	b = appendName(b, "value")
	if len(r.Raw) > 0 {
		b = append(b, r.Raw...)
	} else {
		b = appendString(b, r.Value)
	}
	b = appendStrings(appendName(b, "tags"), r.Tags)
	b = appendField(b, "user_name", user)
	b = strconv.AppendInt(appendName(b, "ts_epoch"), ms, 10)
	return append(b, '}')
}
