package debugger

import (
	"encoding/json"
	"slices"
)

// hear takes an event of a process. Frontends hear of what they can do something about: nothing of the beginning and end of processes that they do not know.
func (d *Debugger) hear(p *process, m message) {
	switch m.Event {
	case "stopped":
		d.halted(p, m)
	case "continued":
		var e struct {
			Thread int64 `json:"threadId"`
			All    bool  `json:"allThreadsContinued"`
		}
		if json.Unmarshal(m.Body, &e) != nil || e.All {
			d.resumed(p, nil)
		} else {
			d.resumed(p, &e.Thread)
		}
	case "thread":
		d.publish(m.Event, d.numbers.translate(p, m.Body))
	case "output":
		var e struct {
			Category string `json:"category"`
		}
		// What the debugger says of itself is for nobody; what a logpoint prints is.
		if json.Unmarshal(m.Body, &e) == nil && (e.Category == "stdout" || e.Category == "stderr") {
			d.publish(m.Event, d.numbers.translate(p, m.Body))
		}
	case "initialized", "breakpoint":
		if p.main {
			d.publish(m.Event, d.numbers.translate(p, m.Body))
		}
	}
}

// halted notes that a thread has stopped.
func (d *Debugger) halted(p *process, m message) {
	var e struct {
		Thread int64 `json:"threadId"`
	}
	if json.Unmarshal(m.Body, &e) != nil {
		return
	}
	h := halt{of: p, thread: e.Thread, body: d.numbers.translate(p, m.Body)}
	d.mu.Lock()
	d.halts = slices.DeleteFunc(d.halts, func(o halt) bool { return o.of == p && o.thread == e.Thread })
	d.halts = append(d.halts, h)
	d.mu.Unlock()
	d.publish("stopped", h.body)
}

// resumed notes that a thread of a process goes on, or all. What else has stopped is told of again: frontends show one thread at a time.
func (d *Debugger) resumed(p *process, thread *int64) {
	d.mu.Lock()
	var gone []halt
	d.halts = slices.DeleteFunc(d.halts, func(h halt) bool {
		goesOn := h.of == p && (thread == nil || *thread == h.thread)
		if goesOn {
			gone = append(gone, h)
		}
		return goesOn
	})
	rest := slices.Clone(d.halts)
	clear(p.scopes)
	d.mu.Unlock()
	d.numbers.forget(p, false)
	for _, h := range gone {
		n := d.numbers.give(number{of: p, kind: "threadId", n: h.thread})
		d.publish("continued", map[string]any{"threadId": n, "allThreadsContinued": len(rest) == 0})
	}
	if len(gone) > 0 && len(rest) > 0 {
		d.publish("stopped", rest[0].body)
	}
}

// publish tells frontends.
func (d *Debugger) publish(event string, body any) {
	if body == nil {
		body = map[string]any{}
	}
	d.opts.Event(map[string]any{"seq": d.nextSeq(), "type": "event", "event": event, "body": body})
}

func (d *Debugger) nextSeq() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events++
	return d.events
}

// stoppedThreads are the frontend's numbers of them.
func (d *Debugger) stoppedThreads() []int64 {
	d.mu.Lock()
	halts := slices.Clone(d.halts)
	d.mu.Unlock()
	found := make([]int64, len(halts))
	for i, h := range halts {
		found[i] = d.numbers.give(number{of: h.of, kind: "threadId", n: h.thread})
	}
	return found
}
