package kernel

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/spindle-flow/spindle/kernel/python"
	"github.com/spindle-flow/spindle/kernel/wire"
)

// commTable knows the open comms.
type commTable struct {
	mu   sync.Mutex
	open map[string]string // target by id
}

// note takes a comm_open or comm_close of either side.
func (t *commTable) note(kind string, content json.RawMessage) {
	var c struct {
		ID     string `json:"comm_id"`
		Target string `json:"target_name"`
	}
	if json.Unmarshal(content, &c) != nil || c.ID == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch kind {
	case "comm_open":
		if t.open == nil {
			t.open = map[string]string{}
		}
		t.open[c.ID] = c.Target
	case "comm_close":
		delete(t.open, c.ID)
	}
}

func (t *commTable) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = nil
}

// info answers a comm_info_request.
func (t *commTable) info(m *wire.Message) map[string]any {
	var r struct {
		Target string `json:"target_name"`
	}
	_ = m.Decode(&r) // without a target all are meant
	t.mu.Lock()
	defer t.mu.Unlock()
	found := map[string]any{}
	for id, target := range t.open {
		if r.Target == "" || r.Target == target {
			found[id] = map[string]string{"target_name": target}
		}
	}
	return map[string]any{"status": "ok", "comms": found}
}

// comm gives a frontend's message about a comm to Python.
func (s *server) comm(ctx context.Context, req *request) {
	s.comms.note(req.msg.Header.Type, req.msg.Content)
	process := s.python.there()
	if process == nil {
		return
	}
	s.mu.Lock()
	s.last = req
	s.mu.Unlock()
	parent, err := json.Marshal(map[string]json.RawMessage{"header": req.msg.Raw})
	if err != nil {
		return
	}
	// A process that has ended has no comms.
	_ = process.Comm(ctx, python.Comm{
		Kind: req.msg.Header.Type, Content: req.msg.Content, Metadata: req.msg.Metadata, Parent: parent, Data: req.msg.Buffers,
	})
}
