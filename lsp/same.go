package lsp

import (
	"bytes"
	"slices"

	"go.lsp.dev/protocol"
)

// same reports whether a client would see no difference. A list of another version of the text is another list: the client may have
// moved what it shows along with the edits.
func same(a, b shown) bool {
	return a.version == b.version && slices.EqualFunc(a.list, b.list, sameDiagnostic)
}

func sameDiagnostic(a, b protocol.Diagnostic) bool {
	x, errX := protocol.Marshal(&a)
	y, errY := protocol.Marshal(&b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
