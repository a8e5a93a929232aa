package lsp_test

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// BenchmarkEdit is from something typed in the middle of a flow to the findings that follow, and back.
func BenchmarkEdit(b *testing.B) {
	for name, typed := range map[string][2]string{
		"name":   {"print(self.low_most_48, ", "print(sefl.low_most_48, "},           // changes nothing else
		"next":   {"self.next(self.split_52)", "self.next(self.split_5x2)"},          // breaks the graph in two and mends it
		"line":   {"print(self.low_most_48, ", "\n        print(self.low_most_48, "}, // moves all that is below
		"broken": {"print(self.low_most_48, ", "print((self.low_most_48, "},          // is no Python in between
	} {
		for _, steps := range []int{100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", name, steps), func(b *testing.B) { benchmarkEdit(b, flowgen.Everyday(steps), typed) })
		}
	}
}

func benchmarkEdit(b *testing.B, text string, typed [2]string) {
	text = strings.Replace(text, "self.next(self.end)", "self.next(self.ende)\n        print(undefined_name)", 1)
	before, _, found := strings.Cut(text, typed[0])
	if !found {
		b.Fatalf("there is no %q", typed[0])
	}
	at := protocol.Position{Line: uint32(strings.Count(before, "\n")), Character: uint32(len(before) - strings.LastIndexByte(before, '\n') - 1)}
	e := editor.Start(b, b.TempDir(), editor.Options{})
	e.OpenText("flow.py", text)
	e.Findings("flow.py", 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Findings("flow.py", e.Type("flow.py", protocol.Range{Start: at, End: behind(at, typed[i%2])}, typed[(i+1)%2]))
	}
}

// behind is the place behind a text that stands somewhere.
func behind(at protocol.Position, text string) protocol.Position {
	if n := strings.Count(text, "\n"); n > 0 {
		return protocol.Position{Line: at.Line + uint32(n), Character: uint32(len(text) - strings.LastIndexByte(text, '\n') - 1)}
	}
	return protocol.Position{Line: at.Line, Character: at.Character + uint32(len(text))}
}
