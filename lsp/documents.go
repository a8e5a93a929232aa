package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// documents keeps the texts that the editor has open.
func documents() feature {
	return feature{
		methods: []method{
			tells(protocol.MethodTextDocumentDidOpen, didOpen),
			tells(protocol.MethodTextDocumentDidChange, didChange),
			tells(protocol.MethodTextDocumentDidSave, didSave),
			tells(protocol.MethodTextDocumentDidClose, didClose),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.TextDocumentSync = &protocol.TextDocumentSyncOptions{
				OpenClose: ptr(true), Change: ptr(protocol.TextDocumentSyncKindIncremental), Save: &protocol.SaveOptions{},
			}
		},
	}
}

func didOpen(_ context.Context, s *session, p *protocol.DidOpenTextDocumentParams) error {
	d, path := p.TextDocument, snapshot.PathOf(p.TextDocument.URI)
	s.change(func(st *snapshot.Store) *snapshot.Snapshot {
		return st.Open(d.URI, string(d.LanguageID), d.Version, d.Text)
	}, path)
	return nil
}

func didChange(_ context.Context, s *session, p *protocol.DidChangeTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	open := false
	s.change(func(st *snapshot.Store) (snap *snapshot.Snapshot) {
		snap, open = st.Change(p.TextDocument.URI, p.TextDocument.Version, p.ContentChanges)
		return snap
	}, path)
	if !open {
		return fmt.Errorf("change %q: it is not open", path)
	}
	return nil
}

// didSave has nothing to do for the document itself, but what lies beside it on disk may have been written with it.
func didSave(_ context.Context, s *session, p *protocol.DidSaveTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	paths := s.store().Concerned([]string{path})
	s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.Changed([]string{path}) }, paths...)
	return nil
}

func didClose(_ context.Context, s *session, p *protocol.DidCloseTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.Close(p.TextDocument.URI) }, path)
	s.trim()
	return nil
}

// trimAfter is how many documents are closed before memory is given back to the machine, where others stay open.
const trimAfter = 50

// trim gives memory back when many documents have been closed, or all.
func (s *session) trim() {
	s.closed++
	if s.closed < trimAfter && len(s.store().Current().Open()) > 0 {
		return
	}
	s.closed = 0
	s.spawn(func(context.Context) { python.Trim() })
}

// change makes another snapshot in which some files, or all for none, are not what they were, and follows up on it.
func (s *session) change(change func(st *snapshot.Store) *snapshot.Snapshot, paths ...string) {
	s.typing.stir(s.ctx)
	s.publisher.outdate(paths)
	s.publisher.changed(change(s.store()), paths)
}
