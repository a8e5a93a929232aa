package rules

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// Targets are the names of schedulers and computes that a flow can be meant for, in alphabetical order.
func Targets() []string { return slices.Sorted(slices.Values(targets.Names())) }
