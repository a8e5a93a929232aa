package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/outline"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// symbols are the flows of a document as an outline, and those of the workspace to be searched.
func symbols() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentDocumentSymbol, documentSymbol),
			asks(protocol.MethodWorkspaceSymbol, workspaceSymbol),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.DocumentSymbolProvider = &protocol.DocumentSymbolOptions{Label: ptr("Flow")}
			c.WorkspaceSymbolProvider = protocol.Boolean(true)
		},
	}
}

var symbolKinds = map[outline.Kind]protocol.SymbolKind{
	outline.Flow: protocol.SymbolKindClass, outline.Step: protocol.SymbolKindMethod, outline.Parameter: protocol.SymbolKindField,
	outline.Config: protocol.SymbolKindObject, outline.Constant: protocol.SymbolKindConstant,
}

func documentSymbol(ctx context.Context, r *request, p *protocol.DocumentSymbolParams) (protocol.DocumentSymbolResult, error) {
	f, flows, err := r.shownOf(ctx, p.TextDocument.URI)
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	items := outline.Of(flows, f.Path)
	if t := r.caps.client.TextDocument; t != nil && t.DocumentSymbol != nil && yes(t.DocumentSymbol.HierarchicalDocumentSymbolSupport) {
		return protocol.DocumentSymbolSlice(documentSymbols(f, items)), nil
	}
	return protocol.SymbolInformationSlice(flatSymbols(f, items, "")), nil
}

func documentSymbols(f *snapshot.File, items []outline.Item) []protocol.DocumentSymbol {
	out := make([]protocol.DocumentSymbol, 0, len(items))
	for _, i := range items {
		s := protocol.DocumentSymbol{Name: i.Name, Kind: symbolKinds[i.Kind], Range: f.Map().Range(i.Range), SelectionRange: f.Map().Range(i.At)}
		if i.Detail != "" {
			s.Detail = ptr(i.Detail)
		}
		if len(i.Children) > 0 {
			s.Children = documentSymbols(f, i.Children)
		}
		out = append(out, s)
	}
	return out
}

func flatSymbols(f *snapshot.File, items []outline.Item, container string) []protocol.SymbolInformation {
	out := make([]protocol.SymbolInformation, 0, len(items))
	for _, i := range items {
		at := protocol.Location{URI: f.URI, Range: f.Map().Range(i.Range)}
		out = append(out, symbolInformation(i, container, at))
		out = append(out, flatSymbols(f, i.Children, i.Name)...)
	}
	return out
}

func symbolInformation(i outline.Item, container string, at protocol.Location) protocol.SymbolInformation {
	s := protocol.SymbolInformation{Location: at}
	s.Name, s.Kind = i.Name, symbolKinds[i.Kind]
	if container != "" {
		s.ContainerName = ptr(container)
	}
	return s
}

// mostSymbols bounds an answer: a user who sees as many types another letter.
const mostSymbols = 500

func workspaceSymbol(ctx context.Context, r *request, p *protocol.WorkspaceSymbolParams) (protocol.WorkspaceSymbolResult, error) {
	flows, err := r.all(ctx)
	if err != nil {
		return nil, err
	}
	var out protocol.SymbolInformationSlice
	for _, m := range outline.Search(flows, p.Query) {
		if len(out) == mostSymbols {
			break
		}
		if at, ok := r.location(m.At); ok {
			out = append(out, symbolInformation(m.Item, m.Flow, at))
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}
