package lsp

import (
	"context"
	"encoding/json"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// configuration takes the editor's settings. They stand above the project's, as a command line does.
func configuration() feature {
	return feature{methods: []method{
		tells(protocol.MethodWorkspaceDidChangeConfiguration, didChangeConfiguration),
	}}
}

// editorSettings are those under "spindle" in the editor.
type editorSettings struct {
	Lint *struct {
		Select  []string `json:"select"`
		Ignore  []string `json:"ignore"`
		Targets []string `json:"targets"`
	} `json:"lint"`
}

// readSettings takes the settings with or without the name they go by around them. Ok is false where they say nothing about findings.
func readSettings(raw []byte) (r snapshot.Rules, ok bool) {
	var wrapped struct {
		Spindle json.RawMessage `json:"spindle"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &wrapped) != nil {
		return r, false
	}
	if wrapped.Spindle != nil {
		raw = wrapped.Spindle
	}
	var e editorSettings
	if json.Unmarshal(raw, &e) != nil || e.Lint == nil {
		return r, false
	}
	return snapshot.Rules{Choice: rules.Choice{Select: e.Lint.Select, Ignore: e.Lint.Ignore}, Targets: e.Lint.Targets}, true
}

func didChangeConfiguration(_ context.Context, s *session, p *protocol.DidChangeConfigurationParams) error {
	if s.caps.configuration {
		s.spawn(s.fetchSettings)
		return nil
	}
	if r, ok := readSettings(p.Settings); ok {
		s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.SetRules(r) })
	}
	return nil
}

// fetchSettings asks the client for the settings, where it can be asked.
func (s *session) fetchSettings(ctx context.Context) {
	if !s.caps.configuration {
		return
	}
	items := []protocol.ConfigurationItem{{Section: ptr("spindle")}}
	answer, err := s.client.Configuration(ctx, &protocol.ConfigurationParams{Items: items})
	if err != nil || len(answer) != 1 {
		if ctx.Err() == nil {
			s.logf(protocol.MessageTypeWarning, "the editor's settings can't be read: %v", err)
		}
		return
	}
	if r, ok := readSettings(answer[0]); ok && !r.Equal(s.store().Current().Rules()) {
		s.change(func(st *snapshot.Store) *snapshot.Snapshot { return st.SetRules(r) })
	}
}
