package kernel

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/wire"
)

// answerLimit is how long a question may take: whoever asked has typed on since.
const answerLimit = 10 * time.Second

// answer answers a request that needs no turn. What this kernel does not know gets no answer, as the protocol says.
func (s *server) answer(ctx context.Context, req *request) {
	switch req.msg.Header.Type {
	case "kernel_info_request":
		s.reply(req, "kernel_info_reply", s.info(ctx))
	case "complete_request", "inspect_request", "is_complete_request":
		s.question(ctx, req)
	case "history_request":
		s.reply(req, "history_reply", s.history.answer(req.msg))
	case "comm_info_request":
		s.reply(req, "comm_info_reply", s.comms.info(req.msg))
	default:
		s.opts.Log(fmt.Sprintf("a message of an unknown type was left alone: %q", req.msg.Header.Type))
	}
}

// control answers what must work while a cell runs and others wait.
func (s *server) control(req *request) {
	switch req.msg.Header.Type {
	case "interrupt_request":
		s.bracket(req, func() {
			s.interrupt()
			s.reply(req, "interrupt_reply", map[string]string{"status": "ok"})
		})
	case "shutdown_request":
		s.shutdown(req)
	case "debug_request":
		s.debugs <- req
	default:
		s.ask(req)
	}
}

func (s *server) shutdown(req *request) {
	var r struct {
		Restart bool `json:"restart"`
	}
	_ = req.msg.Decode(&r) // without a restart in it, it is none
	content := map[string]any{"status": "ok", "restart": r.Restart}
	s.status("busy", req.msg.Raw)
	s.publish("shutdown_reply", content, nil, req.msg.Raw, nil)
	s.reply(req, "shutdown_reply", content)
	s.status("idle", req.msg.Raw)
	s.stop()
}

func (s *server) info(ctx context.Context) map[string]any {
	version, banner := "3", "no Python runs: the first cell says why"
	lexer, mode := "python3", any(map[string]any{"name": "python", "version": 3})
	debugs, features := false, []string{}
	if p := s.python.there(); p != nil {
		if hello, ok := p.Hello(ctx); ok {
			if hello.Debugger {
				debugs, features = true, []string{"debugger"}
			}
			version, banner = hello.Version, "Python "+hello.Version+" at "+hello.Executable
		}
		if ready, ok := p.Ready(ctx); ok {
			banner += "\n" + ready.Banner
			if ready.Shell == "ipython" {
				lexer, mode = "ipython3", map[string]any{"name": "ipython", "version": 3}
			}
		}
	}
	return map[string]any{
		"status": "ok", "protocol_version": wire.Version, "implementation": "spindle", "implementation_version": s.opts.Version,
		"language_info": map[string]any{
			"name": "python", "version": version, "mimetype": "text/x-python", "file_extension": ".py",
			"pygments_lexer": lexer, "codemirror_mode": mode, "nbconvert_exporter": "python",
		},
		"banner":     "Spindle " + s.opts.Version + "\n" + banner,
		"help_links": []any{}, "debugger": debugs, "supported_features": features,
	}
}

// question asks the runners. Where none has an answer, there is none: a frontend waits for a reply.
func (s *server) question(ctx context.Context, req *request) {
	kind := req.msg.Header.Type[:len(req.msg.Header.Type)-len("_request")]
	var r struct {
		Code   string `json:"code"`
		Cursor *int   `json:"cursor_pos"`
		Detail int    `json:"detail_level"`
	}
	if err := req.msg.Decode(&r); err != nil {
		s.reply(req, kind+"_reply", errorContent("ValueError", err.Error()))
		return
	}
	length := len([]rune(r.Code))
	at := length
	if r.Cursor != nil {
		at = min(max(*r.Cursor, 0), length)
	}
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	q := cells.Question{Kind: kind, Code: r.Code, Cursor: at, Detail: r.Detail}
	for _, runner := range s.runners {
		if answer, err := runner.Answer(ctx, q); err == nil && answer != nil {
			s.reply(req, kind+"_reply", withStatus(kind, answer))
			return
		}
	}
	s.reply(req, kind+"_reply", noAnswer(kind, at))
}

// withStatus adds the ok that each reply but that of is_complete has.
func withStatus(kind string, answer json.RawMessage) any {
	var fields map[string]json.RawMessage
	if kind == "is_complete" || json.Unmarshal(answer, &fields) != nil || fields == nil {
		return answer
	}
	fields["status"] = json.RawMessage(`"ok"`)
	return fields
}

func noAnswer(kind string, at int) map[string]any {
	switch kind {
	case "complete":
		return map[string]any{"status": "ok", "matches": []string{}, "cursor_start": at, "cursor_end": at, "metadata": map[string]any{}}
	case "inspect":
		return map[string]any{"status": "ok", "found": false, "data": map[string]any{}, "metadata": map[string]any{}}
	default:
		return map[string]any{"status": "unknown"}
	}
}
