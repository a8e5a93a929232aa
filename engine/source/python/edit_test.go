package python_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

func at(line, from, to int, text string) python.Replacement {
	return python.Replacement{Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}, Text: text}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, data, want string
		edits            []python.Replacement
	}{
		{"none", "a\n", "a\n", nil},
		{"plain", "abc\ndef\n", "aXc\ndY\n", []python.Replacement{at(2, 2, 4, "Y"), at(1, 2, 3, "X")}},
		{"mark", "\ufeffabc\n", "\ufeffXbc\n", []python.Replacement{at(1, 1, 2, "X")}},
		{"crlf", "abc\r\ndef\r\n", "abc\r\nX\r\nYdef\r\n", []python.Replacement{at(2, 1, 1, "X\nY")}},
		{"cr", "abc\rdef", "abc\rdX", []python.Replacement{at(2, 2, 9, "X")}},
		{"wide", "äöü = 1\n", "äXü = 1\n", []python.Replacement{at(1, 2, 3, "X")}},
		{"latin-1", "# coding: latin-1\n\xe4\xf6\xfc\n", "# coding: latin-1\n\xe4X\xfc\n", []python.Replacement{at(2, 2, 3, "X")}},
		{"line", "abc\ndef\nghi", "abc\nghi", []python.Replacement{{Start: graph.Pos{Line: 2, Column: 1}, End: graph.Pos{Line: 3, Column: 1}}}},
		{"end", "abc", "abcX", []python.Replacement{at(5, 1, 1, "X")}},
	} {
		got, err := python.Edit([]byte(tt.data), tt.edits)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
	for name, bad := range map[string]struct {
		data  string
		edits []python.Replacement
	}{
		"overlap":  {"abcdef", []python.Replacement{at(1, 1, 4, ""), at(1, 2, 3, "")}},
		"encoding": {"# coding: latin-1\na", []python.Replacement{at(2, 1, 2, "ä")}},
		"bytes":    {"a\xff", nil},
	} {
		if got, err := python.Edit([]byte(bad.data), bad.edits); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	text := strings.TrimLeft(`
"""Doc # not one."""
# alone
x = 1  # behind
y = f(
    # inside
    "#", '''
    # string
    ''',
)  # after
@deco  # on the decorator
# between
@other
def f(a,  # in the header
      b):
    return 'a\
# still a string'

z = 1 + \
    2  # continued
"broken # open
# last`, "\n")
	var got []string
	for _, c := range python.Comments(text) {
		got = append(got, fmt.Sprintf("%d:%d %s %v %d-%d", c.Start.Line, c.Start.Column, c.Text, c.Alone, c.First, c.Last))
	}
	want := []string{
		"2:1 # alone true 3-3", "3:8 # behind false 3-3", "5:5 # inside true 4-9", "9:4 # after false 4-9",
		"10:8 # on the decorator false 10-14", "11:1 # between true 10-14", "13:11 # in the header false 10-14",
		"19:8 # continued false 18-19", "21:1 # last true 0-0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
