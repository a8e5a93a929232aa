package mutate

import "slices"

// All are the ways to break a flow.
func All() []Breaker {
	return slices.Concat(edges(), steps(), forms(), data(), decorators())
}
