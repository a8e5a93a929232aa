package lsp_test

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

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

// BenchmarkEdit is from something typed in the middle of a flow to the findings that follow, and back.
func BenchmarkEdit(b *testing.B) {
	for name, typed := range map[string][2]string{
		"name":   {"print(self.low_most_48, ", "print(sefl.low_most_48, "},           // changes nothing else
		"next":   {"self.next(self.split_52)", "self.next(self.split_5x2)"},          // breaks the graph in two and mends it
		"line":   {"print(self.low_most_48, ", "\n        print(self.low_most_48, "}, // moves all that is below
		"broken": {"print(self.low_most_48, ", "print((self.low_most_48, "},          // is no Python in between
	} {
		for _, steps := range []int{100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", name, steps), func(b *testing.B) { benchmarkEdit(b, everydayFlow(steps), typed) })
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
