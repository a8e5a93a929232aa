package lsp

import "go.lsp.dev/protocol"

// capabilities is what a client can do, as far as the server cares.
type capabilities struct {
	pullDiagnostics     bool
	refreshDiagnostics  bool
	relatedInformation  bool
	codeDescription     bool
	diagnosticData      bool
	diagnosticTags      bool
	relatedDocuments    bool
	diagnosticVersion   bool
	watchFiles          bool
	configuration       bool
	configurationChange bool
	codeActionLiterals  bool
	codeActionDisabled  bool
	codeActionData      bool
	codeActionResolve   bool
	documentChanges     bool
	applyEdit           bool
	refreshLenses       bool
	refreshHints        bool
	refreshTokens       bool
	showMessage         bool
	// client is all the client said.
	client protocol.ClientCapabilities
}

func clientCapabilities(c protocol.ClientCapabilities) capabilities {
	out := capabilities{client: c, showMessage: true}
	if t := c.TextDocument; t != nil {
		out.documents(t)
	}
	if w := c.Workspace; w != nil {
		out.workspace(w)
	}
	return out
}

func yes(b *bool) bool { return b != nil && *b }

func (c *capabilities) documents(t *protocol.TextDocumentClientCapabilities) {
	if p := t.PublishDiagnostics; p != nil {
		c.findings(p.DiagnosticsCapabilities)
		c.diagnosticVersion = yes(p.VersionSupport)
	}
	if d := t.Diagnostic; d != nil {
		c.pullDiagnostics = true
		c.findings(d.DiagnosticsCapabilities)
		c.relatedDocuments = yes(d.RelatedDocumentSupport)
	}
	if a := t.CodeAction; a != nil {
		c.codeActionLiterals = len(a.CodeActionLiteralSupport.CodeActionKind.ValueSet) > 0
		c.codeActionDisabled = yes(a.DisabledSupport)
		c.codeActionData = yes(a.DataSupport)
		for _, p := range a.ResolveSupport.Properties {
			c.codeActionResolve = c.codeActionResolve || p == "edit"
		}
	}
}

// findings adds what the client can take of a diagnostic: it says so for those pushed and for those pulled.
func (c *capabilities) findings(d protocol.DiagnosticsCapabilities) {
	c.relatedInformation = c.relatedInformation || yes(d.RelatedInformation)
	c.codeDescription = c.codeDescription || yes(d.CodeDescriptionSupport)
	c.diagnosticData = c.diagnosticData || yes(d.DataSupport)
	c.diagnosticTags = c.diagnosticTags || len(d.TagSupport.ValueSet) > 0
}

func (c *capabilities) workspace(w *protocol.WorkspaceClientCapabilities) {
	c.configuration = yes(w.Configuration)
	c.applyEdit = yes(w.ApplyEdit)
	if d := w.Diagnostics; d != nil {
		c.refreshDiagnostics = yes(d.RefreshSupport)
	}
	if f := w.DidChangeWatchedFiles; f != nil {
		c.watchFiles = yes(f.DynamicRegistration)
	}
	if f := w.DidChangeConfiguration; f != nil {
		c.configurationChange = yes(f.DynamicRegistration)
	}
	if e := w.WorkspaceEdit; e != nil {
		c.documentChanges = yes(e.DocumentChanges)
	}
	if l := w.CodeLens; l != nil {
		c.refreshLenses = yes(l.RefreshSupport)
	}
	if h := w.InlayHint; h != nil {
		c.refreshHints = yes(h.RefreshSupport)
	}
	if t := w.SemanticTokens; t != nil {
		c.refreshTokens = yes(t.RefreshSupport)
	}
}
