package lsp_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
)

// showLenses asks for what stands above the flows and steps of a file.
func showLenses(c *markers.Case, _ markers.Place, args []string) string {
	var list []protocol.CodeLens
	c.Ask(protocol.MethodTextDocumentCodeLens, &protocol.CodeLensParams{TextDocument: c.Document(args[0])}, &list)
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%s %s", markers.Span(l.Range), l.Command.Title)
		if l.Command.Command != "" {
			fmt.Fprintf(&b, " -> %s", l.Command.Command)
		}
		for _, arg := range l.Command.Arguments {
			fmt.Fprintf(&b, " %s", strings.ReplaceAll(string(arg), string(c.URI("")), "DIR"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestLensCommands(t *testing.T) {
	t.Parallel()
	dir := workspace(t, map[string]string{"flow.py": goodFlow})
	e := editor.Start(t, dir, editor.Options{})
	e.Open("flow.py")
	if got := strings.Join(e.Result.Capabilities.ExecuteCommandProvider.Commands, " "); !strings.Contains(got, "spindle.run spindle.spin") {
		t.Errorf("the commands are %s", got)
	}
	u, _ := json.Marshal(e.URI("flow.py"))
	e.Ask(protocol.MethodWorkspaceExecuteCommand, &protocol.ExecuteCommandParams{
		Command: "spindle.run", Arguments: []protocol.LSPAny{u, protocol.LSPAny(`{"flow":"Small"}`)},
	}, nil)
	e.Ask(protocol.MethodWorkspaceExecuteCommand, &protocol.ExecuteCommandParams{
		Command: "spindle.spin", Arguments: []protocol.LSPAny{u, protocol.LSPAny(`"end"`), protocol.LSPAny(`{"flow":"Small","step":"end"}`)},
	}, nil)
	e.UntilReceived(protocol.MethodWindowShowMessage, 2)
	if got := e.Log(); !strings.Contains(got, "spindle run flow.py:Small") || !strings.Contains(got, "spindle spin flow.py:Small end") {
		t.Errorf("it shows %q", got)
	}
	if err := e.Try(protocol.MethodWorkspaceExecuteCommand, &protocol.ExecuteCommandParams{Command: "spindle.nothing"}, nil); err == nil {
		t.Error("a command that is none succeeds")
	}
}

func TestLensesAfterRun(t *testing.T) {
	t.Parallel()
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": goodFlow}), editor.Options{})
	e.UntilRegistered(protocol.MethodWorkspaceDidChangeWatchedFiles)
	e.Write(".metaflow/Small/latest_run", "1")
	e.UntilReceived(protocol.MethodWorkspaceCodeLensRefresh, 1)
}

// TestLensesOfAnEditor: an editor that has commands of its own gets lenses that call them, and one more if it can ask what to spin on.
func TestLensesOfAnEditor(t *testing.T) {
	t.Parallel()
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": goodFlow}), editor.Options{Params: func(p *protocol.InitializeParams) {
		p.InitializationOptions = protocol.LSPAny(`{"commands":{"run":"mine.run","spin":"mine.spin","spinOn":"mine.on"}}`)
	}})
	e.Open("flow.py")
	var list []protocol.CodeLens
	e.Ask(protocol.MethodTextDocumentCodeLens, &protocol.CodeLensParams{TextDocument: protocol.TextDocumentIdentifier{URI: e.URI("flow.py")}}, &list)
	var got []string
	for _, l := range list {
		got = append(got, l.Command.Title+" "+l.Command.Command+" "+string(l.Command.Arguments[len(l.Command.Arguments)-1]))
	}
	want := []string{
		`▶ Run mine.run {"flow":"Small"}`, `▶ Spin mine.spin {"flow":"Small","step":"start"}`, `Spin on… mine.on {"flow":"Small","step":"start"}`,
	}
	if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
		t.Errorf("lenses %q, want %q first", got, want)
	}
}
