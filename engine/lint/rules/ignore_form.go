package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source"
	gocomments "github.com/spindle-flow/spindle/engine/source/golang/comments"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// form is how a language writes the directive that silences rules.
type form struct {
	mark       string // begins a comment
	example    string
	expression *regexp.Regexp // its groups: ignore or ignore-file, the codes in brackets, and without any
	comments   func(text string) []source.Comment
}

// pythonIgnore finds the directive in a comment, which may follow others: # type: ignore  # spindle: ignore[SP203] why.
var pythonIgnore = regexp.MustCompile(`#[ \t]*spindle:[ \t]*(ignore-file|ignore)(?:[ \t]*\[([^\]]*)\]?|\b)`)

// goIgnore finds it in Go's form, //spindle:ignore SP203, SP204 why. Python's is understood as well.
var goIgnore = regexp.MustCompile(`//[ \t]*spindle:[ \t]*(ignore-file|ignore)(?:[ \t]*\[([^\]]*)\]?|[ \t]+((?i:SP\w*\d\w*)(?:[ \t]*,[ \t]*(?i:SP\w*\d\w*))*)|\b)`)

func formOf(file string) form {
	if source.Of(file) == source.Go {
		return form{mark: "//", example: "ignore SP203", expression: goIgnore, comments: gocomments.Of}
	}
	return form{mark: "#", example: "ignore[SP203]", expression: pythonIgnore, comments: python.Comments}
}

// find returns where the directive stands in a comment: all of it, its verb, its codes; nil where there is none.
func (f form) find(comment string) []int {
	m := f.expression.FindStringSubmatchIndex(comment)
	if len(m) > 6 && m[4] < 0 {
		m[4], m[5] = m[6], m[7]
	}
	return m
}

// IgnoreEdit is the change of a file's text that makes it ignore a rule's findings in a line: the rule named in the line's comment, or a comment added. The
// text of a Python file is as [python.Text] returns it.
func IgnoreEdit(file, text string, line int, code string) (at graph.Pos, insert string) {
	f := formOf(file)
	for _, c := range f.comments(text) {
		if c.Start.Line != line {
			continue
		}
		if m := f.find(c.Text); m != nil && m[4] >= 0 {
			return within(c, m[5]), ", " + code
		}
	}
	lines := strings.Split(text, "\n")
	content := strings.TrimRight(lines[min(line, len(lines))-1], " \t\r")
	at = graph.Pos{Line: line, Column: 1 + len([]rune(content))}
	if source.Of(file) == source.Go {
		return at, fmt.Sprintf(" //spindle:ignore %s", code)
	}
	return at, fmt.Sprintf("  # spindle: ignore[%s]", code)
}
