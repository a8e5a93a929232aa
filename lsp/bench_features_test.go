package lsp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// longFlow is a flow of n steps that hand artifacts on.
func longFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step\n\n\nclass Long(FlowSpec):\n    @step\n    def start(self):\n        self.a0 = 0\n        self.next(self.s1)\n")
	for i := 1; i < n-1; i++ {
		next := fmt.Sprintf("s%d", i+1)
		if i == n-2 {
			next = "end"
		}
		fmt.Fprintf(&b, "\n    @step\n    def s%d(self):\n        self.a%d = self.a%d + 1\n        print(f\"{self.a0}\", self.a%d)\n        self.next(self.%s)\n", i, i, i-1, i, next)
	}
	b.WriteString("\n    @step\n    def end(self):\n        print(self.a1)\n")
	return b.String()
}

// BenchmarkFeatures measures what an editor waits for in a flow of 100 steps, right after a keystroke and at rest.
func BenchmarkFeatures(b *testing.B) {
	text := longFlow(100)
	lines := strings.Split(text, "\n")
	line := slices.Index(lines, "        self.a50 = self.a49 + 1")
	artifact := protocol.Position{Line: uint32(line), Character: 26}
	step := protocol.Position{Line: uint32(line + 2), Character: 24}
	for _, mode := range []string{"rest", "edit"} {
		for name, ask := range map[string]func(e *editor.Editor, doc protocol.TextDocumentIdentifier){
			"hover_artifact": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				askAt(e, protocol.MethodTextDocumentHover, doc, artifact)
			},
			"hover_step": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				askAt(e, protocol.MethodTextDocumentHover, doc, step)
			},
			"definition": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				askAt(e, protocol.MethodTextDocumentDefinition, doc, artifact)
			},
			"completion_artifact": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				askAt(e, protocol.MethodTextDocumentCompletion, doc, artifact)
			},
			"completion_step": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				askAt(e, protocol.MethodTextDocumentCompletion, doc, step)
			},
			"tokens": func(e *editor.Editor, doc protocol.TextDocumentIdentifier) {
				var out jsonrpc2.RawMessage
				e.Ask(protocol.MethodTextDocumentSemanticTokensFull, &protocol.SemanticTokensParams{TextDocument: doc}, &out)
			},
		} {
			b.Run(mode+"/"+name, func(b *testing.B) { benchmarkFeature(b, text, mode == "edit", ask) })
		}
	}
}

func askAt(e *editor.Editor, method string, doc protocol.TextDocumentIdentifier, at protocol.Position) {
	var out jsonrpc2.RawMessage // what the client makes of the answer is not the server's time
	e.Ask(method, &protocol.TextDocumentPositionParams{TextDocument: doc, Position: at}, &out)
}

func benchmarkFeature(b *testing.B, text string, edit bool, ask func(*editor.Editor, protocol.TextDocumentIdentifier)) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "flow.py"), []byte(text), 0o666); err != nil {
		b.Fatal(err)
	}
	e := editor.Start(b, dir, editor.Options{})
	e.Open("flow.py")
	doc := protocol.TextDocumentIdentifier{URI: e.URI("flow.py")}
	ask(e, doc)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		if edit {
			at := protocol.Range{Start: protocol.Position{Line: 6, Character: 18}, End: protocol.Position{Line: 6, Character: 19}}
			e.Type("flow.py", at, fmt.Sprint(i%10))
		}
		began := time.Now()
		ask(e, doc)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
