package golang

import (
	"go/ast"
	"go/token"
	"strconv"
)

// tag is a struct tag taken apart, with the places of its parts.
type tag struct {
	lit   *ast.BasicLit
	pairs []tagPair
	bad   bool // it is not written as tags are
}

type tagPair struct {
	key, value string
	// from and to are the pair in the source, valueFrom and valueTo the value without its quotes.
	from, to, valueFrom, valueTo token.Pos
}

func (t *tag) get(key string) (tagPair, bool) {
	if t != nil {
		for _, p := range t.pairs {
			if p.key == key {
				return p, true
			}
		}
	}
	return tagPair{}, false
}

// readTag takes a tag apart as reflect.StructTag does.
func readTag(lit *ast.BasicLit) *tag {
	t := &tag{lit: lit}
	if lit == nil {
		return t
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.bad = true
		return t
	}
	raw := lit.Value[0] == '`' // only there letters stand as they are
	at := func(offset int) token.Pos {
		if !raw {
			return lit.Pos()
		}
		return lit.Pos() + 1 + token.Pos(offset)
	}
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		start := i
		for i < len(text) && text[i] > ' ' && text[i] != ':' && text[i] != '"' && text[i] != 0x7f {
			i++
		}
		if i == start || i+1 >= len(text) || text[i] != ':' || text[i+1] != '"' {
			t.bad = true
			return t
		}
		key, open := text[start:i], i+1
		for i = open + 1; i < len(text) && text[i] != '"'; i++ {
			if text[i] == '\\' {
				i++
			}
		}
		if i >= len(text) {
			t.bad = true
			return t
		}
		i++
		value, err := strconv.Unquote(text[open:i])
		if err != nil {
			t.bad = true
			return t
		}
		p := tagPair{key: key, value: value, from: at(start), to: at(i), valueFrom: at(open + 1), valueTo: at(i - 1)}
		if !raw {
			p.to, p.valueTo = lit.End(), lit.End()
		}
		t.pairs = append(t.pairs, p)
	}
	return t
}

// farTag is the tag of a field in another package, as if it stood at a place of this one.
func farTag(text string, at ast.Node) *tag {
	if text == "" {
		return &tag{}
	}
	t := readTag(&ast.BasicLit{ValuePos: at.Pos(), Kind: token.STRING, Value: strconv.Quote(text)})
	t.lit = nil
	for i := range t.pairs {
		p := &t.pairs[i]
		p.from, p.valueFrom, p.to, p.valueTo = at.Pos(), at.Pos(), at.End(), at.End()
	}
	return t
}
