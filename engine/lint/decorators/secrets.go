package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
)

// checkSecrets reports sources of secrets that no task can fetch.
func checkSecrets(c *checker) {
	for _, u := range c.named("secrets") {
		sources := u.Value("sources")
		if sources.Kind != graph.LiteralList && sources.Kind != graph.LiteralTuple && sources.Kind != graph.LiteralSet {
			continue
		}
		for _, s := range sources.Items {
			switch {
			case s.Kind == graph.LiteralDict:
				c.secret(u, s)
			case !text(s):
				c.invalid(u, s.Range, "Give the id of a secret, or a dictionary with type, id and options.", "a source of secrets can't be %s", kindWords(s))
			}
		}
	}
}

// secret reports what is wrong with one source given as a dictionary.
func (c *checker) secret(u use, s graph.Literal) {
	id := s.Get("id")
	switch {
	case id == nil && !s.Open && named(s):
		c.invalid(u, s.Range, `Add "id".`, "the source of secrets has no id")
	case id != nil && !text(*id):
		c.invalid(u, id.Range, "Give a string.", "the id of a secret can't be %s", kindWords(*id))
	}
	if kind := s.Get("type"); kind != nil && !text(*kind) {
		c.invalid(u, kind.Range, "Give a string, like aws-secrets-manager.", "the type of a source of secrets can't be %s", kindWords(*kind))
	}
	if role := s.Get("role"); role != nil && !text(*role) && role.Kind != graph.LiteralNone {
		c.invalid(u, role.Range, "Give a string.", "the role of a source of secrets can't be %s", kindWords(*role))
	}
	if o := s.Get("options"); o != nil && o.Kind != graph.LiteralDict && o.Kind != graph.LiteralComputed {
		c.invalid(u, o.Range, "Give a dictionary.", "the options of a source of secrets can't be %s", kindWords(*o))
	}
}
