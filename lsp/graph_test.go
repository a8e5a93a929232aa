package lsp_test

import (
	"encoding/json"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/flowgraph"
	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/lsp/internal/markers"
)

// showGraph asks for the graph of a file's flow and shows all of it but what a view needs only for drawing.
func showGraph(c *markers.Case, _ markers.Place, args []string) string {
	params := map[string]any{"textDocument": c.Document(args[0])}
	if len(args) > 1 {
		params["flow"] = args[1]
	}
	raw, err := json.Marshal(params)
	if err != nil {
		c.T.Fatal(err)
	}
	var answer json.RawMessage
	c.Ask("spindle/graph", json.RawMessage(raw), &answer)
	return strings.ReplaceAll(indented(c, answer), string(c.URI("")), "DIR")
}

// indented writes an object with each node and edge on a line of its own.
func indented(c *markers.Case, raw json.RawMessage) string {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return string(raw)
	}
	var b strings.Builder
	for _, name := range []string{"flow", "flows", "file", "version", "range", "doc", "start", "end", "dynamic", "nodes", "edges", "faults", "last"} {
		var list []json.RawMessage
		if json.Unmarshal(fields[name], &list) != nil || list == nil || name == "flows" {
			b.WriteString(name + ": " + string(fields[name]) + "\n")
			continue
		}
		b.WriteString(name + ":\n")
		for _, item := range list {
			b.WriteString("    " + string(item) + "\n")
		}
	}
	return b.String()
}

func TestGraphChanged(t *testing.T) {
	t.Parallel()
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": goodFlow}), editor.Options{})
	e.Open("flow.py")
	var g flowgraph.Graph
	ask := func() {
		t.Helper()
		e.Ask("spindle/graph", json.RawMessage(`{"textDocument":{"uri":"`+string(e.URI("flow.py"))+`"}}`), &g)
	}
	ask()
	if len(g.Nodes) != 2 || len(g.Edges) != 1 || *g.Version != 1 {
		t.Fatalf("the graph is %+v", g)
	}
	e.Type("flow.py", span(7, 23, 26), "ende")
	var changed struct {
		URI     string
		Version int32
	}
	if err := json.Unmarshal(e.UntilReceived("spindle/graphChanged", 1), &changed); err != nil || changed.Version != 2 || changed.URI != string(e.URI("flow.py")) {
		t.Errorf("it tells %+v, %v", changed, err)
	}
	ask()
	if !g.Edges[0].Missing || len(g.Nodes[0].Faults) != 1 {
		t.Errorf("the graph is now %+v", g)
	}
	// What does not touch the graph is not told: the next message is about the change after it.
	e.Change("flow.py", &protocol.TextDocumentContentChangePartial{Range: span(0, 35, 35), Text: "  # imports"})
	e.Type("flow.py", span(7, 26, 27), "")
	if err := json.Unmarshal(e.UntilReceived("spindle/graphChanged", 2), &changed); err != nil || changed.Version < 3 {
		t.Errorf("it tells %+v, %v", changed, err)
	}
}
