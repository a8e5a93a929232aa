package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source"
)

func unusedIgnore() lint.Rule {
	return lint.NewRule("SP002", lint.Warning, "ignore comment without effect")
}

func unknownIgnored() lint.Rule {
	return lint.NewRule("SP003", lint.Warning, "ignore comment names an unknown rule")
}

// common are the rules that belong to no group: about the comments that silence rules.
func common() []lint.Rule { return []lint.Rule{unusedIgnore(), unknownIgnored()} }

// Ignores are the ignore comments of one file.
type Ignores struct {
	file string
	form form
	list []*ignore
}

// ignore is one comment with what it has silenced so far.
type ignore struct {
	comment source.Comment
	mark    string    // that begins a comment
	from    graph.Pos // where the directive starts
	to      graph.Pos // where it ends, a reason behind it not included
	file    bool      // for the whole file
	late    bool      // for the whole file, but below its first statement
	codes   []named   // empty for all rules
	used    map[string]bool
}

// named is a code as the comment names it.
type named struct {
	code   string
	at     graph.Range
	known  bool
	within [2]int // bytes of the comment
}

// ParseIgnores reads the ignore comments of a file's text. That of a Python file is as [python.Text] returns it.
func ParseIgnores(file, text string) *Ignores {
	g := &Ignores{file: file, form: formOf(file)}
	if !strings.Contains(text, "spindle:") {
		return g // the usual case
	}
	known := map[string]bool{}
	for _, r := range All() {
		known[r.Code] = true
	}
	for _, c := range g.form.comments(text) {
		if m := g.form.find(c.Text); m != nil {
			g.list = append(g.list, g.parse(c, m, known))
		}
	}
	return g
}

func (g *Ignores) parse(c source.Comment, m []int, known map[string]bool) *ignore {
	i := &ignore{comment: c, mark: g.form.mark, used: map[string]bool{}, file: c.Text[m[2]:m[3]] == "ignore-file"}
	i.from, i.to = within(c, m[0]), within(c, m[1])
	i.late = i.file && (!c.Alone || c.Index > 1)
	if m[4] < 0 {
		return i
	}
	at := m[4]
	for word := range strings.SplitSeq(c.Text[m[4]:m[5]], ",") {
		start := at + len(word) - len(strings.TrimLeft(word, " \t"))
		at += len(word) + 1
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		code := strings.ToUpper(word)
		i.codes = append(i.codes, named{
			code: code, known: known[code], within: [2]int{start, start + len(word)},
			at: graph.Range{File: g.file, Start: within(c, start), End: within(c, start+len(word))},
		})
	}
	if len(i.codes) == 0 { // brackets with nothing in them are no leave to ignore everything
		i.codes = []named{{within: [2]int{m[4], m[5]}, at: graph.Range{File: g.file, Start: i.from, End: i.to}}}
	}
	return i
}

// within is the place of a byte of a comment.
func within(c source.Comment, offset int) graph.Pos {
	return graph.Pos{Line: c.Start.Line, Column: c.Start.Column + len([]rune(c.Text[:offset]))}
}

// Silences reports whether a comment silences a finding in this file, and remembers that it did.
func (g *Ignores) Silences(d lint.Diagnostic) bool {
	if always(d.Code) {
		return false
	}
	silenced := false
	for _, i := range g.list {
		if i.covers(d.Range.Start.Line) && i.names(d.Code) {
			i.used[d.Code], silenced = true, true
		}
	}
	return silenced
}

func (i *ignore) covers(line int) bool {
	if i.file {
		return !i.late
	}
	return i.comment.First <= line && line <= i.comment.Last || line == i.comment.Start.Line
}

// names reports whether a comment is about a rule. One without codes is about all but those that are about such comments.
func (i *ignore) names(code string) bool {
	if len(i.codes) == 0 {
		return code != unusedIgnore().Code && code != unknownIgnored().Code
	}
	return slices.ContainsFunc(i.codes, func(n named) bool { return n.code == code })
}

