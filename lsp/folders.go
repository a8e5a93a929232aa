package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// folders follows the workspace: which folders it has, and what changes in them on disk.
func folders() feature {
	return feature{
		methods: []method{
			tells(protocol.MethodWorkspaceDidChangeWorkspaceFolders, didChangeWorkspaceFolders),
			tells(protocol.MethodWorkspaceDidChangeWatchedFiles, didChangeWatchedFiles),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.Workspace = &protocol.WorkspaceOptions{WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
				Supported: ptr(true), ChangeNotifications: protocol.Boolean(true),
			}}
		},
	}
}

func didChangeWorkspaceFolders(_ context.Context, s *session, p *protocol.DidChangeWorkspaceFoldersParams) error {
	roots := slices.Clone(s.store().Current().Roots())
	for _, f := range p.Event.Removed {
		path := snapshot.PathOf(f.URI)
		roots = slices.DeleteFunc(roots, func(r string) bool { return r == path })
	}
	for _, f := range p.Event.Added {
		if path := snapshot.PathOf(f.URI); !slices.Contains(roots, path) {
			roots = append(roots, path)
		}
	}
	s.indexer.outdate()
	s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.SetRoots(roots) })
	s.spawn(s.survey)
	return nil
}

func didChangeWatchedFiles(_ context.Context, s *session, p *protocol.DidChangeWatchedFilesParams) error {
	var paths []string
	runs := false
	for _, c := range p.Changes {
		path := snapshot.PathOf(c.URI)
		if strings.Contains(filepath.ToSlash(path), "/.metaflow/") {
			runs = true
			continue
		}
		paths = append(paths, path)
	}
	if runs {
		s.spawn(s.runsChanged)
	}
	if len(paths) == 0 {
		return nil
	}
	s.indexer.changed(p.Changes)
	concerned := s.store().Concerned(paths)
	s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.Changed(paths) }, concerned...)
	s.spawn(s.survey)
	return nil
}
