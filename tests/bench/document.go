package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// document is a flow that is open in an editor.
type document struct {
	*client
	uri, text string
	version   int
}

// open opens a file and waits for what is found in it. A server that says nothing of a file without findings is waited for by an answer.
func (c *client) open(ctx context.Context, name string) (*document, error) {
	path := filepath.Join(c.dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := &document{client: c, uri: "file://" + path, text: string(data), version: 1}
	return d, c.tell("textDocument/didOpen", map[string]any{
		"textDocument": map[string]any{"uri": d.uri, "languageId": "python", "version": 1, "text": d.text},
	})
}

// position is where a text stands in the document, counted as the protocol does.
func (d *document) position(text string) map[string]any {
	at := strings.Index(d.text, text)
	before := d.text[:at]
	return map[string]any{"line": strings.Count(before, "\n"), "character": at - strings.LastIndexByte(before, '\n') - 1}
}

// replaced is a change of a text that stands once in the document; it must not change how many lines there are.
func (d *document) replaced(old, text string) map[string]any {
	start := d.position(old)
	end := map[string]any{"line": start["line"], "character": start["character"].(int) + len(old)}
	d.text = strings.Replace(d.text, old, text, 1)
	return map[string]any{"range": map[string]any{"start": start, "end": end}, "text": text}
}

// change sends changes and waits for the findings in the new version.
func (d *document) change(ctx context.Context, changes ...map[string]any) error {
	d.version++
	err := d.tell("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": d.uri, "version": d.version}, "contentChanges": changes,
	})
	if err != nil {
		return err
	}
	return d.found(ctx, d.version)
}

// found waits for the findings in a version.
func (d *document) found(ctx context.Context, version int) error {
	return d.until(ctx, func() bool { return d.shown[d.uri].version >= version })
}

// at asks something about the end of a text in the document.
func (d *document) at(ctx context.Context, method, text string) error {
	p := d.position(text)
	p["character"] = p["character"].(int) + len(text)
	answer, err := d.ask(ctx, method, map[string]any{"textDocument": map[string]any{"uri": d.uri}, "position": p})
	if err == nil && (len(answer) < 5 || string(answer) == "null") {
		return fmt.Errorf("%s has no answer", method)
	}
	return err
}
