package lsp

import (
	"context"
	"encoding/json"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/actions"
	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// codeActions offers what can be done about findings and with selected lines.
func codeActions() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentCodeAction, codeAction),
			asks(protocol.MethodCodeActionResolve, resolveCodeAction),
		},
		announce: func(s *session, c *protocol.ServerCapabilities) {
			if !s.caps.codeActionLiterals {
				c.CodeActionProvider = protocol.Boolean(true)
				return
			}
			c.CodeActionProvider = &protocol.CodeActionOptions{
				CodeActionKinds: []protocol.CodeActionKind{
					protocol.CodeActionKind(actions.QuickFix), protocol.CodeActionKind(actions.Extract), protocol.CodeActionKind(actions.FixAll),
				},
				ResolveProvider: ptr(true),
			}
		},
	}
}

// lazyAction is what a code action without its edit comes back with, for the edit to be made.
type lazyAction struct {
	URI  uri.URI      `json:"uri"`
	Kind actions.Kind `json:"kind"`
}

func codeAction(ctx context.Context, r *request, p *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	f, a, err := r.analysis(ctx, p.TextDocument.URI)
	if err != nil || a == nil || !r.caps.codeActionLiterals {
		return nil, err
	}
	site, err := r.site(ctx, f, a, p.Range)
	if err != nil {
		return nil, err
	}
	var out []protocol.CommandOrCodeAction
	if wants(p.Context, actions.QuickFix) {
		list, err := site.ForFindings(ctx)
		if err != nil {
			return nil, err
		}
		for _, action := range list {
			if c := r.codeAction(f, action, p.Context.Diagnostics); c != nil {
				out = append(out, c)
			}
		}
	}
	if c, err := r.extract(ctx, f, site, p.Context); err != nil {
		return nil, err
	} else if c != nil {
		out = append(out, c)
	}
	if c, err := r.offerFixAll(ctx, f, site, p.Context); err != nil {
		return nil, err
	} else if c != nil {
		out = append(out, c)
	}
	return out, nil
}

// wants reports whether a client asks for actions of a kind. Kinds contain those that go on with a dot.
func wants(c protocol.CodeActionContext, kind actions.Kind) bool {
	for _, only := range c.Only {
		if string(only) == string(kind) || strings.HasPrefix(string(kind), string(only)+".") || only == "" {
			return true
		}
	}
	return len(c.Only) == 0
}

func (r *request) site(ctx context.Context, f *snapshot.File, a *snapshot.Analysis, at protocol.Range) (*actions.Site, error) {
	found, err := r.snap.Findings(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	selected := graph.Range{File: f.Path, Start: f.Map().ToGraph(at.Start), End: f.Map().ToGraph(at.End)}
	return &actions.Site{Workspace: previews{r}, File: f.Path, Flows: a.Flows, Found: found, Range: selected}, nil
}

// previews lets actions be tried on the snapshot of a request.
type previews struct{ r *request }

func (p previews) Map(file string) *position.Map {
	if f := p.r.snap.File(file); f != nil {
		return f.Map()
	}
	return nil
}

func (p previews) Try(ctx context.Context, file string, edits []lint.Edit) ([]lint.Diagnostic, error) {
	byFile := map[string][]lint.Edit{}
	for _, e := range edits {
		byFile[e.Range.File] = append(byFile[e.Range.File], e)
	}
	texts := map[string]string{}
	for path, list := range byFile {
		f := p.r.snap.File(path)
		if f == nil {
			continue
		}
		text, ok := applied(f.Map(), list)
		if !ok {
			return []lint.Diagnostic{{Code: "SP100", Severity: lint.Error, Message: "the edits overlap"}}, nil
		}
		texts[path] = text
	}
	preview, release := p.r.snap.With(texts)
	defer release()
	return preview.Findings(ctx, file)
}

// codeAction converts an action; nil where a file it changes is gone.
func (r *request) codeAction(f *snapshot.File, a actions.Action, given []protocol.Diagnostic) *protocol.CodeAction {
	c := &protocol.CodeAction{Title: a.Title, Kind: ptr(protocol.CodeActionKind(a.Kind))}
	if a.Disabled != "" {
		if !r.caps.codeActionDisabled {
			return nil
		}
		c.Disabled = protocol.CodeActionDisabled{Reason: a.Disabled}
		return c
	}
	if a.Preferred {
		c.IsPreferred = ptr(true)
	}
	if c.Edit = r.workspaceEdit(a.Edits); c.Edit == nil {
		return nil
	}
	if a.For != nil {
		c.Diagnostics = []protocol.Diagnostic{r.given(f, *a.For, given)}
	}
	return c
}

// given is a finding as the client sent it, or as it would be sent to the client.
func (r *request) given(f *snapshot.File, d lint.Diagnostic, list []protocol.Diagnostic) protocol.Diagnostic {
	own := converter{r.snap, &r.caps}.diagnostic(f, d)
	for _, g := range list {
		if g.Range == own.Range && g.Code == own.Code {
			return g
		}
	}
	return own
}

func (r *request) extract(ctx context.Context, f *snapshot.File, site *actions.Site, c protocol.CodeActionContext) (*protocol.CodeAction, error) {
	if !wants(c, actions.Extract) || !f.IsPython() {
		return nil, nil
	}
	p, err := f.Parsed(ctx)
	if err != nil {
		return nil, err
	}
	a, err := site.ExtractStep(ctx, p)
	if err != nil || a == nil || a.Disabled != "" && len(c.Only) == 0 {
		return nil, err // what can't be done is only worth a word where it was asked for
	}
	return r.codeAction(f, *a, nil), nil
}

// offerFixAll offers to make all safe fixes of a file, without working them out where the client asks again for what is chosen.
func (r *request) offerFixAll(ctx context.Context, f *snapshot.File, site *actions.Site, c protocol.CodeActionContext) (*protocol.CodeAction, error) {
	fixable := 0
	for _, d := range site.Found {
		if d.Fix != nil {
			fixable++
		}
	}
	if fixable == 0 || !wants(c, actions.FixAll) || len(c.Only) == 0 && fixable < 2 {
		return nil, nil
	}
	out := &protocol.CodeAction{Title: "Fix all that Spindle can fix safely", Kind: ptr(protocol.CodeActionKind(actions.FixAll))}
	if r.caps.codeActionData && r.caps.codeActionResolve {
		raw, err := json.Marshal(lazyAction{f.URI, actions.FixAll})
		out.Data = raw
		return out, err
	}
	edit, err := r.fixAll(ctx, f)
	out.Edit = edit
	return out, err
}

func resolveCodeAction(ctx context.Context, r *request, p *protocol.CodeAction) (*protocol.CodeAction, error) {
	var lazy lazyAction
	if p.Edit != nil || json.Unmarshal(p.Data, &lazy) != nil || lazy.Kind != actions.FixAll {
		return p, nil
	}
	f := r.document(lazy.URI)
	if f == nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "there is no document %q", lazy.URI)
	}
	edit, err := r.fixAll(ctx, f)
	p.Edit = edit
	return p, err
}
