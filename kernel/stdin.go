package kernel

import (
	"fmt"

	"github.com/spindle-flow/spindle/kernel/wire"
)

// requestInput asks the frontend that runs the cell to have something typed.
func (s *server) requestInput(prompt string, password bool) {
	s.mu.Lock()
	current := s.current
	s.mu.Unlock()
	process := s.python.there()
	if process == nil {
		return
	}
	if current == nil {
		_ = process.Refuse("no cell runs that could ask") // a process that is gone needs no answer
		return
	}
	identity := current.peer.Identity()
	peer := s.wires.Stdin.Find(identity)
	if peer == nil {
		_ = process.Refuse("the frontend that runs this cell has opened no channel for input")
		return
	}
	frames, err := s.encode(current.msg.Idents, "input_request", map[string]any{"prompt": prompt, "password": password}, nil, current.msg.Raw, nil)
	if err != nil {
		_ = process.Refuse(err.Error())
		return
	}
	s.mu.Lock()
	s.asking = identity
	s.mu.Unlock()
	if peer.Send(frames) != nil {
		_ = process.Refuse("the frontend that runs this cell is gone")
	}
}

// onStdin takes what was typed, from the frontend that was asked and from no other.
func (s *server) onStdin(p *wire.Peer, frames [][]byte) {
	req := s.decode(p, frames)
	if req == nil || req.msg.Header.Type != "input_reply" {
		return
	}
	s.mu.Lock()
	awaited := s.asking != "" && s.asking == p.Identity()
	if awaited {
		s.asking = ""
	}
	s.mu.Unlock()
	var r struct {
		Value string `json:"value"`
	}
	process := s.python.there()
	if !awaited || process == nil {
		return
	}
	if err := req.msg.Decode(&r); err != nil {
		s.opts.Log(fmt.Sprintf("an input was refused: %v", err))
		return
	}
	_ = process.Answer(r.Value)
}
