package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"

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
	d := p.TextDocument
	s.changed(s.store().Open(d.URI, string(d.LanguageID), d.Version, d.Text), snapshot.PathOf(d.URI))
	return nil
}

func didChange(_ context.Context, s *session, p *protocol.DidChangeTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	s.publisher.outdate(path)
	snap, ok := s.store().Change(p.TextDocument.URI, p.TextDocument.Version, p.ContentChanges)
	if !ok {
		return fmt.Errorf("change %q: it is not open", path)
	}
	s.changed(snap, path)
	return nil
}

// didSave has nothing to do for the document itself, but what lies beside it on disk may have been written with it.
func didSave(_ context.Context, s *session, p *protocol.DidSaveTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	s.changed(s.store().Changed([]string{path}), path)
	return nil
}

func didClose(_ context.Context, s *session, p *protocol.DidCloseTextDocumentParams) error {
	path := snapshot.PathOf(p.TextDocument.URI)
	s.changed(s.store().Close(p.TextDocument.URI), path)
	return nil
}

// changed follows up on a new snapshot.
func (s *session) changed(snap *snapshot.Snapshot, paths ...string) {
	s.publisher.changed(snap, paths)
}
