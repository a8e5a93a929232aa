package kernel

import (
	"context"
	"encoding/json"

	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/python"
	"github.com/spindle-flow/spindle/kernel/wire"
)

// work deals with cells and messages about comms, one after the other.
func (s *server) work(ctx context.Context) {
	for {
		req := s.queue.pop()
		if req == nil {
			return
		}
		s.status("busy", req.msg.Raw)
		if req.msg.Header.Type == "execute_request" {
			s.execute(ctx, req)
		} else {
			s.comm(ctx, req)
		}
		s.status("idle", req.msg.Raw)
	}
}

// executeRequest is the content of a request to run a cell. What is left out has the protocol's defaults.
type executeRequest struct {
	Code         *string           `json:"code"`
	Silent       bool              `json:"silent"`
	StoreHistory *bool             `json:"store_history"`
	Expressions  map[string]string `json:"user_expressions"`
	AllowStdin   *bool             `json:"allow_stdin"`
	StopOnError  *bool             `json:"stop_on_error"`
}

func or(b *bool, otherwise bool) bool {
	if b == nil {
		return otherwise
	}
	return *b
}

type executeReply struct {
	Status      string          `json:"status"`
	Count       int             `json:"execution_count"`
	Expressions json.RawMessage `json:"user_expressions,omitempty"`
	Payload     json.RawMessage `json:"payload,omitempty"`
	Name        string          `json:"ename,omitempty"`
	Value       *string         `json:"evalue,omitempty"`
	Traceback   []string        `json:"traceback,omitempty"`
}

func (s *server) execute(ctx context.Context, req *request) {
	var r executeRequest
	if err := req.msg.Decode(&r); err != nil || r.Code == nil {
		s.replyWith(req, "execute_reply", errorContent("ValueError", "an execute_request needs a code, a text"), nil)
		return
	}
	started := wire.FormatDate(s.opts.Now())
	if req.aborted {
		s.finish(req, executeReply{Status: "aborted", Count: s.number()}, started)
		return
	}
	cell := cells.Cell{
		ID: cellID(req.msg), Code: *r.Code, Silent: r.Silent, StoreHistory: !r.Silent && or(r.StoreHistory, true),
		AllowStdin: or(r.AllowStdin, true), Count: s.number(), Expressions: r.Expressions, Parent: req.msg.Raw,
	}
	if s.debug.Started() {
		cell.Debug = s.debug
	}
	if !cell.Silent {
		s.publish("execute_input", map[string]any{"code": cell.Code, "execution_count": cell.Count}, nil, req.msg.Raw, nil)
	}
	if cell.StoreHistory {
		s.history.add(cell.Count, cell.Code)
	}
	outcome := s.run(ctx, req, cell)
	if outcome.Status == "error" && or(r.StopOnError, true) {
		s.queue.abort(req.msg.Header.Session)
	}
	if cell.StoreHistory {
		s.mu.Lock()
		s.count++
		s.mu.Unlock()
	}
	s.finish(req, replyOf(cell, outcome), started)
}

func replyOf(c cells.Cell, o cells.Outcome) executeReply {
	reply := executeReply{Status: o.Status, Count: c.Count, Expressions: o.Expressions, Payload: o.Payload}
	if o.Status == "error" {
		reply.Name, reply.Value, reply.Traceback = o.Name, &o.Value, o.Traceback
		if reply.Traceback == nil {
			reply.Traceback = []string{}
		}
		return reply
	}
	if len(reply.Expressions) == 0 {
		reply.Expressions = json.RawMessage("{}")
	}
	if len(reply.Payload) == 0 {
		reply.Payload = json.RawMessage("[]")
	}
	return reply
}

func (s *server) finish(req *request, reply executeReply, started string) {
	metadata, err := json.Marshal(map[string]any{"started": started, "dependencies_met": true, "engine": s.session, "status": reply.Status})
	if err != nil {
		metadata = nil // never: these are texts
	}
	s.replyWith(req, "execute_reply", reply, metadata)
}

func (s *server) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// cellID is the frontend's name of the cell, which newer ones send in the metadata.
func cellID(m *wire.Message) string {
	var metadata struct {
		CellID string `json:"cellId"`
	}
	if json.Unmarshal(m.Metadata, &metadata) != nil {
		return ""
	}
	return metadata.CellID
}

// run gives the cell to the first runner that claims it.
func (s *server) run(ctx context.Context, req *request, c cells.Cell) cells.Outcome {
	for _, r := range s.runners {
		if !r.Claims(c.Code) {
			continue
		}
		s.mu.Lock()
		s.current, s.last, s.runner, s.pressed = req, req, r, 0
		s.mu.Unlock()
		outcome := r.Run(ctx, c, s)
		s.mu.Lock()
		s.current, s.runner, s.asking = nil, nil, ""
		s.mu.Unlock()
		return outcome
	}
	return cells.Failed(s, "KernelError", "nothing here runs this cell")
}

// interrupt ends the running cell.
func (s *server) interrupt() {
	s.mu.Lock()
	runner, again := s.runner, s.pressed > 0
	s.pressed++
	s.mu.Unlock()
	if runner != nil {
		runner.Interrupt(again)
	}
}

// parent is the header that output belongs to: that of the running cell, or of the last one.
func (s *server) parent() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return nil
	}
	return s.last.msg.Raw
}

// Stream prints to the cell's output.
func (s *server) Stream(name, text string) {
	s.publish("stream", map[string]string{"name": name, "text": text}, nil, s.parent(), nil)
}

// Publish shows something in the cell's output.
func (s *server) Publish(kind string, content any) { s.publish(kind, content, nil, s.parent(), nil) }

// publishable are the messages that Python may send to frontends.
var publishable = map[string]bool{
	"display_data": true, "update_display_data": true, "execute_result": true, "clear_output": true, "error": true,
	"comm_open": true, "comm_msg": true, "comm_close": true,
}

// fromPython passes on what a cell publishes.
func (s *server) fromPython(p python.Published) {
	if !publishable[p.Kind] {
		return
	}
	switch p.Kind {
	case "execute_result":
		s.history.result(p.Content)
	case "comm_open", "comm_close":
		s.comms.note(p.Kind, p.Content)
	}
	s.publish(p.Kind, p.Content, p.Metadata, s.parent(), p.Data)
}

func errorContent(name, message string) map[string]any {
	return map[string]any{"status": "error", "ename": name, "evalue": message, "traceback": []string{}}
}
