package python_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// FuzzComments: whatever the text, each comment stands where it says, in order.
func FuzzComments(f *testing.F) {
	for _, seed := range []string{"", "# a", "x = '''\n# a", "f(\n# a\n)\n", "\\\n# a", "@a\n# b\ndef f(): # c\n  pass\n", "\xff# a", ")]# a\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		text := python.Text([]byte(data))
		lines := strings.Split(text, "\n")
		last := graph.Pos{}
		for _, c := range python.Comments(text) {
			line := []rune(lines[c.Start.Line-1])
			if string(line[c.Start.Column-1:c.End.Column-1]) != c.Text || c.Start.Line != c.End.Line || c.Text[0] != '#' {
				t.Fatalf("%q: %+v", text, c)
			}
			if c.Start.Line <= last.Line || c.First > c.Last || c.Last > len(lines) {
				t.Fatalf("%q: %+v after line %d", text, c, last.Line)
			}
			last = c.Start
		}
	})
}

// FuzzEdit: what is read of an edited file is the edited text.
func FuzzEdit(f *testing.F) {
	f.Add("\r\n\r\na = 1\r\nb\n", 3, 2, 3, "x\ny")
	f.Add("\ufeff\r\rä\rö", 4, 1, 2, "")
	f.Add("# coding: latin-1\n\n\xe4\xf6", 3, 1, 2, "x")
	f.Fuzz(func(t *testing.T, data string, line, from, to int, with string) {
		text := python.Text([]byte(data))
		lines := strings.Split(text, "\n")
		if line < 1 || line > len(lines) || !utf8.ValidString(with) || strings.ContainsAny(with, "\r\x00\ufeff") {
			t.Skip()
		}
		runes := []rune(lines[line-1])
		if from < 1 || to < from || to > len(runes)+1 || line <= 2 {
			t.Skip() // the first two lines may declare the encoding
		}
		if rest := strings.ReplaceAll(data, "\r\n", ""); strings.Contains(rest, "\r") && strings.Contains(data, "\n") {
			t.Skip() // where line ends are mixed, two that meet may be one
		}
		out, err := python.Edit([]byte(data), []python.Replacement{{
			Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}, Text: with,
		}})
		if err != nil {
			t.Skip()
		}
		lines[line-1] = string(runes[:from-1]) + with + string(runes[to-1:])
		if got, want := python.Text(out), strings.Join(lines, "\n"); got != want {
			t.Fatalf("%q: got %q, want %q", data, got, want)
		}
	})
}
