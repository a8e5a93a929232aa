package python

import (
	"sync"

	ts "github.com/tree-sitter/go-tree-sitter"
	grammar "github.com/tree-sitter/tree-sitter-python/bindings/go"
)

// language is the Python grammar with its tables in Go, so that asking a node's kind costs no string from C.
type language struct {
	ts     *ts.Language
	kinds  []string
	extras [2]uint16 // comment, line_continuation
	parts  [fieldCount]uint16
	// operator is the field of a token, which has no node in a flat tree.
	operator uint16
	// operations are the kinds of nodes whose operator is looked at.
	operations [2]uint16
}

var pythonLanguage = sync.OnceValue(func() *language {
	useDefaultAllocator()
	l := &language{ts: ts.NewLanguage(grammar.Language())}
	fields := map[string]uint16{}
	for id := range l.ts.NodeKindCount() {
		l.kinds = append(l.kinds, l.ts.NodeKindForId(uint16(id)))
	}
	for id := uint16(1); id <= uint16(l.ts.FieldCount()); id++ {
		fields[l.ts.FieldNameForId(id)] = id
	}
	for i, kind := range []string{"comment", "line_continuation"} {
		l.extras[i] = l.ts.IdForNodeKind(kind, true)
	}
	for i, name := range fieldNames {
		l.parts[i] = fields[name]
	}
	for i, kind := range []string{"unary_operator", "binary_operator"} {
		l.operations[i] = l.ts.IdForNodeKind(kind, true)
	}
	l.operator = fields["operator"]
	return l
})

func (l *language) kind(id uint16) string {
	if int(id) < len(l.kinds) {
		return l.kinds[id]
	}
	return "ERROR"
}
