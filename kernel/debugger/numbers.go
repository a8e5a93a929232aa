package debugger

import (
	"encoding/json"
	"strings"
	"sync"
)

// number is something that a process has numbered.
type number struct {
	of   *process // nil for what belongs to no process that has stopped
	kind string   // "threadId", "frameId", "variablesReference" or "sourceReference"
	n    int64
}

// numbers gives the frontend numbers that differ from process to process.
type numbers struct {
	mu   sync.Mutex // guards the rest
	last int64
	ours map[number]int64
	what map[int64]number
}

func newNumbers() *numbers { return &numbers{ours: map[number]int64{}, what: map[int64]number{}} }

// give is the frontend's number for one of a process.
func (t *numbers) give(w number) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, known := t.ours[w]
	if !known {
		t.last++
		n = t.last
		t.ours[w], t.what[n] = n, w
	}
	return n
}

// find says what a number of the frontend stands for.
func (t *numbers) find(kind string, n int64) (number, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w, known := t.what[n]
	return w, known && w.kind == kind
}

// forget drops the numbers of a process, but for those of its threads where it only goes on.
func (t *numbers) forget(p *process, threads bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for w, n := range t.ours {
		if w.of == p && (threads || w.kind != "threadId") {
			delete(t.ours, w)
			delete(t.what, n)
		}
	}
}

// kinds are the kinds of numbers in what a process says, by the name of the field. Fields named id are numbers in some lists alone.
var kinds = map[string]string{
	"threadId": "threadId", "frameId": "frameId", "variablesReference": "variablesReference", "sourceReference": "sourceReference",
	"stackFrames.id": "frameId", "threads.id": "threadId",
}

// translate puts the frontend's numbers in the place of a process's.
func (t *numbers) translate(p *process, body json.RawMessage) any {
	if len(body) == 0 {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber() // numbers of variables are addresses
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	t.walk(p, "", value)
	return value
}

func (t *numbers) walk(p *process, list string, value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			t.walk(p, list, item)
		}
	case map[string]any:
		for name, item := range v {
			kind := kinds[name]
			if name == "id" {
				kind = kinds[list+".id"]
			}
			n, isNumber := item.(json.Number)
			if kind == "" || !isNumber {
				t.walk(p, name, item)
				continue
			}
			// 0 is no variable and no source.
			if own, err := n.Int64(); err == nil && (own > 0 || kind == "threadId" || kind == "frameId") {
				v[name] = t.give(number{of: p, kind: kind, n: own})
			}
		}
	}
}
