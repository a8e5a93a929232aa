package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// completeProject offers what may stand in spindle.yaml by the flows and the file itself. Its keys editors know from the schema.
func (r *request) completeProject(ctx context.Context, f *snapshot.File, at protocol.Position) protocol.CompletionResult {
	offset := f.Map().Offset(at)
	list, start := r.snap.SuggestInProject(ctx, f, offset)
	if len(list) == 0 {
		return nil
	}
	place := protocol.Range{Start: f.Map().Position(start), End: at}
	out := &protocol.CompletionList{Items: make([]protocol.CompletionItem, 0, len(list))}
	for i, s := range list {
		item := protocol.CompletionItem{
			Label: s.Text, Kind: protocol.CompletionItemKindValue, InsertTextFormat: protocol.InsertTextFormatPlainText,
			SortText: protocol.NewOptional(fmt.Sprintf("%04d", i)), TextEdit: &protocol.TextEdit{Range: place, NewText: s.Text},
		}
		if s.Detail != "" {
			item.LabelDetails = &protocol.CompletionItemLabelDetails{Description: ptr(s.Detail)}
		}
		out.Items = append(out.Items, item)
	}
	return out
}
