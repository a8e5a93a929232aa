package lsp_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
)

func TestRename(t *testing.T) {
	t.Parallel()
	setup := editor.Options{Capabilities: editor.Full(false)}
	setup.Capabilities.TextDocument.Rename = &protocol.RenameClientCapabilities{PrepareSupport: new(true)}
	markers.RunWith(t, filepath.Join("testdata", "rename"), setup, map[string]markers.Action{"rename": renameTo, "prepare": prepareRename})
}

// renameTo shows the lines that change, or why nothing does.
func renameTo(c *markers.Case, at markers.Place, args []string) string {
	at, args = placed(c, at, args)
	var edit *protocol.WorkspaceEdit
	err := c.Try(protocol.MethodTextDocumentRename, &protocol.RenameParams{TextDocumentPositionParams: positionOf(c, at), NewName: strings.Join(args, " ")}, &edit)
	if err != nil {
		return refused(c, err)
	}
	return c.Edit(edit)
}

func refused(c *markers.Case, err error) string {
	if coded, ok := errors.AsType[*jsonrpc2.Error](err); ok && coded.Code == jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed) {
		return "refused: " + strings.ReplaceAll(coded.Message, c.Dir+"/", "")
	}
	return "error: " + err.Error()
}

func prepareRename(c *markers.Case, at markers.Place, args []string) string {
	at, _ = placed(c, at, args)
	var p *protocol.PrepareRenamePlaceholder
	if err := c.Try(protocol.MethodTextDocumentPrepareRename, &protocol.PrepareRenameParams{TextDocumentPositionParams: positionOf(c, at)}, &p); err != nil {
		return refused(c, err)
	}
	if p == nil {
		return "nothing"
	}
	return markers.Span(p.Range) + " " + p.Placeholder
}
