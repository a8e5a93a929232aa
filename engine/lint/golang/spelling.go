package golang

import (
	"regexp"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

var (
	decorator = regexp.MustCompile(`@([a-z_]+)`)
	argument  = regexp.MustCompile(`argument "([a-z_]+)" of @([a-z_]+)`)
)

// Spell writes what findings say of decorators as Go has them: flow.Retry for @retry, Times of flow.Retry for its argument "times".
func Spell(found []lint.Diagnostic) {
	for i := range found {
		d := &found[i]
		d.Message, d.Detail = spelled(d.Message), spelled(d.Detail)
		for k := range d.Related {
			d.Related[k].Message = spelled(d.Related[k].Message)
		}
	}
}

func spelled(text string) string {
	text = argument.ReplaceAllStringFunc(text, func(s string) string {
		m := argument.FindStringSubmatch(s)
		typ, field := golang.Spelling(m[2], m[1])
		switch {
		case typ == "":
			return s
		case field == "":
			return "the value of flow." + typ
		}
		return field + " of flow." + typ
	})
	return decorator.ReplaceAllStringFunc(text, func(s string) string {
		if typ, _ := golang.Spelling(s[1:], ""); typ != "" {
			return "flow." + typ
		}
		return s
	})
}
