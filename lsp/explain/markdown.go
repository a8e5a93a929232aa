package explain

import (
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// blocks joins the parts of a text that are not empty.
func blocks(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// code sets a text as code, whatever is in it.
func code(s string) string {
	s = strings.ReplaceAll(s, "\n", " ")
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// prose is text of the user's, in which nothing is a tag.
func prose(s string) string { return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(s) }

const longestDoc = 600

// doc is a documentation text without indentation, cut where it gets long.
func doc(s string) string {
	s = strings.TrimSpace(graph.CleanDoc(s))
	if r := []rune(s); len(r) > longestDoc {
		s = strings.TrimRight(string(r[:longestDoc]), " \n") + "…"
	}
	return prose(s)
}

var (
	link  = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	marks = strings.NewReplacer("**", "", "`", "", "&lt;", "<", "&gt;", ">", "\n---\n", "\n")
	fence = regexp.MustCompile("(?m)^```.*\n?")
)

// Plain is a text of this package for an editor that shows no Markdown.
func Plain(markdown string) string {
	s := fence.ReplaceAllString(markdown, "")
	return marks.Replace(link.ReplaceAllString(s, "$1"))
}
