package editor

import "go.lsp.dev/protocol"

// Full is an editor that can do everything; pull says whether it asks for diagnostics by itself.
func Full(pull bool) *protocol.ClientCapabilities {
	yes := ptr(true)
	findings := protocol.DiagnosticsCapabilities{
		RelatedInformation: yes, CodeDescriptionSupport: yes, DataSupport: yes,
		TagSupport: protocol.ClientDiagnosticsTagOptions{ValueSet: []protocol.DiagnosticTag{protocol.DiagnosticTagUnnecessary}},
	}
	actions := protocol.ClientCodeActionKindOptions{ValueSet: []protocol.CodeActionKind{
		protocol.CodeActionKindQuickFix, protocol.CodeActionKindRefactorExtract, protocol.CodeActionKindSourceFixAll,
	}}
	c := &protocol.ClientCapabilities{
		General: &protocol.GeneralClientCapabilities{PositionEncodings: []protocol.PositionEncodingKind{protocol.PositionEncodingKindUTF16}},
		Workspace: &protocol.WorkspaceClientCapabilities{
			Configuration: yes, ApplyEdit: yes, WorkspaceFolders: yes,
			Diagnostics:            &protocol.DiagnosticWorkspaceClientCapabilities{RefreshSupport: yes},
			DidChangeWatchedFiles:  &protocol.DidChangeWatchedFilesClientCapabilities{DynamicRegistration: yes},
			DidChangeConfiguration: &protocol.DidChangeConfigurationClientCapabilities{DynamicRegistration: yes},
			WorkspaceEdit:          &protocol.WorkspaceEditClientCapabilities{DocumentChanges: yes},
			CodeLens:               &protocol.CodeLensWorkspaceClientCapabilities{RefreshSupport: yes},
		},
		TextDocument: &protocol.TextDocumentClientCapabilities{
			PublishDiagnostics: &protocol.PublishDiagnosticsClientCapabilities{DiagnosticsCapabilities: findings, VersionSupport: yes},
			CodeAction: &protocol.CodeActionClientCapabilities{
				CodeActionLiteralSupport: protocol.ClientCodeActionLiteralOptions{CodeActionKind: actions},
				IsPreferredSupport:       yes, DisabledSupport: yes, DataSupport: yes,
				ResolveSupport: protocol.ClientCodeActionResolveOptions{Properties: []string{"edit"}},
			},
			Completion:     &protocol.CompletionClientCapabilities{},
			Hover:          &protocol.HoverClientCapabilities{ContentFormat: []protocol.MarkupKind{protocol.MarkupKindMarkdown}},
			DocumentSymbol: &protocol.DocumentSymbolClientCapabilities{HierarchicalDocumentSymbolSupport: yes},
		},
	}
	if pull {
		c.TextDocument.Diagnostic = &protocol.DiagnosticClientCapabilities{DiagnosticsCapabilities: findings, RelatedDocumentSupport: yes}
	}
	return c
}

func ptr[T any](v T) *T { return &v }
