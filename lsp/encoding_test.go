package lsp_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// TestEncodings asks at places behind characters that the three encodings count differently.
func TestEncodings(t *testing.T) {
	t.Parallel()
	const flow = `from metaflow import FlowSpec, step


class Astral(FlowSpec):
    @step
    def start(self):
        print("🧵ä"); self.x = 1
        self.next(self.end)

    @step
    def end(self):
        pass
`
	tests := map[protocol.PositionEncodingKind]uint32{ // where the x is
		protocol.PositionEncodingKindUTF8: 30, protocol.PositionEncodingKindUTF16: 27, protocol.PositionEncodingKindUTF32: 26,
	}
	for kind, column := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "flow.py"), []byte(flow), 0o666); err != nil {
				t.Fatal(err)
			}
			can := editor.Full(false)
			can.General.PositionEncodings = []protocol.PositionEncodingKind{kind}
			e := editor.Start(t, dir, editor.Options{Capabilities: can})
			e.Open("flow.py")
			doc := protocol.TextDocumentIdentifier{URI: e.URI("flow.py")}
			at := protocol.TextDocumentPositionParams{TextDocument: doc, Position: protocol.Position{Line: 6, Character: column}}
			want := protocol.Range{Start: at.Position, End: protocol.Position{Line: 6, Character: column + 1}}

			var h protocol.Hover
			e.Ask(protocol.MethodTextDocumentHover, &protocol.HoverParams{TextDocumentPositionParams: at}, &h)
			if h.Range == nil || *h.Range != want {
				t.Errorf("hover is for %v, want %v", h.Range, want)
			}
			var edit protocol.WorkspaceEdit
			e.Ask(protocol.MethodTextDocumentRename, &protocol.RenameParams{TextDocumentPositionParams: at, NewName: "count"}, &edit)
			change, ok := edit.DocumentChanges[0].(*protocol.TextDocumentEdit)
			if !ok || len(change.Edits) != 1 {
				t.Fatalf("rename returned %#v", edit)
			}
			if d := cmp.Diff(&protocol.TextEdit{Range: want, NewText: "count"}, change.Edits[0]); d != "" {
				t.Errorf("rename differs (-want +got):\n%s", d)
			}
		})
	}
}
