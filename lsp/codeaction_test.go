package lsp_test

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
)

// showActions asks what can be done at a place: the titles of all that is offered but to ignore, or what the one does whose title begins with the arguments.
func showActions(c *markers.Case, at markers.Place, args []string) string {
	return chooseAction(c, at.File, at.Range, nil, strings.Join(args, " "))
}

// showExtract asks to make the lines from the marked one on a step; the argument says how many.
func showExtract(c *markers.Case, at markers.Place, args []string) string {
	lines := uint32(1)
	if len(args) > 0 {
		if _, err := fmt.Sscan(args[0], &lines); err != nil {
			c.T.Fatal(err)
		}
	}
	r := protocol.Range{Start: at.Range.Start, End: protocol.Position{Line: at.Range.Start.Line + lines}}
	return chooseAction(c, at.File, r, []protocol.CodeActionKind{protocol.CodeActionKindRefactorExtract}, "Extract")
}

// showFixAll asks for all safe fixes of a file.
func showFixAll(c *markers.Case, _ markers.Place, args []string) string {
	return chooseAction(c, args[0], protocol.Range{}, []protocol.CodeActionKind{"source.fixAll"}, "Fix all")
}

func chooseAction(c *markers.Case, file string, at protocol.Range, only []protocol.CodeActionKind, title string) string {
	var list []protocol.CodeAction
	c.Ask(protocol.MethodTextDocumentCodeAction, &protocol.CodeActionParams{
		TextDocument: c.Document(file), Range: at, Context: protocol.CodeActionContext{Only: only},
	}, &list)
	var b strings.Builder
	for _, a := range list {
		switch {
		case title == "" && !strings.HasPrefix(a.Title, "Ignore "):
			fmt.Fprintf(&b, "%s: %s", *a.Kind, a.Title)
			if a.IsPreferred != nil && *a.IsPreferred {
				b.WriteString(" (preferred)")
			}
			for _, d := range a.Diagnostics {
				fmt.Fprintf(&b, " for %v", d.Code)
			}
			b.WriteString("\n")
		case title != "" && strings.HasPrefix(a.Title, title) && a.Disabled.Reason != "":
			return a.Title + ": not here, as " + a.Disabled.Reason + "\n"
		case title != "" && strings.HasPrefix(a.Title, title):
			if a.Edit == nil {
				c.Ask(protocol.MethodCodeActionResolve, &a, &a)
			}
			return a.Title + "\n" + c.Edit(a.Edit)
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

// TestActionLiterals: a client that takes only commands is offered nothing it could not take.
func TestActionLiterals(t *testing.T) {
	t.Parallel()
	caps := editor.Full(false)
	caps.TextDocument.CodeAction = nil
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": strings.Replace(goodFlow, "self.end)", "self.ende)", 1)}), editor.Options{Capabilities: caps})
	e.Open("flow.py")
	var list []protocol.CodeAction
	e.Ask(protocol.MethodTextDocumentCodeAction, &protocol.CodeActionParams{TextDocument: e.Document("flow.py"), Range: span(7, 23, 27)}, &list)
	if len(list) != 0 {
		t.Errorf("it is offered %v", list)
	}
}

// TestActionKeepsLineEnds: what is added ends its lines as the document does.
func TestActionKeepsLineEnds(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(strings.Replace(goodFlow, "self.end)", "self.middle)", 1), "\n", "\r\n")
	e := editor.Start(t, workspace(t, nil), editor.Options{})
	e.OpenText("flow.py", text)
	var list []protocol.CodeAction
	e.Ask(protocol.MethodTextDocumentCodeAction, &protocol.CodeActionParams{TextDocument: e.Document("flow.py"), Range: span(7, 23, 27)}, &list)
	for _, a := range list {
		if !strings.HasPrefix(a.Title, "Add step middle") {
			continue
		}
		edit := a.Edit.DocumentChanges[0].(*protocol.TextDocumentEdit)
		if *edit.TextDocument.Version != 1 {
			t.Errorf("the edit is for version %d", *edit.TextDocument.Version)
		}
		for _, one := range edit.Edits {
			if new := one.(*protocol.TextEdit).NewText; strings.Count(new, "\n") != strings.Count(new, "\r\n") {
				t.Errorf("line ends are mixed in %q", new)
			}
		}
		return
	}
	t.Fatalf("the step is not offered: %v", list)
}
