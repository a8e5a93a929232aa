package golang

import (
	"regexp"
	"strings"
)

// called is a decorator as sentences name it, with arguments or without: @retry, @batch(image=…).
var called = regexp.MustCompile(`@([a-z_]+)(?:\(([^)]*)\))?`)

// Spelled writes what a sentence says of decorators as Go has them: flow.Retry for @retry, flow.Batch{Image: …} for @batch(image=…). What Go has not is
// left as it is.
func Spelled(text string) string {
	return called.ReplaceAllStringFunc(text, func(s string) string {
		m := called.FindStringSubmatch(s)
		typ, _ := Spelling(m[1], "")
		if typ == "" {
			return s
		}
		var fields []string
		for arg := range strings.SplitSeq(m[2], ", ") {
			name, value, _ := strings.Cut(arg, "=")
			if _, field := Spelling(m[1], name); field != "" {
				fields = append(fields, field+": "+value)
			}
		}
		if len(fields) == 0 {
			return "flow." + typ
		}
		return "flow." + typ + "{" + strings.Join(fields, ", ") + "}"
	})
}
