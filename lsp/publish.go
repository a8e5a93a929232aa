package lsp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// publisher tells the client what is wrong, without being asked. A client that asks by itself is only told when what it was
// answered may no longer hold: told twice it would show all twice.
//
// Of several snapshots made one after another only the newest is looked at to the end. What was published for a file stays until a newer snapshot
// says something else about it.
type publisher struct {
	s *session

	mu      sync.Mutex
	stopped bool               // guarded by mu
	cancel  context.CancelFunc // guarded by mu: ends the work for the snapshot before
	dirty   map[string]bool    // guarded by mu: files that changed since the last work that came to its end
	touched map[string]bool    // guarded by mu: files of which something else may have to be told since then
	all     bool               // guarded by mu: something else may have to be told of any file

	sending sync.Mutex       // held while something is sent, so that old news don't overtake new ones
	newest  uint64           // guarded by sending: the last snapshot that was told of
	shown   map[string]shown // guarded by sending: by path
}

// shown is what the client was last told about a file.
type shown struct {
	version int32
	list    []protocol.Diagnostic
}

func newPublisher(s *session) *publisher {
	return &publisher{s: s, cancel: func() {}, dirty: map[string]bool{}, touched: map[string]bool{}, all: true, shown: map[string]shown{}}
}

// outdate ends work for files that are about to change, and notes whatever they are part of until then.
func (p *publisher) outdate(paths []string) {
	reach := p.s.store().Reach(paths)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancel()
	maps.Copy(p.touched, reach)
	for _, path := range paths {
		p.dirty[path] = true
	}
	p.all = p.all || len(paths) == 0
}

// stop publishes nothing more.
func (p *publisher) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.cancel()
}

// changed follows up on a new snapshot in which some files, or all for none, are not what they were.
func (p *publisher) changed(snap *snapshot.Snapshot, paths []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.cancel()
	ctx, cancel := context.WithCancel(p.s.ctx)
	p.cancel = cancel
	first := ""
	if len(paths) == 1 {
		first = paths[0]
	}
	p.s.spawn(func(context.Context) {
		defer cancel()
		p.work(ctx, snap, first)
	})
}

// work looks at all open documents, the one that was edited first.
func (p *publisher) work(ctx context.Context, snap *snapshot.Snapshot, first string) {
	defer p.s.refreshViews(ctx, snap)
	if p.s.caps.pullDiagnostics {
		p.ask(ctx, snap)
		return
	}
	if first != "" && snap.File(first) != nil {
		p.send(ctx, snap, []string{first})
	}
	p.send(ctx, snap, p.toTell(ctx, snap))
	p.done(ctx)
}

// done notes that all changes so far have been told. It returns false for work that was ended: the changes are left to the next.
func (p *publisher) done(ctx context.Context) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		return false
	}
	p.dirty, p.touched, p.all = map[string]bool{}, map[string]bool{}, false
	return true
}

// toTell lists the files of which something else may have to be told: of open documents, of files their flows are made of, and of files something
// was said of before.
func (p *publisher) toTell(ctx context.Context, snap *snapshot.Snapshot) []string {
	concerns := p.concerns()
	seen := map[string]bool{}
	for _, f := range snap.Open() {
		if !concerns(f.Path) {
			continue
		}
		seen[f.Path] = true
		if !f.IsSource() {
			continue
		}
		a, err := snap.Analysis(ctx, f.Path)
		if err != nil {
			p.s.unread(ctx, f.Path, err)
			continue
		}
		if a.None {
			continue
		}
		for _, d := range a.Told(nil) {
			seen[d.Range.File] = true
		}
	}
	p.sending.Lock()
	defer p.sending.Unlock()
	for path := range p.shown {
		if concerns(path) {
			seen[path] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// unread logs why a file can't be judged, once for as long as the reason is the same.
func (s *session) unread(ctx context.Context, path string, err error) {
	if ctx.Err() != nil {
		return
	}
	if before, ok := s.unreadable.Swap(path, err.Error()); ok && before == err.Error() {
		return
	}
	if fault, ok := errors.AsType[*snapshot.PanicError](err); ok {
		s.opts.Log(fmt.Sprintf("%q can't be checked: %v\n%s", path, fault, fault.Stack))
	}
	s.logf(protocol.MessageTypeError, "%q can't be checked: %v", path, err)
}

// concerns is the question whether something else may have to be told of a file since the last work that came to its end.
func (p *publisher) concerns() func(path string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all {
		return func(string) bool { return true }
	}
	touched := maps.Clone(p.touched)
	return func(path string) bool { return touched[path] }
}

// send tells the findings of some files, where they differ from what the client knows.
func (p *publisher) send(ctx context.Context, snap *snapshot.Snapshot, paths []string) {
	for _, path := range paths {
		found, err := snap.Findings(ctx, path)
		if err != nil {
			p.s.unread(ctx, path, err)
			continue
		}
		f := snap.File(path)
		var list []protocol.Diagnostic
		if f != nil {
			list = converter{snap, &p.s.caps}.diagnostics(f, found)
		}
		p.publish(ctx, snap, path, f, list)
	}
}

func (p *publisher) publish(ctx context.Context, snap *snapshot.Snapshot, path string, f *snapshot.File, list []protocol.Diagnostic) {
	p.sending.Lock()
	defer p.sending.Unlock()
	if ctx.Err() != nil || snap.Number() < p.newest {
		return
	}
	p.newest = snap.Number()
	params := &protocol.PublishDiagnosticsParams{URI: snapshot.URIOf(path), Diagnostics: list}
	now := shown{list: list}
	if f != nil && f.Open {
		params.URI, now.version = f.URI, f.Version
		if p.s.caps.diagnosticVersion {
			params.Version = protocol.NewOptional(f.Version)
		}
	}
	before, known := p.shown[path]
	if !known && len(list) == 0 || known && same(before, now) {
		p.note(path, f, now)
		return
	}
	if params.Diagnostics == nil {
		params.Diagnostics = []protocol.Diagnostic{}
	}
	if err := p.s.client.PublishDiagnostics(ctx, params); err == nil {
		p.note(path, f, now)
	}
}

// note remembers what the client knows; of a closed file without findings there is nothing to remember.
func (p *publisher) note(path string, f *snapshot.File, now shown) {
	if len(now.list) == 0 && (f == nil || !f.Open) {
		delete(p.shown, path)
		return
	}
	p.shown[path] = now
}
