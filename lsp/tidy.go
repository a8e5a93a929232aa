package lsp

import (
	"context"

	"github.com/spindle-flow/spindle/engine/source/python"
)

// tidyWhenIdle gives memory back whenever no document has changed for a while: typing leaves much behind.
func (s *session) tidyWhenIdle(ctx context.Context) {
	for ctx.Err() == nil {
		still, _ := s.typing.current()
		if !s.opts.Wait(still, idle) {
			continue
		}
		s.tidy()
		<-still.Done()
	}
}

// tidy gives memory back: what no open document has to do with, what Go keeps for later, and that of the syntax trees.
func (s *session) tidy() {
	snap := s.store().Current()
	snap.Rest()
	if !s.caps.pullDiagnostics { // else the client asks for the findings of all files every few seconds
		snap.Forget()
	}
	s.opts.Tidy()
	python.Trim()
}
