package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/lsp/explain"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
	"github.com/spindle-flow/spindle/lsp/suggest"
)

// completion offers artifacts, steps, keys of configs, decorators and their arguments where one of them is being typed.
func completion() feature {
	return feature{
		methods: []method{
			asks(protocol.MethodTextDocumentCompletion, complete),
			asks(protocol.MethodCompletionItemResolve, resolveCompletion),
		},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.CompletionProvider = &protocol.CompletionOptions{
				TriggerCharacters: []string{".", "@", `"`, "'", "(", "["}, ResolveProvider: ptr(true),
			}
		},
	}
}

func complete(ctx context.Context, r *request, p *protocol.CompletionParams) (protocol.CompletionResult, error) {
	if f := r.snap.Document(p.TextDocument.URI); f != nil && filepath.Base(f.Path) == config.FileName {
		return r.completeProject(ctx, f, p.Position), nil
	}
	f := r.python(p.TextDocument.URI)
	if f == nil {
		return nil, nil
	}
	place := suggest.Scan(f.Text(), f.Map().Offset(p.Position))
	if !place.Wanted() {
		return nil, nil
	}
	flows, err := r.flowsWhileTyping(ctx, f, place)
	if err != nil {
		return nil, err
	}
	list := suggest.Complete(place, suggest.Source{
		Flows:   flows,
		Configs: func(facts *snapshot.Facts) []configs.Source { return facts.Configs(r.snap) },
	})
	if list == nil {
		return nil, nil
	}
	at := protocol.Range{Start: f.Map().Position(list.Start), End: f.Map().Position(list.End)}
	out := &protocol.CompletionList{Items: make([]protocol.CompletionItem, 0, len(list.Items))}
	for i := range list.Items {
		out.Items = append(out.Items, r.completionItem(f.URI, list, &list.Items[i], at))
	}
	return out, nil
}

// flowsWhileTyping are the flows of a file as if what is typed at a place were whole, then those that use its classes.
func (r *request) flowsWhileTyping(ctx context.Context, f *snapshot.File, place *suggest.Place) ([]*snapshot.Facts, error) {
	flows, err := r.snap.Mended(ctx, f.Path, place.Mend)
	if err != nil || len(flows) > 0 {
		return flows, err
	}
	return r.users(ctx, f.Path)
}

// itemData travels with an item and comes back when it is to be explained.
type itemData struct {
	URI  uri.URI      `json:"uri"`
	Flow string       `json:"flow"`
	Kind suggest.Kind `json:"kind"`
	Of   string       `json:"of,omitempty"`
	At   int          `json:"at"` // offset of the place
}

func (r *request) completionItem(u uri.URI, list *suggest.List, i *suggest.Item, at protocol.Range) protocol.CompletionItem {
	insert, format := i.Insert, protocol.InsertTextFormatPlainText
	if insert == "" {
		insert = i.Label
	}
	if i.Snippet != "" && r.takesSnippets() {
		insert, format = i.Snippet, protocol.InsertTextFormatSnippet
	}
	out := protocol.CompletionItem{
		Label: i.Label, Kind: itemKind(i.Kind), InsertTextFormat: format,
		SortText: protocol.NewOptional(fmt.Sprintf("%04d %s", i.Rank+1, i.Label)),
		TextEdit: &protocol.TextEdit{Range: at, NewText: insert},
	}
	if i.Detail != "" {
		out.LabelDetails = &protocol.CompletionItemLabelDetails{Description: ptr(i.Detail)}
	}
	if raw, err := json.Marshal(itemData{u, list.Flow, i.Kind, i.Of, list.Start}); err == nil {
		out.Data = raw
	}
	return out
}

func (r *request) takesSnippets() bool {
	t := r.caps.client.TextDocument
	return t != nil && t.Completion != nil && yes(t.Completion.CompletionItem.SnippetSupport)
}

func itemKind(k suggest.Kind) protocol.CompletionItemKind {
	switch k {
	case suggest.Step:
		return protocol.CompletionItemKindMethod
	case suggest.Decorator:
		return protocol.CompletionItemKindFunction
	case suggest.Argument, suggest.Key:
		return protocol.CompletionItemKindProperty
	case suggest.Constant:
		return protocol.CompletionItemKindConstant
	case suggest.Value:
		return protocol.CompletionItemKindValue
	case suggest.Config:
		return protocol.CompletionItemKindModule
	}
	return protocol.CompletionItemKindField
}

// resolveCompletion explains an item that the user looks at.
func resolveCompletion(ctx context.Context, r *request, item *protocol.CompletionItem) (*protocol.CompletionItem, error) {
	var d itemData
	if json.Unmarshal(item.Data, &d) != nil {
		return item, nil
	}
	if text := r.explainItem(ctx, item.Label, d); text != "" {
		item.Documentation = r.markup(text)
	}
	if d.Kind == suggest.Decorator {
		item.AdditionalTextEdits = r.importing(d.URI, item.Label)
	}
	return item, nil
}

func (r *request) explainItem(ctx context.Context, label string, d itemData) string {
	switch d.Kind {
	case suggest.Decorator:
		if known := catalog.Lookup(label); known != nil {
			return explain.CatalogDecorator(known)
		}
		return ""
	case suggest.Argument:
		return explain.Argument(d.Of, label)
	}
	f := r.document(d.URI)
	if f == nil {
		return ""
	}
	flows, err := r.flowsWhileTyping(ctx, f, suggest.Scan(f.Text(), d.At))
	if err != nil {
		return ""
	}
	for _, facts := range flows {
		if facts.Flow.Name == d.Flow {
			return r.explainNamed(r.explain(ctx, facts), label, d)
		}
	}
	return ""
}

func (r *request) explainNamed(c *explain.Context, label string, d itemData) string {
	switch d.Kind {
	case suggest.Step:
		if d.Of != "" {
			label = d.Of
		}
		return c.Step(label)
	case suggest.Artifact, suggest.Parameter, suggest.Constant:
		return c.Artifact(&names.Spot{Symbol: names.Symbol{Kind: names.Artifact, Name: label}})
	case suggest.Config:
		for _, s := range c.Facts.Flow.Configs.Declared {
			if s.Attr == label || s.Name == label {
				return c.Artifact(&names.Spot{Symbol: names.Symbol{Kind: names.Artifact, Name: s.Attr}})
			}
		}
	case suggest.Key:
		return c.Key(strings.Split(d.Of, names.Separator))
	}
	return ""
}

// importing is the edit that imports a decorator of the SDK, none where the file has it or does not import by name.
func (r *request) importing(u uri.URI, name string) []protocol.TextEdit {
	f := r.document(u)
	if f == nil {
		return nil
	}
	at, text, ok := suggest.Import(f.Text(), name)
	if !ok {
		return nil
	}
	return []protocol.TextEdit{{Range: pointAt(f.Map(), at), NewText: text}}
}

func pointAt(m *position.Map, offset int) protocol.Range {
	p := m.Position(offset)
	return protocol.Range{Start: p, End: p}
}
