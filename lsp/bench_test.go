package lsp_test

import (
	"fmt"
	"testing"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// BenchmarkEdit is from a letter typed in the middle of a flow to the findings that follow.
func BenchmarkEdit(b *testing.B) {
	for _, steps := range []int{100, 1000} {
		b.Run(fmt.Sprint(steps), func(b *testing.B) {
			e := editor.Start(b, b.TempDir(), editor.Options{})
			e.OpenText("flow.py", chain("Chain", steps-2))
			e.Findings("flow.py", 1)
			line := uint32(10 + 5*(steps/2) + 2)
			for i := 0; b.Loop(); i++ {
				at, text := span(line, 24, 24), "q"
				if i%2 == 1 {
					at, text = span(line, 24, 25), ""
				}
				e.Findings("flow.py", e.Type("flow.py", at, text))
			}
		})
	}
}
