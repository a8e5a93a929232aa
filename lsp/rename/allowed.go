package rename

import (
	"slices"
	"strings"
	"unicode"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// keywords are the names that Python keeps for itself.
var keywords = strings.Fields(`False None True and as assert async await break class continue def del elif else except finally for from global if
	import in is lambda nonlocal not or pass raise return try while with yield`)

// allowed reports why a name can't be given.
func (c *Change) allowed(name string) error {
	switch {
	case !identifier(name):
		return refuse("%q is no name: a name has letters, digits and underscores, and does not begin with a digit", name)
	case slices.Contains(keywords, name):
		return refuse("%q is a word of Python's", name)
	case strings.HasPrefix(name, "__"):
		return refuse("%q would be private to the class that uses it: a name of the flow's begins with one underscore at most", name)
	case python.Reserved(name):
		return refuse("%q is something else in every flow", name)
	case c.Symbol.Kind == names.Step && !stepName(name):
		return refuse("%q can't be the name of a step: that has lower-case ASCII letters, digits and underscores, and begins with no underscore", name)
	}
	if c.inClass() && slices.Contains(c.decorators(), name) {
		return refuse("%q is also a decorator of the class, which it would hide", name)
	}
	for _, f := range c.Flows {
		if what := taken(f, name); what != "" {
			return refuse("%q is taken: %s of the flow %s has that name", name, what, f.Flow.Name)
		}
	}
	return nil
}

// inClass reports whether the body of the class binds the name, where the decorators below it would read it.
func (c *Change) inClass() bool {
	return slices.ContainsFunc(c.Spots, func(s *names.Spot) bool { return s.Role == names.Defines })
}

// decorators are the names that the decorators of the flows' steps begin with.
func (c *Change) decorators() []string {
	out := []string{"step"}
	for _, f := range c.Flows {
		for _, s := range f.Flow.Steps {
			for _, d := range s.Decorators {
				first, _, _ := strings.Cut(d.Text, "(")
				first, _, _ = strings.Cut(first, ".")
				out = append(out, strings.TrimSpace(first))
			}
		}
	}
	return out
}

func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

func stepName(name string) bool {
	return !strings.HasPrefix(name, "_") && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// taken says what a flow has by a name already, empty for nothing.
func taken(f *snapshot.Facts, name string) string {
	if f.Graph.Node(name) != nil {
		return "a step"
	}
	if m := f.Flow.Data.Member(name); m != nil {
		switch m.Kind {
		case graph.MemberParameter:
			return "a parameter"
		case graph.MemberMethod:
			return "a method"
		case graph.MemberConstant:
			return "a constant"
		}
		return "an attribute"
	}
	if f.Flow.Data.ID(name) >= 0 {
		return "an artifact"
	}
	return ""
}
