package catalog

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// The kinds of literal with which a flow fails where something else is expected.

func notNumber() []graph.LiteralKind { return append(notOptionalNumber(), graph.LiteralNone) }

func notOptionalNumber() []graph.LiteralKind {
	return append(displays(), graph.LiteralStr, graph.LiteralFunction)
}

func notText() []graph.LiteralKind {
	return append(displays(), graph.LiteralInt, graph.LiteralFloat, graph.LiteralFunction)
}

func notDict() []graph.LiteralKind { return append(notOptionalDict(), graph.LiteralNone) }

func notOptionalDict() []graph.LiteralKind {
	scalars := []graph.LiteralKind{
		graph.LiteralStr, graph.LiteralText, graph.LiteralInt, graph.LiteralFloat, graph.LiteralBool, graph.LiteralFunction,
	}
	return append(slices.DeleteFunc(displays(), func(k graph.LiteralKind) bool { return k == graph.LiteralDict }), scalars...)
}

func notSequence() []graph.LiteralKind {
	return []graph.LiteralKind{
		graph.LiteralNone, graph.LiteralInt, graph.LiteralFloat, graph.LiteralBool, graph.LiteralFunction,
	}
}

func notList() []graph.LiteralKind {
	return []graph.LiteralKind{
		graph.LiteralStr, graph.LiteralText, graph.LiteralInt, graph.LiteralFloat, graph.LiteralTuple, graph.LiteralSet, graph.LiteralDict,
	}
}

// The limits of numbers.

func positive() []Limit { return []Limit{{Relation: ">", Bound: 0, Fails: true}} }

func natural() []Limit { return []Limit{{Relation: ">=", Bound: 0, Fails: true}} }

// shouldBe makes limits that nothing enforces.
func shouldBe(limits []Limit) []Limit {
	for i := range limits {
		limits[i].Fails = false
	}
	return limits
}

func displays() []graph.LiteralKind {
	return []graph.LiteralKind{graph.LiteralList, graph.LiteralTuple, graph.LiteralSet, graph.LiteralDict}
}
