package lsp

import (
	"context"
	"encoding/json"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// lifecycle begins and ends a session.
func lifecycle() feature {
	return feature{methods: []method{
		{name: protocol.MethodInitialize, inOrder: true, phase: before, call: initialize},
		tells(protocol.MethodInitialized, initialized),
		{name: protocol.MethodShutdown, inOrder: true, call: shutdown},
		{name: protocol.MethodExit, inOrder: true, phase: anyPhase, call: exit},
	}}
}

func initialize(ctx context.Context, r *request, params []byte) (any, error) {
	var p protocol.InitializeParams
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	s := r.session
	s.caps = clientCapabilities(p.Capabilities)
	encoding := position.UTF16
	if g := p.Capabilities.General; g != nil {
		encoding = position.Negotiate(g.PositionEncodings)
	}
	s.start(encoding, rootsOf(&p), trusted(p.InitializationOptions))
	s.lens = readLensCommands(p.InitializationOptions)
	if rules, ok := readSettings(p.InitializationOptions); ok {
		s.store().SetRules(rules)
	}
	if p.ProcessID != nil && s.opts.Alive != nil {
		pid := int(*p.ProcessID)
		s.spawn(func(ctx context.Context) { s.watchClient(ctx, pid) })
	}
	result := &protocol.InitializeResult{
		ServerInfo:   protocol.ServerInfo{Name: "spindle", Version: protocol.NewOptional(s.opts.Version)},
		Capabilities: protocol.ServerCapabilities{PositionEncoding: encoding.Kind()},
	}
	for _, f := range s.features {
		if f.announce != nil {
			f.announce(s, &result.Capabilities)
		}
	}
	s.phase.Store(int32(running))
	return result, nil
}

// trusted reports whether the workspace's own programs and settings may be used: unless the client says no.
func trusted(options []byte) bool {
	var o struct {
		Trusted *bool `json:"trusted"`
	}
	return json.Unmarshal(options, &o) != nil || o.Trusted == nil || *o.Trusted
}

// rootsOf are the folders of the workspace, however the client names them.
func rootsOf(p *protocol.InitializeParams) []string {
	var roots []string
	if folders, ok := p.WorkspaceFolders.Get(); ok {
		for _, f := range folders {
			roots = append(roots, snapshot.PathOf(f.URI))
		}
		return roots
	}
	//lint:ignore SA1019 older clients send nothing else
	if p.RootURI != nil && *p.RootURI != "" {
		//lint:ignore SA1019 as above
		return []string{snapshot.PathOf(*p.RootURI)}
	}
	//lint:ignore SA1019 as above
	if path, ok := p.RootPath.Get(); ok && path != "" {
		return []string{path}
	}
	return nil
}

// watchClient ends the session when the client's process is gone without a word.
func (s *session) watchClient(ctx context.Context, pid int) {
	for s.opts.Pause(ctx) {
		if !s.opts.Alive(pid) {
			s.opts.Log("the editor is gone")
			s.leave()
			return
		}
	}
}

func initialized(_ context.Context, s *session, _ *protocol.InitializedParams) error {
	s.spawn(s.register)
	s.spawn(s.tidyWhenIdle)
	return nil
}

func shutdown(_ context.Context, r *request, _ []byte) (any, error) {
	r.phase.Store(int32(down))
	r.publisher.stop()
	return jsonrpc2.RawMessage("null"), nil
}

func exit(_ context.Context, r *request, _ []byte) (any, error) {
	r.leave()
	return nil, nil
}
