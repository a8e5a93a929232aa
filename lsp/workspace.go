package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/settings"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// maxIndex bounds how many files of the workspace are kept in mind. In larger ones a class that other files derive from is judged with those of them
// that are open.
const maxIndex = 500

// workspaceFiles lists the Python files of the workspace that have to do with flows, open ones first.
func (r *request) workspaceFiles(ctx context.Context) ([]string, error) {
	if err := r.awaitIndex(ctx); err != nil {
		return nil, err
	}
	return r.store().Current().Known(), nil
}

// indexer finds the files of the workspace that have to do with flows. It searches once, and again where files came or went.
type indexer struct {
	s     *session
	turn  chan struct{} // held while the workspace is searched
	stale chan struct{} // has a token when it must be searched
}

func newIndexer(s *session) *indexer {
	x := &indexer{s: s, turn: make(chan struct{}, 1), stale: make(chan struct{}, 1)}
	x.outdate()
	return x
}

// outdate says that what was found may not hold any more.
func (x *indexer) outdate() {
	select {
	case x.stale <- struct{}{}:
	default:
	}
}

// changed looks whether files that changed on disk matter.
func (x *indexer) changed(events []protocol.FileEvent) {
	for _, e := range events {
		path := snapshot.PathOf(e.URI)
		known := slices.Contains(x.s.store().Current().Known(), path)
		if (strings.HasSuffix(path, ".py") || strings.HasSuffix(path, ".go")) && (!known || e.Type == protocol.FileChangeTypeDeleted) || filepath.Base(path) == settings.FileName {
			x.outdate()
		}
	}
}

// awaitIndex makes sure that the workspace has been searched since it last changed.
func (s *session) awaitIndex(ctx context.Context) error {
	x := s.indexer
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-x.stale:
	default:
		return nil
	}
	paths, err := x.search(ctx)
	if err != nil {
		x.outdate()
		return err
	}
	s.store().SetIndex(paths)
	return nil
}

func (x *indexer) search(ctx context.Context) ([]string, error) {
	snap := x.s.store().Current()
	disk := project.Disk{ReadDir: x.s.opts.ReadDir, ReadFile: x.s.opts.ReadFile, Workers: 2}
	var out []string
	for _, root := range snap.Roots() {
		if chosen, err := settings.Find(root, snap.ReadFile); err == nil {
			disk.Excluded = chosen.Excluded
		}
		found, err := disk.Search(ctx, []string{root})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil { // a folder that is gone has no flows
			continue
		}
		out = append(out, found...)
		if len(out) > maxIndex {
			x.s.logf(protocol.MessageTypeInfo, "the workspace has more than %d files with flows; only %d are looked at together", maxIndex, maxIndex)
			return out[:maxIndex], nil
		}
	}
	return out, nil
}

// survey reads all flows of the workspace beside the conversation, so that what is said of a base class heeds the flows that derive from it. It goes on
// while the client is quiet.
func (s *session) survey(ctx context.Context) {
	if _, ok := s.calm.await(ctx); !ok || s.awaitIndex(ctx) != nil {
		return
	}
	news := false
	for _, path := range s.store().Current().Known() {
		read, ok := s.study(ctx, path)
		if !ok {
			return
		}
		news = news || read
	}
	if news {
		s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.Current() })
		s.tidy()
	}
}

// study analyses a file that nobody has asked for. It is not ok when the session ends.
func (s *session) study(ctx context.Context, path string) (read, ok bool) {
	for !s.store().Current().Analysed(path) {
		work, ok := s.calm.await(ctx)
		if !ok {
			return false, false
		}
		snap := s.store().Current()
		_, err := snap.Analysis(work, path)
		if snap.RestFile(path); !s.caps.pullDiagnostics {
			snap.ForgetFile(path)
		}
		if work.Err() == nil { // a file that can't be read has nothing to say about others
			return err == nil, true
		}
	}
	return false, true
}
