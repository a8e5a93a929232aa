package lsp_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
	"github.com/spindle-flow/spindle/lsp/internal/pastrun"
)

// languageActions are what the cases about the language's features can ask for.
func languageActions() map[string]markers.Action {
	return map[string]markers.Action{
		"hover":      showHover,
		"definition": goTo(protocol.MethodTextDocumentDefinition),
		"references": showReferences,
		"highlight":  showHighlights,
		"complete":   showCompletion,
		"resolve":    showResolved,
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	setup := editor.Options{Server: lsp.Options{Now: now}, Capabilities: editor.Full(false)}
	setup.Capabilities.TextDocument.Completion = &protocol.CompletionClientCapabilities{
		CompletionItem: &protocol.ClientCompletionItemOptions{SnippetSupport: new(true)},
	}
	markers.RunWith(t, filepath.Join("testdata", "language"), setup, withRun(languageActions()))
}

// withRun writes the run of the file run.json, where a case has one, before the first action.
func withRun(actions map[string]markers.Action) map[string]markers.Action {
	out := map[string]markers.Action{}
	for name, act := range actions {
		out[name] = func(c *markers.Case, at markers.Place, args []string) string {
			if text := c.Texts["run.json"]; text != "" {
				pastrun.Write(c.T, c.Dir, pastrun.Parse(c.T, text))
				delete(c.Texts, "run.json")
			}
			return act(c, at, args)
		}
	}
	return out
}

// now is the time of all cases.
func now() time.Time { return pastrun.Began.Add(5 * time.Minute) }

func positionOf(c *markers.Case, at markers.Place) protocol.TextDocumentPositionParams {
	return protocol.TextDocumentPositionParams{TextDocument: c.Document(at.File), Position: at.At()}
}

func showHover(c *markers.Case, at markers.Place, _ []string) string {
	var h *protocol.Hover
	c.Ask(protocol.MethodTextDocumentHover, &protocol.HoverParams{TextDocumentPositionParams: positionOf(c, at)}, &h)
	if h == nil {
		return "nothing"
	}
	content, ok := h.Contents.(*protocol.MarkupContent)
	if !ok {
		return fmt.Sprintf("%#v", h.Contents)
	}
	out := strings.ReplaceAll(content.Value, string(c.URI("")), "file://.")
	if h.Range == nil || *h.Range != at.Range {
		out += fmt.Sprintf("\n(for %v)", h.Range)
	}
	return out
}

// placed is the place of an action in the comment of a case, named by file, line and column: flow.py:3:9.
func placed(c *markers.Case, at markers.Place, args []string) (markers.Place, []string) {
	if at.File != "" {
		return at, args
	}
	parts := strings.Split(args[0], ":")
	line, err := strconv.Atoi(parts[1])
	column, err2 := strconv.Atoi(parts[2])
	if err != nil || err2 != nil {
		c.T.Fatalf("%q is no place", args[0])
	}
	p := protocol.Position{Line: uint32(line - 1), Character: uint32(column - 1)}
	return markers.Place{File: parts[0], Range: protocol.Range{Start: p, End: p}}, args[1:]
}

func completions(c *markers.Case, at markers.Place) []protocol.CompletionItem {
	var list *protocol.CompletionList
	c.Ask(protocol.MethodTextDocumentCompletion, &protocol.CompletionParams{TextDocumentPositionParams: positionOf(c, at)}, &list)
	if list == nil {
		return nil
	}
	items := slices.Clone(list.Items)
	slices.SortStableFunc(items, func(a, b protocol.CompletionItem) int {
		x, _ := a.SortText.Get()
		y, _ := b.SortText.Get()
		return strings.Compare(x, y)
	})
	return items
}

// showCompletion lists what is offered, and the edit of the first item where it does more than put the label where the place is.
func showCompletion(c *markers.Case, at markers.Place, args []string) string {
	at, args = placed(c, at, args)
	items := completions(c, at)
	if items == nil {
		return "nothing"
	}
	var b strings.Builder
	for _, i := range items {
		line := i.Label
		if i.LabelDetails != nil && i.LabelDetails.Description != nil {
			line += " · " + *i.LabelDetails.Description
		}
		edit, ok := i.TextEdit.(*protocol.TextEdit)
		if !ok {
			c.T.Fatalf("%q has no edit", i.Label)
		}
		if edit.NewText != i.Label {
			line += " → " + edit.NewText
		}
		if len(args) > 0 && args[0] == "edits" {
			line += " at " + markers.Span(edit.Range)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// showResolved shows an item as a user sees it who looks at it.
func showResolved(c *markers.Case, at markers.Place, args []string) string {
	at, args = placed(c, at, args)
	for _, i := range completions(c, at) {
		if i.Label != args[0] {
			continue
		}
		var out protocol.CompletionItem
		c.Ask(protocol.MethodCompletionItemResolve, &i, &out)
		text := "no documentation"
		if m, ok := out.Documentation.(*protocol.MarkupContent); ok {
			text = strings.ReplaceAll(m.Value, string(c.URI("")), "file://.")
		}
		for _, e := range out.AdditionalTextEdits {
			text += fmt.Sprintf("\n%s: %q", markers.Span(e.Range), e.NewText)
		}
		return text
	}
	return "not offered"
}

func goTo(method string) markers.Action {
	return func(c *markers.Case, at markers.Place, _ []string) string {
		var found protocol.LocationSlice
		c.Ask(method, positionOf(c, at), &found)
		return locations(c, found)
	}
}

func locations(c *markers.Case, found []protocol.Location) string {
	if len(found) == 0 {
		return "nothing"
	}
	var out []string
	for _, l := range found {
		out = append(out, c.Location(l))
	}
	return strings.Join(out, "\n")
}

func showReferences(c *markers.Case, at markers.Place, args []string) string {
	var found []protocol.Location
	c.Ask(protocol.MethodTextDocumentReferences, &protocol.ReferenceParams{
		TextDocumentPositionParams: positionOf(c, at), Context: protocol.ReferenceContext{IncludeDeclaration: len(args) == 0},
	}, &found)
	return locations(c, found)
}

func showHighlights(c *markers.Case, at markers.Place, _ []string) string {
	var found []protocol.DocumentHighlight
	c.Ask(protocol.MethodTextDocumentDocumentHighlight, &protocol.DocumentHighlightParams{TextDocumentPositionParams: positionOf(c, at)}, &found)
	if len(found) == 0 {
		return "nothing"
	}
	var out []string
	for _, h := range found {
		kind := map[protocol.DocumentHighlightKind]string{1: "text", 2: "read", 3: "write"}[h.Kind]
		out = append(out, kind+" "+markers.Span(h.Range))
	}
	return strings.Join(out, "\n")
}
