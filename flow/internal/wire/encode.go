package wire

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// line is a message while it is written. It is made without encoding/json for the reason that [scanner] gives.
type line []byte

// appender is a message that writes itself.
type appender interface{ appendTo(l line) line }

func (l line) name(name string) line {
	if end := l[len(l)-1]; end != '{' {
		l = append(l, ',')
	}
	l = append(l, '"')
	return append(append(l, name...), '"', ':')
}

func (l line) text(name, value string) line { return l.name(name).quoted(value) }

// optional leaves out an empty text.
func (l line) optional(name, value string) line {
	if value == "" {
		return l
	}
	return l.text(name, value)
}

func (l line) quoted(value string) line {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			b, _ := json.Marshal(value) // a text can always be encoded
			return append(l, b...)
		}
	}
	l = append(l, '"')
	return append(append(l, value...), '"')
}

func (l line) number(name string, value int64) line {
	return strconv.AppendInt(l.name(name), value, 10)
}

func (l line) flag(name string, value bool) line { return strconv.AppendBool(l.name(name), value) }

func (l line) texts(values []string) line {
	if values == nil {
		return append(l, "null"...)
	}
	l = append(l, '[')
	for i, v := range values {
		if i > 0 {
			l = append(l, ',')
		}
		l = l.quoted(v)
	}
	return append(l, ']')
}

func (h Hello) appendTo(l line) line {
	l = append(l, '{').text("type", h.Type).number("protocol", int64(h.Protocol)).optional("language", h.Language)
	l = l.optional("version", h.Version).optional("sdk", h.SDK).optional("executable", h.Executable).optional("file", h.File)
	if h.PID != 0 {
		l = l.number("pid", int64(h.PID))
	}
	if len(h.Can) > 0 {
		l = l.name("can").texts(h.Can)
	}
	return append(l.optional("engine", h.Engine), '}')
}

// Item names an artifact of one of a task's inputs.
type Item struct {
	Input int
	Name  string
}

type getRequest struct {
	id     int64
	inline int64
	items  []Item
}

func (r getRequest) appendTo(l line) line {
	l = append(l, '{').text("type", "get").number("id", r.id)
	if r.inline > 0 {
		l = l.number("inline", r.inline)
	}
	l = append(l.name("items"), '[')
	for i, item := range r.items {
		if i > 0 {
			l = append(l, ',')
		}
		l = append(strconv.AppendInt(append(l, '['), int64(item.Input), 10), ',')
		l = append(l.quoted(item.Name), ']')
	}
	return append(l, ']', '}')
}

// Inherited names artifacts that are passed on from one input.
type Inherited struct {
	Input int
	Names []string
}

// MarshalJSON writes the wire form, a pair.
func (i Inherited) MarshalJSON() ([]byte, error) { return i.appendTo(nil), nil }

func (i Inherited) appendTo(l line) line {
	l = append(strconv.AppendInt(append(l, '['), int64(i.Input), 10), ',')
	return append(l.texts(i.Names), ']')
}

func (p Produced) appendTo(l line) line {
	l = append(l, '{').text("name", p.Name).text("type", p.Type).text("encoding", p.Encoding)
	if p.Data != nil {
		l = append(base64.StdEncoding.AppendEncode(append(l.name("data"), '"'), p.Data), '"')
	} else {
		l = l.text("file", p.File).number("offset", p.Offset)
	}
	return append(l.number("size", p.Size), '}')
}

func (t *Transition) appendTo(l line) line {
	if t == nil {
		return append(l, "null"...)
	}
	l = append(l, '{').name("next").texts(t.Next).text("foreach", t.Foreach).number("num_splits", int64(t.NumSplits))
	return append(l.name("values").texts(t.Values).number("parallel", int64(t.Parallel)).text("condition", t.Condition), '}')
}

func (d Done) appendTo(l line) line {
	l = append(append(l, '{').text("type", d.Type).flag("success", d.Success).name("artifacts"), '[')
	for i, p := range d.Artifacts {
		if i > 0 {
			l = append(l, ',')
		}
		l = p.appendTo(l)
	}
	l = append(append(l, ']').name("inherit"), '[')
	for i, p := range d.Inherit {
		if i > 0 {
			l = append(l, ',')
		}
		l = p.appendTo(l)
	}
	l = d.Transition.appendTo(append(l, ']').name("transition")).flag("caught", d.Caught)
	if d.Answer != nil {
		l = append(l.name("answer"), d.Answer...)
	}
	return append(l, '}')
}
