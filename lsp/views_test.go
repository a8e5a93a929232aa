package lsp_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
	"github.com/spindle-flow/spindle/lsp/tokens"
)

func TestViews(t *testing.T) {
	t.Parallel()
	markers.RunWith(t, filepath.Join("testdata", "views"), editor.Options{Server: lsp.Options{Now: now}}, withRun(map[string]markers.Action{
		"symbols":  showSymbols,
		"search":   searchSymbols,
		"folds":    showFolds,
		"incoming": showIncoming,
		"outgoing": showOutgoing,
		"hints":    showHints,
		"tokens":   showTokens,
	}))
}

func document(c *markers.Case, args []string) (protocol.TextDocumentIdentifier, string) {
	name := "flow.py"
	if len(args) > 0 {
		name = args[0]
	}
	return c.Document(name), name
}

var symbolNames = map[protocol.SymbolKind]string{
	protocol.SymbolKindClass: "class", protocol.SymbolKindMethod: "method", protocol.SymbolKindField: "field",
	protocol.SymbolKindObject: "object", protocol.SymbolKindConstant: "constant",
}

func showSymbols(c *markers.Case, _ markers.Place, args []string) string {
	doc, _ := document(c, args)
	var found protocol.DocumentSymbolSlice
	c.Ask(protocol.MethodTextDocumentDocumentSymbol, &protocol.DocumentSymbolParams{TextDocument: doc}, &found)
	var b strings.Builder
	var write func(list []protocol.DocumentSymbol, indent string)
	write = func(list []protocol.DocumentSymbol, indent string) {
		for _, s := range list {
			detail := ""
			if s.Detail != nil {
				detail = " · " + *s.Detail
			}
			fmt.Fprintf(&b, "%s%s %s%s (%s, name %s)\n", indent, symbolNames[s.Kind], s.Name, detail, markers.Span(s.Range), markers.Span(s.SelectionRange))
			write(s.Children, indent+"  ")
		}
	}
	write(found, "")
	return orNothing(b.String())
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

func searchSymbols(c *markers.Case, _ markers.Place, args []string) string {
	var found []protocol.SymbolInformation
	c.Ask(protocol.MethodWorkspaceSymbol, &protocol.WorkspaceSymbolParams{Query: strings.Join(args, " ")}, &found)
	var b strings.Builder
	for _, s := range found {
		in := ""
		if s.ContainerName != nil {
			in = " in " + *s.ContainerName
		}
		fmt.Fprintf(&b, "%s %s%s %s\n", symbolNames[s.Kind], s.Name, in, c.Location(s.Location))
	}
	return orNothing(b.String())
}

func showFolds(c *markers.Case, _ markers.Place, args []string) string {
	doc, name := document(c, args)
	var found []protocol.FoldingRange
	c.Ask(protocol.MethodTextDocumentFoldingRange, &protocol.FoldingRangeParams{TextDocument: doc}, &found)
	lines := strings.Split(c.Texts[name], "\n")
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%d-%d %s … %s\n", f.StartLine+1, f.EndLine+1, strings.TrimSpace(lines[f.StartLine]), strings.TrimSpace(lines[f.EndLine]))
	}
	return orNothing(b.String())
}

func hierarchyItem(c *markers.Case, at markers.Place) (item protocol.CallHierarchyItem, text string) {
	var items []protocol.CallHierarchyItem
	c.Ask(protocol.MethodTextDocumentPrepareCallHierarchy, &protocol.CallHierarchyPrepareParams{TextDocumentPositionParams: positionOf(c, at)}, &items)
	if len(items) == 0 {
		return item, ""
	}
	return items[0], itemText(c, items[0]) + "\n"
}

func itemText(c *markers.Case, i protocol.CallHierarchyItem) string {
	return fmt.Sprintf("%s · %s %s", i.Name, *i.Detail, c.Location(protocol.Location{URI: i.URI, Range: i.SelectionRange}))
}

func showIncoming(c *markers.Case, at markers.Place, args []string) string {
	at, _ = placed(c, at, args)
	item, text := hierarchyItem(c, at)
	if text == "" {
		return "nothing"
	}
	var found []protocol.CallHierarchyIncomingCall
	c.Ask(protocol.MethodCallHierarchyIncomingCalls, &protocol.CallHierarchyIncomingCallsParams{Item: item}, &found)
	for _, e := range found {
		text += "← " + itemText(c, e.From) + " at" + spans(e.FromRanges) + "\n"
	}
	return text
}

func showOutgoing(c *markers.Case, at markers.Place, args []string) string {
	at, _ = placed(c, at, args)
	item, text := hierarchyItem(c, at)
	if text == "" {
		return "nothing"
	}
	var found []protocol.CallHierarchyOutgoingCall
	c.Ask(protocol.MethodCallHierarchyOutgoingCalls, &protocol.CallHierarchyOutgoingCallsParams{Item: item}, &found)
	for _, e := range found {
		text += "→ " + itemText(c, e.To) + " at" + spans(e.FromRanges) + "\n"
	}
	return text
}

func spans(list []protocol.Range) string {
	var out strings.Builder
	for _, r := range list {
		out.WriteString(" " + markers.Span(r))
	}
	return out.String()
}

// lineWith shows a line with a mark at a place in it.
func lineWith(c *markers.Case, name string, p protocol.Position, mark string) string {
	line := []rune(strings.Split(c.Texts[name], "\n")[p.Line])
	return strings.TrimSpace(string(line[:p.Character])) + "⟨" + mark + "⟩" + string(line[p.Character:])
}

func showHints(c *markers.Case, at markers.Place, args []string) string {
	doc, name := document(c, args)
	p := &protocol.InlayHintParams{TextDocument: doc, Range: protocol.Range{End: protocol.Position{Line: 1 << 20}}}
	if at.File != "" {
		p.Range = at.Range
	}
	var found []protocol.InlayHint
	c.Ask(protocol.MethodTextDocumentInlayHint, p, &found)
	var b strings.Builder
	for _, h := range found {
		fmt.Fprintf(&b, "%d: %s\n", h.Position.Line+1, lineWith(c, name, h.Position, string(h.Label.(protocol.String))))
		if more, ok := h.Tooltip.(protocol.String); ok {
			fmt.Fprintf(&b, "   %s\n", string(more))
		}
	}
	return orNothing(b.String())
}

func showTokens(c *markers.Case, at markers.Place, args []string) string {
	doc, name := document(c, args)
	var found *protocol.SemanticTokens
	if at.File == "" {
		c.Ask(protocol.MethodTextDocumentSemanticTokensFull, &protocol.SemanticTokensParams{TextDocument: doc}, &found)
	} else {
		c.Ask(protocol.MethodTextDocumentSemanticTokensRange, &protocol.SemanticTokensRangeParams{TextDocument: c.Document(at.File), Range: at.Range}, &found)
		name = at.File
	}
	if found == nil {
		return "nothing"
	}
	var b strings.Builder
	var p protocol.Position
	for i := 0; i+4 < len(found.Data); i += 5 {
		d := found.Data[i : i+5]
		if d[0] > 0 {
			p.Character = 0
		}
		p.Line, p.Character = p.Line+d[0], p.Character+d[1]
		end := p
		end.Character += d[2]
		fmt.Fprintf(&b, "%s %s", c.Location(protocol.Location{URI: c.URI(name), Range: protocol.Range{Start: p, End: end}}), tokens.Types[d[3]])
		for bit, m := range tokens.Modifiers {
			if d[4]&(1<<bit) != 0 {
				b.WriteString(" " + m)
			}
		}
		b.WriteString("\n")
	}
	return orNothing(b.String())
}
