package decorators

import (
	"regexp"

	"github.com/spindle-flow/spindle/engine/graph"
)

var cardID = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)

// checkCardID reports ids by which current.card can't find a card.
func checkCardID(c *checker) {
	type key struct {
		node *graph.Node
		id   string
	}
	seen := map[key]graph.Range{}
	for _, u := range c.named("card") {
		id := u.Value("id")
		if id.Kind != graph.LiteralStr {
			continue
		}
		k := key{u.Node, id.Text}
		first, twice := seen[k]
		switch {
		case !cardID.MatchString(id.Text):
			c.report(id.Range, "Use letters, digits and underscores only.", "current.card can't find a card by the id %q", id.Text)
		case twice:
			c.report(id.Range, "Give each card of a step its own id.", "%s has two cards with the id %q", u.Place(), id.Text).Relate(first, "the other one")
		default:
			seen[k] = id.Range
		}
	}
}
