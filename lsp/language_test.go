package lsp_test

import (
	"fmt"
	"path/filepath"
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
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	setup := editor.Options{Server: lsp.Options{Now: now}}
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
