package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// findings gathers what is wrong with the file.
type findings struct{ list lint.Findings }

// malformed is about what the file itself says.
func (f *findings) malformed(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return f.list.Report(configs.Project(), at, detail, format, args...)
}

// missing is about something that the file names and that is not there.
func (f *findings) missing(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return f.list.Report(configs.ProjectReference(), at, detail, format, args...)
}

// named is about the names that variants get.
func (f *findings) named(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return f.list.Report(configs.VariantName(), at, detail, format, args...)
}

// sorted is all that was found, each thing once: variants share what they come from.
func (f *findings) sorted() []lint.Diagnostic {
	return Distinct(f.list.All())
}

// Distinct sorts findings and drops those that say the same of the same place.
func Distinct(found []lint.Diagnostic) []lint.Diagnostic {
	lint.Sort(found)
	return slices.CompactFunc(found, func(a, b lint.Diagnostic) bool {
		return a.Code == b.Code && a.Range == b.Range && a.Message == b.Message
	})
}

// alike is a hint with the name that was probably meant, or those there are.
func alike(word string, there []string, none string) string {
	if meant := near.Word(word, there); meant != "" {
		return fmt.Sprintf("Did you mean %q?", meant)
	}
	const many = 8
	switch {
	case len(there) == 0:
		return none
	case len(there) > many:
		return fmt.Sprintf("There are %s and %d more.", strings.Join(there[:many], ", "), len(there)-many)
	case len(there) == 1:
		return fmt.Sprintf("There is %q.", there[0])
	}
	return "There are " + strings.Join(there[:len(there)-1], ", ") + " and " + there[len(there)-1] + "."
}
