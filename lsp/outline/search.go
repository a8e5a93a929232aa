package outline

import (
	"strings"
	"unicode"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Match is an item that was searched for.
type Match struct {
	Item
	Flow string // that it is part of, empty for a flow
}

// Search lists the items of flows whose names have the letters of a query in their order, whatever their case. Nothing asked for is everything.
func Search(flows []*snapshot.Facts, query string) []Match {
	var out []Match
	seen := map[graph.Range]bool{}
	add := func(i Item, flow string) {
		if !seen[i.At] && has(i.Name, query) {
			seen[i.At] = true
			out = append(out, Match{i, flow})
		}
	}
	for _, f := range flows {
		add(Item{Kind: Flow, Name: f.Flow.Name, Range: f.Flow.Range, At: f.Flow.NameRange}, "")
		for _, i := range members(f) {
			add(i, f.Flow.Name)
		}
	}
	return out
}

func has(name, query string) bool {
	rest := []rune(strings.ToLower(name))
	for _, r := range query {
		i := strings.IndexRune(string(rest), unicode.ToLower(r))
		if i < 0 {
			return false
		}
		rest = []rune(string(rest)[i:])[1:]
	}
	return true
}
