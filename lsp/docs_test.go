package lsp

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/flowgraph"
)

const page = "../docs/language-server.md"

func readPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDocumentedCapabilities holds that the page lists what the server declares to a client that can do all, and nothing else.
func TestDocumentedCapabilities(t *testing.T) {
	t.Parallel()
	var documented []string
	_, table, _ := strings.Cut(readPage(t), "## What it can do")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(table, -1) {
		documented = append(documented, m[1])
	}
	var declared []string
	for name := range declaredCapabilities(t) {
		declared = append(declared, name)
	}
	slices.Sort(documented)
	slices.Sort(declared)
	if diff := cmp.Diff(declared, documented); diff != "" {
		t.Errorf("the capabilities (-declared +documented):\n%s", diff)
	}
}

// declaredCapabilities are those in the answer to initialize.
func declaredCapabilities(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	here, there := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, jsonrpc2.NewHeaderStream(there), Options{}) }()
	conn := jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(here))
	conn.Go(ctx, func(context.Context, *jsonrpc2.Request) (any, error) { return nil, nil })
	t.Cleanup(func() {
		cancel()
		_ = conn.Close()
		<-ended
	})
	params := `{"processId":null,"rootUri":null,"capabilities":{"textDocument":{"diagnostic":{},"rename":{"prepareSupport":true},
		"codeAction":{"codeActionLiteralSupport":{"codeActionKind":{"valueSet":["quickfix"]}},"resolveSupport":{"properties":["edit"]}}}}}`
	var raw jsonrpc2.RawMessage
	if _, err := conn.Call(ctx, protocol.MethodInitialize, jsonrpc2.RawMessage(params), &raw); err != nil {
		t.Fatal(err)
	}
	var result struct {
		Capabilities map[string]json.RawMessage `json:"capabilities"`
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		t.Fatal(err)
	}
	return result.Capabilities
}

// TestDocumentedMethods holds that each method that is handled stands on the page, and that none is there that is not.
func TestDocumentedMethods(t *testing.T) {
	t.Parallel()
	text := readPage(t)
	handled := map[string]bool{ // what is sent, and what is handled for all methods
		protocol.MethodTextDocumentPublishDiagnostics: true, protocol.MethodWorkspaceConfiguration: true,
		methodGraphChanged: true, "$/cancelRequest": true,
	}
	for _, f := range features() {
		for _, m := range f.methods {
			handled[m.name] = true
			if !strings.Contains(text, "`"+m.name+"`") {
				t.Errorf("%s does not speak of %s", page, m.name)
			}
		}
		for _, c := range f.commands {
			if !strings.Contains(text, "`"+c.name+"`") {
				t.Errorf("%s does not speak of the command %s", page, c.name)
			}
		}
	}
	for _, m := range regexp.MustCompile("`((?:textDocument|workspace|callHierarchy|codeAction|completionItem|spindle|window|\\$)/[\\w/]+)`").FindAllStringSubmatch(text, -1) {
		if !handled[m[1]] {
			t.Errorf("%s speaks of %s, which is not handled", page, m[1])
		}
	}
}

// TestDocumentedGraph holds that each field of a graph's JSON stands on the page.
func TestDocumentedGraph(t *testing.T) {
	t.Parallel()
	_, section, _ := strings.Cut(readPage(t), "## The graph as data")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, of := range []any{flowgraph.Graph{}, flowgraph.Node{}, flowgraph.Edge{}, flowgraph.Fault{}, flowgraph.Last{}} {
		for f := range reflect.TypeOf(of).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !strings.Contains(section, "`"+name+"`") {
				t.Errorf("%s does not speak of %T's %q", page, of, name)
			}
		}
	}
}
