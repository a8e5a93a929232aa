package decorators

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// checkUnknown reports names that the SDK does not have. An extension may add some, so only a name that nothing binds is sure to
// fail.
func checkUnknown(c *checker) {
	told := map[string]bool{}
	for _, u := range c.all {
		if !strange(u) || told[u.Name] {
			continue
		}
		alike := likely(u)
		if u.Unbound && (alike == "" || u.Mentions > len(c.uses(u))) {
			continue // a plain NameError, or bound in a way that the reader does not see
		}
		told[u.Name] = true
		if alike == "" {
			c.report(u.NameRange, "Unless an extension of Metaflow brings it, the import fails.", "the SDK has no decorator %q", wanted(u)).
				Severity = lint.Info
			continue
		}
		d := c.report(u.NameRange, "Did you mean @"+alike+"?", "the SDK has no decorator %q", wanted(u))
		if u.Unbound {
			d.Severity = lint.Error
		}
		c.respell(d, u, alike)
	}
}

// strange is true for a decorator that is looked for in the SDK and is not there.
func strange(u use) bool {
	if u.Unbound {
		return catalog.Lookup(u.Name) == nil
	}
	return u.Is == nil && u.Public && u.SDK != "" && !catalog.Extension(u.SDK) && !catalog.Other(u.SDK) &&
		!strings.HasPrefix(u.SDK, "_") && u.SDK == strings.ToLower(u.SDK)
}

// wanted is the name that is looked for.
func wanted(u use) string {
	if u.SDK != "" {
		return u.SDK
	}
	return u.Name
}

// likely is the decorator of the same level that was probably meant; else one of the other level.
func likely(u use) string {
	first, second := catalog.Step, catalog.Flow
	if u.Node == nil {
		first, second = second, first
	}
	if word := near.Within(allowance(wanted(u)), wanted(u), catalog.Names(first)); word != "" {
		return word
	}
	return near.Within(allowance(wanted(u)), wanted(u), catalog.Names(second))
}

// allowance is how many letters a word may differ: few, as short words are like one another by chance.
func allowance(word string) int {
	if len(word) < 5 {
		return 1
	}
	return 2
}

// uses lists the decorators of the flow that go by the same name in the same file.
func (c *checker) uses(u use) []use {
	var out []use
	for _, other := range c.all {
		if other.Name == u.Name && other.NameRange.File == u.NameRange.File {
			out = append(out, other)
		}
	}
	return out
}

// respell offers to change the name wherever it stands, if these are the only places.
func (c *checker) respell(d *lint.Diagnostic, u use, alike string) {
	edits := []lint.Edit{}
	for _, other := range c.uses(u) {
		edits = append(edits, lint.Edit{Range: other.NameRange, Text: alike})
	}
	switch {
	case u.Import != graph.Range{}:
		edits = append(edits, lint.Edit{Range: u.Import, Text: alike})
	case u.Unbound && !c.imports(u, alike):
		return
	}
	if len(edits) == u.Mentions {
		d.Fix = &lint.Fix{Title: "Change to @" + alike, Edits: edits}
	}
}

// imports reports whether the file is seen to have a name of the SDK.
func (c *checker) imports(u use, name string) bool {
	for _, other := range c.all {
		if other.Name == name && other.SDK == name && other.NameRange.File == u.NameRange.File {
			return true
		}
	}
	return false
}
