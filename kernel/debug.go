package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/kernel/debugger"
	"github.com/spindle-flow/spindle/kernel/python"
)

// newDebugger is the server's debugger, of which nothing is seen until a frontend asks for it.
func newDebugger(s *server) *debugger.Debugger {
	return debugger.New(debugger.Options{
		// Frontends show the name. It is made when it is needed, and refused if somebody else has made it.
		Folder: filepath.Join(s.opts.Temp, "spindle-"+strings.SplitN(s.opts.NewID(), "-", 2)[0]),
		Python: s.debugged,
		Event: func(event any) {
			s.mu.Lock()
			parent := s.debugger
			s.mu.Unlock()
			s.publish("debug_event", event, nil, parent, nil)
		},
		Sources: s.opts.Sources,
	})
}

// debugged is the process of plain cells as the debugger sees it.
func (s *server) debugged(ctx context.Context) (debugger.Python, error) {
	p := s.python.there()
	if p == nil {
		return nil, errors.New("no Python runs: the next cell says why")
	}
	hello, ok := p.Hello(ctx)
	if !ok {
		return nil, python.ErrGone
	}
	if !hello.Debugger {
		return nil, fmt.Errorf("the debugger needs the module debugpy, which this environment has not. To install it: %s -m pip install debugpy", hello.Executable)
	}
	return debuggedPython{p, hello.SDK}, nil
}

type debuggedPython struct {
	*python.Process
	sdk string
}

// Ask implements debugger.Python.
func (p debuggedPython) Ask(ctx context.Context, kind string, question any) (json.RawMessage, error) {
	return p.Process.Ask(ctx, kind, question)
}

// SDK implements debugger.Python.
func (p debuggedPython) SDK() string { return p.sdk }

// cellFile is what a cell is called where it can be debugged: functions it defines may be stopped in later.
func (s *server) cellFile(ctx context.Context, p *python.Process, code string) string {
	if hello, ok := p.Hello(ctx); !ok || !hello.Debugger {
		return ""
	}
	return s.debug.File(code)
}

// debugAll deals with the debugger's requests, one after the other; some are answered later.
func (s *server) debugAll(ctx context.Context) {
	for {
		select {
		case req := <-s.debugs:
			s.status("busy", req.msg.Raw)
			s.mu.Lock()
			s.debugger = req.msg.Raw
			s.mu.Unlock()
			s.debug.Do(ctx, req.peer, req.msg.Content, func(content any) {
				s.reply(req, "debug_reply", content)
				s.bracketEnd(req)
			})
			if req.peer.Closed() {
				s.debug.Left(ctx, req.peer) // it may have been told before this request came
			}
		case <-ctx.Done():
			return
		}
	}
}
