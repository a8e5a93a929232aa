package graph

import "strings"

// CleanDoc removes from a doc string the indentation of its body, as Metaflow shows and stores it: the indentation is that of the
// first line that has one among the first two non-empty lines, and is taken from every line but the first. A doc string without
// any is left exactly as it stands.
func CleanDoc(doc string) string {
	indent := docIndent(doc)
	if indent == "" {
		return doc
	}
	return strings.TrimSpace(strings.ReplaceAll(doc, "\n"+indent, "\n"))
}

func docIndent(doc string) string {
	second := false
	for line := range strings.Lines(doc) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; indent != "" || second {
			return indent
		}
		second = true
	}
	return ""
}
