package jsonfile

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// enter steps over an opening bracket.
func (r *reader) enter() bool {
	if r.depth++; r.depth > maxDepth {
		r.fail("values are more than %d deep in one another", maxDepth)
		return false
	}
	r.step(1)
	r.space()
	return true
}

func (r *reader) object() *graph.Value {
	v := &graph.Value{Kind: graph.ObjectKind}
	start := r.pos
	defer func() { v.Range = r.from(start) }()
	if !r.enter() {
		return v
	}
	if r.peek() != '}' {
		for r.entry(v) {
			if !r.comma('}', "a key in double quotes") {
				break
			}
		}
	}
	r.leave('}')
	return v
}

// entry reads a key and its value.
func (r *reader) entry(v *graph.Value) bool {
	if r.peek() != '"' {
		if r.peek() == '\'' {
			r.fail("a key is in double quotes in JSON")
		}
		r.expected("a key in double quotes")
		return false
	}
	start := r.pos
	key, _, ok := r.text()
	if !ok {
		return false
	}
	at := r.from(start)
	if r.space(); r.peek() != ':' {
		r.expected(`":"`)
		return false
	}
	r.step(1)
	r.space()
	value := r.value()
	if value != nil {
		v.Entries = append(v.Entries, graph.Entry{Key: key, KeyRange: at, Value: value})
	}
	return r.fault == nil
}

func (r *reader) array() *graph.Value {
	v := &graph.Value{Kind: graph.ArrayKind}
	start := r.pos
	defer func() { v.Range = r.from(start) }()
	if !r.enter() {
		return v
	}
	if r.peek() != ']' {
		for {
			item := r.value()
			if item != nil {
				v.Items = append(v.Items, item)
			}
			if r.fault != nil || !r.comma(']', "a value") {
				break
			}
		}
	}
	r.leave(']')
	return v
}

// comma steps over the comma to the next element; it is false at the end and where there is a fault.
func (r *reader) comma(end byte, what string) bool {
	switch r.space(); r.peek() {
	case ',':
		r.step(1)
		if r.space(); r.peek() == end {
			r.fail("%s is expected after the last comma, or no comma", what)
			return false
		}
		return true
	case end:
		return false
	}
	r.expected(`"," or "` + string(end) + `"`)
	return false
}

func (r *reader) leave(end byte) {
	if r.fault != nil {
		return
	}
	if r.peek() == end && r.at < len(r.data) {
		r.step(1)
	}
	r.depth--
}
