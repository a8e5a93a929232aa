package mutate

import (
	"math/rand/v2"
	"slices"
)

// All are the ways to break a flow.
func All() []Breaker {
	out := slices.Concat(edges(), steps(), forms())
	for i, b := range out {
		out[i].Break = func(r *rand.Rand, f *Flow) *Broken {
			broken := b.Break(r, f)
			if broken != nil {
				broken.Allow = append(broken.Allow, ofTheData()...)
			}
			return broken
		}
	}
	return slices.Concat(out, data(), decorators())
}

// ofTheData are the rules about artifacts: where the graph has a fault, what is known of an artifact follows from that.
func ofTheData() []string {
	return []string{"SP120", "SP201", "SP202", "SP203", "SP204", "SP206", "SP207", "SP208", "SP213", "SP214", "SP215"}
}
