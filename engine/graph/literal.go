package graph

// Literal is an expression of the source as far as it is written out.
type Literal struct {
	Kind  LiteralKind
	Range Range
	// Text is the value of a string, of a number as Python prints an integer or as it is written, True or False; the
	// expression as written for any other.
	Text string
	// Number is the value of an int or a float.
	Number float64
	Items  []Literal // of a list, tuple or set; of a dict the values, in the order of Keys
	Keys   []Literal // of a dict
	// Open is true for a display that has more in it than is written out: *rest, **rest, a comprehension.
	Open bool
}

// LiteralKind is what an expression is known to be.
type LiteralKind string

// The kinds of literal. Computed is any expression that only running code can tell; Text is a string whose value is not
// known, like an f-string.
const (
	LiteralComputed LiteralKind = ""
	LiteralNone     LiteralKind = "None"
	LiteralStr      LiteralKind = "str"
	LiteralText     LiteralKind = "text"
	LiteralBytes    LiteralKind = "bytes"
	LiteralInt      LiteralKind = "int"
	LiteralFloat    LiteralKind = "float"
	LiteralBool     LiteralKind = "bool"
	LiteralList     LiteralKind = "list"
	LiteralTuple    LiteralKind = "tuple"
	LiteralSet      LiteralKind = "set"
	LiteralDict     LiteralKind = "dict"
	LiteralFunction LiteralKind = "function"
)

// Falsy reports whether Python takes the value for false, when that is known.
func (l Literal) Falsy() (falsy, known bool) {
	switch l.Kind {
	case LiteralNone:
		return true, true
	case LiteralStr:
		return l.Text == "", true
	case LiteralInt, LiteralFloat:
		return l.Number == 0, true
	case LiteralBool:
		return l.Text == "False", true
	case LiteralList, LiteralTuple, LiteralSet, LiteralDict:
		return len(l.Items) == 0, len(l.Items) > 0 || !l.Open
	case LiteralFunction:
		return false, true
	}
	return false, false
}

// Get returns the value of a dict's key, nil where it is not written out.
func (l Literal) Get(key string) *Literal {
	for i := len(l.Keys) - 1; i >= 0; i-- {
		if k := l.Keys[i]; k.Kind == LiteralStr && k.Text == key {
			return &l.Items[i]
		}
	}
	return nil
}
