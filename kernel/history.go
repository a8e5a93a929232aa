package kernel

import (
	"encoding/json"
	"path"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/kernel/wire"
)

const (
	historyCells  = 5000    // that are remembered
	historyOutput = 4 << 10 // bytes of a result's text
)

// history is what was run in this kernel's life: its one session, number 1.
type history struct {
	mu      sync.Mutex
	entries []entry
}

type entry struct {
	line   int
	input  string
	output *string
}

func (h *history) add(line int, input string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.entries) >= historyCells {
		h.entries = append(h.entries[:0], h.entries[historyCells/10:]...)
	}
	h.entries = append(h.entries, entry{line: line, input: input})
}

// result notes the text of an execute_result for the cell it names.
func (h *history) result(content json.RawMessage) {
	var r struct {
		Count int `json:"execution_count"`
		Data  struct {
			Text string `json:"text/plain"`
		} `json:"data"`
	}
	if json.Unmarshal(content, &r) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.entries); n > 0 && h.entries[n-1].line == r.Count {
		text := strings.ToValidUTF8(r.Data.Text[:min(len(r.Data.Text), historyOutput)], "")
		h.entries[n-1].output = &text
	}
}

type historyRequest struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"`
	Session int    `json:"session"`
	Start   int    `json:"start"`
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

// answer answers a history_request.
func (h *history) answer(m *wire.Message) map[string]any {
	var r historyRequest
	if err := m.Decode(&r); err != nil {
		return errorContent("ValueError", err.Error())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []entry
	switch r.Access {
	case "range":
		found = h.between(r)
	case "tail":
		found = last(h.entries, r.N)
	case "search":
		found = h.search(r)
	}
	rows := make([][]any, 0, len(found))
	for _, e := range found {
		row := []any{1, e.line, e.input}
		if r.Output {
			row[2] = []any{e.input, e.output}
		}
		rows = append(rows, row)
	}
	return map[string]any{"status": "ok", "history": rows}
}

// between is the lines from start to before stop of this session, number 1 or, seen from here, 0.
func (h *history) between(r historyRequest) []entry {
	if r.Session != 0 && r.Session != 1 {
		return nil
	}
	var found []entry
	for _, e := range h.entries {
		if e.line >= r.Start && (r.Stop == nil || e.line < *r.Stop) {
			found = append(found, e)
		}
	}
	return found
}

// search is the cells that match the pattern, in which * and ? stand for anything.
func (h *history) search(r historyRequest) []entry {
	var found []entry
	at := map[string]int{}
	for _, e := range h.entries {
		if !matches(r.Pattern, e.input) {
			continue
		}
		if before, ok := at[e.input]; ok && r.Unique {
			found[before] = e
			continue
		}
		at[e.input] = len(found)
		found = append(found, e)
	}
	return last(found, r.N)
}

func matches(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	// path.Match's * stops at slashes.
	clean := strings.NewReplacer("/", "\x00").Replace
	ok, err := path.Match(clean(pattern), clean(text))
	return err == nil && ok
}

func last(entries []entry, n *int) []entry {
	if n == nil || *n >= len(entries) {
		return entries
	}
	return entries[len(entries)-max(*n, 0):]
}