// Wrong reports comments that can't do what they say, whatever the findings are: codes that no rule has, and comments for the file below its first
// statement.
func (g *Ignores) Wrong() []lint.Diagnostic {
	var found lint.Findings
	for _, i := range g.list {
		if i.late {
			at := graph.Range{File: g.file, Start: i.from, End: i.to}
			found.Report(unusedIgnore(), at, "Move it above the first statement of the file, on a line of its own.",
				"this comment is for the whole file and has no effect here")
		}
		for _, n := range i.codes {
			if word := i.word(n); word == "" {
				found.Report(unknownIgnored(), n.at, "Name the rules, as in "+g.form.example+", or leave the brackets out.", "the brackets name no rule to ignore")
			} else if !n.known {
				detail := "`spindle rule --list` shows the codes there are."
				if meant := Nearest(word); meant != "" {
					detail = fmt.Sprintf("Did you mean %s?", meant)
				}
				found.Report(unknownIgnored(), n.at, detail, "there is no rule %q to ignore", word)
			}
		}
	}
	return found.All()
}

// Unused reports the comments and codes that have silenced nothing. It must be asked when all findings of the file have been through
// Silences. Judged says for which rules a silence means that there was nothing to find.
func (g *Ignores) Unused(judged func(code string) bool) []lint.Diagnostic {
	var found lint.Findings
	for _, i := range g.list {
		switch {
		case i.late: // told by Wrong
		case len(i.codes) == 0 && !i.file && len(i.used) == 0:
			at := graph.Range{File: g.file, Start: i.from, End: i.to}
			d := found.Report(unusedIgnore(), at, "Remove it.", "this comment silences nothing")
			d.Fix = &lint.Fix{Title: "remove the ignore comment", Edits: []lint.Edit{i.removal(g.file)}}
		default:
			i.unusedCodes(g.file, judged, &found)
		}
	}
	return found.All()
}

func (i *ignore) unusedCodes(file string, judged func(string) bool, found *lint.Findings) {
	var kept []string
	var idle []named
	for _, n := range i.codes {
		if n.known && !i.used[n.code] && judged(n.code) {
			idle = append(idle, n)
		} else {
			kept = append(kept, i.word(n))
		}
	}
	for _, n := range idle {
		d := found.Report(unusedIgnore(), n.at, "Remove the code, or the comment when it has no other.",
			"%s is not found here, so that there is nothing to silence", n.code)
		if len(kept) == 0 {
			d.Fix = &lint.Fix{Title: "remove the ignore comment", Edits: []lint.Edit{i.removal(file)}}
			continue
		}
		all := graph.Range{File: file, Start: i.codes[0].at.Start, End: i.codes[len(i.codes)-1].at.End}
		d.Fix = &lint.Fix{Title: "remove what silences nothing", Edits: []lint.Edit{{Range: all, Text: strings.Join(kept, ", ")}}}
	}
}

// word is a code as it is written.
func (i *ignore) word(n named) string { return i.comment.Text[n.within[0]:n.within[1]] }

// removal takes the directive out, with its line when it has nothing else. A reason behind it goes along, another directive stays.
func (i *ignore) removal(file string) lint.Edit {
	c := i.comment
	r := graph.Range{File: file, Start: i.from, End: c.End}
	rest := string([]rune(c.Text)[i.to.Column-c.Start.Column:])
	if other := strings.Index(rest, i.mark); other >= 0 {
		r.End = graph.Pos{Line: c.Start.Line, Column: i.to.Column + len([]rune(rest[:other]))}
		return lint.Edit{Range: r}
	}
	if i.from != c.Start {
		before := []rune(c.Text)[:i.from.Column-c.Start.Column]
		trimmed := strings.TrimRight(string(before), " \t")
		r.Start.Column = c.Start.Column + len([]rune(trimmed))
		return lint.Edit{Range: r}
	}
	if c.Alone {
		r.Start.Column = 1
		r.End = graph.Pos{Line: c.Start.Line + 1, Column: 1}
		return lint.Edit{Range: r}
	}
	r.Start.Column = max(1, c.Start.Column-c.Blanks)
	return lint.Edit{Range: r}
}
