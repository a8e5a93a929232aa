package suggest

import (
	"regexp"
	"strings"
)

var (
	fromImport = regexp.MustCompile(`(?m)^from[ \t]+(?:metaflow|spindle)[ \t]+import[ \t]+(\([^)]*\)|[^\r\n#;\\(]*)`)
	anyName    = regexp.MustCompile(`\w+|\*`)
)

// Import is where a name of the SDK can be added to the imports of a text, and what to write there. Ok is false where the name is there already, or where
// there is no import by name to add it to.
func Import(text, name string) (at int, insert string, ok bool) {
	last := []int(nil)
	for _, m := range fromImport.FindAllStringSubmatchIndex(text, -1) {
		for _, word := range anyName.FindAllString(text[m[2]:m[3]], -1) {
			if word == name || word == "*" {
				return 0, "", false
			}
		}
		last = m
	}
	if last == nil {
		return 0, "", false
	}
	list := text[last[2]:last[3]]
	if inner, found := strings.CutSuffix(list, ")"); found {
		trimmed := strings.TrimRight(inner, " \t\r\n")
		if strings.HasSuffix(trimmed, ",") {
			return last[2] + len(trimmed), " " + name, true
		}
		return last[2] + len(trimmed), ", " + name, true
	}
	return last[2] + len(strings.TrimRight(list, " \t")), ", " + name, true
}
