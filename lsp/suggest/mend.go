package suggest

import "strings"

// Mend returns texts that are likely whole Python where what is typed at a place is not: with the expression at the place replaced, then with the
// statement it is in. All lines stay where they are.
func (p *Place) Mend() []string {
	var out []string
	if c := p.Chain(); c != nil && p.Quote == "" && !p.decorates() {
		out = append(out, p.Text[:c.First]+"None"+p.Text[p.nameEnd():])
	}
	return append(out, p.without())
}

func (p *Place) nameEnd() int {
	end := strings.IndexFunc(p.Text[p.Offset:], func(r rune) bool { return !isNameRune(r) })
	if end < 0 {
		return len(p.Text)
	}
	return p.Offset + end
}

func (p *Place) decorates() bool { return strings.HasPrefix(p.Text[p.Statement:], "@") }

// without is the text with the statement of the place replaced, from its start to the end of the place's line.
func (p *Place) without() string {
	end := p.Offset + len(p.rest())
	statement := p.Text[p.Statement:max(end, p.Statement)]
	lines := strings.Count(statement, "\n")
	stand := "pass"
	switch {
	case p.decorates():
		stand = ""
	case strings.HasSuffix(strings.TrimRight(statement, " \t"), ":") && opensBlock(statement):
		stand = "if None:"
	}
	return p.Text[:p.Statement] + stand + strings.Repeat("\n", lines) + p.Text[max(end, p.Statement):]
}

// opensBlock reports whether a statement is one that others are indented below.
func opensBlock(statement string) bool {
	for _, word := range []string{"if", "for", "while", "with", "elif", "async", "match", "case"} {
		if rest, ok := strings.CutPrefix(statement, word); ok && rest != "" && !isNameRune(rune(rest[0])) {
			return true
		}
	}
	return false
}
