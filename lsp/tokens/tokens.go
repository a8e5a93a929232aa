// Package tokens says of each name in a file that is a flow's what it is, for editors that colour by meaning.
//
// The types are those that all editors know; what is a flow's own is said by the modifiers "step" and "artifact", which a theme may use.
package tokens

import (
	"cmp"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/names"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Types and Modifiers are the names that the numbers of a [Token] stand for.
var (
	Types     = [...]string{"method", "property"}
	Modifiers = [...]string{"definition", "modification", "readonly", "step", "artifact"}
)

// The types, as indexes, and the modifiers, as bits.
const (
	method uint32 = iota
	property
)

const (
	definition uint32 = 1 << iota
	modification
	readonly
	step
	artifact
)

// Token is one name.
type Token struct {
	At        graph.Range
	Type      uint32
	Modifiers uint32
}

// Of lists the names of a file that flows know, by their places.
func Of(flows []*snapshot.Facts, file string) []Token {
	var out []Token
	for _, f := range flows {
		spots := f.Names().In(file)
		for i := range spots {
			if t, ok := token(f, &spots[i]); ok {
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Token) int { return compare(a.At.Start, b.At.Start) })
	return slices.CompactFunc(out, func(next, last Token) bool { return compare(next.At.Start, last.At.End) < 0 })
}

func compare(a, b graph.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

func token(f *snapshot.Facts, s *names.Spot) (Token, bool) {
	t := Token{At: s.Range}
	switch s.Kind {
	case names.Step:
		if f.Graph.Node(s.Name) == nil {
			return t, false
		}
		t.Type, t.Modifiers = method, step
	case names.Artifact:
		t.Type, t.Modifiers = property, artifact
		if m := f.Flow.Data.Member(s.Name); m != nil && (m.Kind == graph.MemberParameter || m.Kind == graph.MemberConstant) {
			t.Modifiers |= readonly
		}
	default:
		return t, false
	}
	switch s.Role {
	case names.Defines:
		t.Modifiers |= definition
	case names.Sets:
		t.Modifiers |= modification
	}
	return t, true
}
