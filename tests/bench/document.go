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

// everydayFlow is a flow of n steps with a few lines about artifacts in each: splits and their joins, one after the other.
func everydayFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, Parameter, retry, step\n\n\nclass Everyday(FlowSpec):\n    rate = Parameter(\"rate\", default=0.5)\n")
	step := func(name, args, body, next string) {
		fmt.Fprintf(&b, "\n    @retry(times=2)\n    @step\n    def %s(self%s):\n        \"\"\"Do %s.\"\"\"\n%s        self.next(%s)\n", name, args, name, body, next)
	}
	step("start", "", "        self.rows = [1, 2, 3]\n", "self.split_0")
	for i := 0; i < n-2; i += 4 {
		next := fmt.Sprintf("self.split_%d", i+4)
		if i+4 >= n-2 {
			next = "self.end"
		}
		step(fmt.Sprintf("split_%d", i), "", "        total = sum(self.rows)\n        print(total, self.rate)\n", fmt.Sprintf("self.low_%[1]d, self.high_%[1]d", i))
		for _, side := range []string{"low", "high"} {
			body := fmt.Sprintf("        rows = [r * self.rate for r in self.rows]\n        if rows:\n            self.%[1]s_most_%[2]d = max(rows)\n        else:\n            self.%[1]s_most_%[2]d = None\n", side, i)
			step(fmt.Sprintf("%s_%d", side, i), "", body, fmt.Sprintf("self.join_%d", i))
		}
		step(fmt.Sprintf("join_%d", i), ", inputs", fmt.Sprintf("        self.merge_artifacts(inputs)\n        print(self.low_most_%[1]d, self.high_most_%[1]d)\n", i), next)
	}
	b.WriteString("\n    @step\n    def end(self):\n        print(self.rows)\n\n\nif __name__ == \"__main__\":\n    Everyday()\n")
	return b.String()
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
