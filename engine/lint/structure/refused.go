package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/lint"
)

// refused is the rule about what a compiler refuses; it is one of those for Go.
const refused = "SP600"

// Once drops what the compiler says of a place where a rule says what to do: nobody wants to be told twice.
func Once(found []lint.Diagnostic) []lint.Diagnostic {
	type place struct {
		file         string
		line, column int
	}
	at := func(d lint.Diagnostic) place { return place{d.Range.File, d.Range.Start.Line, d.Range.Start.Column} }
	told := map[place]bool{}
	for _, d := range found {
		if d.Code != refused && d.Severity == lint.Error {
			told[at(d)] = true
		}
	}
	return slices.DeleteFunc(found, func(d lint.Diagnostic) bool { return d.Code == refused && told[at(d)] })
}
