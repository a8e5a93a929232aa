package text_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/text"
)

func at(line, from, endLine, to int) graph.Range {
	return graph.Range{File: "f.py", Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: endLine, Column: to}}
}

func TestRender(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	tests := []struct {
		name, source string
		at           graph.Range
		want         string
	}{
		{"plain", "a\n  self.b\n", at(2, 8, 2, 9), "      self.b\n           ^\n"},
		{"tabs are kept", "\t\tself.b\n", at(1, 8, 1, 9), "    \t\tself.b\n    \t\t     ^\n"},
		{"wide letters", "x = '日本'; y\n", at(1, 11, 1, 12), "    x = '日本'; y\n                ^\n"},
		{"wide mark", "日本\n", at(1, 1, 1, 3), "    日本\n    ^^^^\n"},
		{"combining letters", "e\u0301x\n", at(1, 3, 1, 4), "    e\u0301x\n     ^\n"},
		{"several lines", "self.next(\n  self.a)\n", at(1, 1, 2, 10), "    self.next(\n    ^^^^^^^^^^\n"},
		{"empty range", "ab\n", at(1, 3, 1, 3), "    ab\n      ^\n"},
		{"behind the line", "ab\n", at(1, 30, 1, 40), "    ab\n      ^\n"},
		{"behind the file", "ab\n", at(9, 1, 9, 2), ""},
		{"no source", "", at(1, 1, 1, 2), ""},
		{"control letters", "a\x1b[31mb\n", at(1, 1, 1, 2), "    a [31mb\n    ^\n"},
		{"long line", long + "\n", at(1, 200, 1, 202), "    …" + strings.Repeat("x", 118) + "…\n" + strings.Repeat(" ", 44) + "^^\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := lint.Diagnostic{Code: "SP118", Severity: lint.Error, Range: tt.at, Message: "it is wrong"}
			got := text.Render(d, func(string) string { return tt.source })
			_, excerpt, _ := strings.Cut(got, "\n")
			if diff := cmp.Diff(tt.want, excerpt); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderAll(t *testing.T) {
	t.Parallel()
	d := lint.Diagnostic{Code: "SP118", Severity: lint.Warning, Range: at(1, 1, 1, 2), Message: "it is wrong", Detail: "Make it right.",
		Related: []lint.Related{{Range: at(2, 3, 2, 4), Message: "because of this"}}}
	want := "f.py:1:1: warning: it is wrong [SP118]\n    ab\n    ^\n  f.py:2:3: because of this\n  hint: Make it right.\n"
	if diff := cmp.Diff(want, text.Render(d, func(string) string { return "ab\ncd\n" })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
