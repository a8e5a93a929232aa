// Package pickle writes Go values as Python pickles (protocol 4) and reads pickles of plain values into Go values.
//
// What is written is the same for equal values: no frames, no memo, maps in the order of their keys. That is how the SDK knows a value that
// has not changed, and, by the missing frame, one that Go has written. Slices of numbers are written and read by loops over bytes.
//
// Reading runs no code of anybody's: a closed list of Python's types is known, everything else is an error that names the type. Memory and
// time are bounded by the size of the input, whatever it is.
package pickle

// The opcodes of protocol 4 and below that are written or read.
const (
	opMark           = '('
	opStop           = '.'
	opPop            = '0'
	opPopMark        = '1'
	opDup            = '2'
	opFloat          = 'F'
	opInt            = 'I'
	opBinInt         = 'J'
	opBinInt1        = 'K'
	opLong           = 'L'
	opBinInt2        = 'M'
	opNone           = 'N'
	opReduce         = 'R'
	opBinUnicode     = 'X'
	opAppend         = 'a'
	opBuild          = 'b'
	opGlobal         = 'c'
	opEmptyDict      = '}'
	opDict           = 'd'
	opAppends        = 'e'
	opGet            = 'g'
	opBinGet         = 'h'
	opLongBinGet     = 'j'
	opList           = 'l'
	opEmptyList      = ']'
	opPut            = 'p'
	opBinPut         = 'q'
	opLongBinPut     = 'r'
	opSetItem        = 's'
	opTuple          = 't'
	opEmptyTuple     = ')'
	opSetItems       = 'u'
	opBinFloat       = 'G'
	opBinBytes       = 'B'
	opShortBinBytes  = 'C'
	opShortBinString = 'U'
	opBinString      = 'T'
	opUnicode        = 'V'

	opProto           = 0x80
	opNewObj          = 0x81
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opNewTrue         = 0x88
	opNewFalse        = 0x89
	opLong1           = 0x8a
	opLong4           = 0x8b
	opShortBinUnicode = 0x8c
	opBinUnicode8     = 0x8d
	opBinBytes8       = 0x8e
	opEmptySet        = 0x8f
	opAddItems        = 0x90
	opFrozenSet       = 0x91
	opNewObjEx        = 0x92
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95
	opByteArray8      = 0x96
)

// Encoding is the name of what is written here in the store.
const Encoding = "pickle-v4"

// Tuple is written as a Python tuple.
type Tuple []any

// Dict is written as a Python dict, in its order.
type Dict []Entry

// Entry is one key of a [Dict] with its value.
type Entry struct {
	Key   string
	Value any
}

// Object is written as an object of a Python class: made of arguments, then given a state. One that is read has them too.
type Object struct {
	Module, Name string
	// Args are what the class is called with, or what its __new__ is, if New is set.
	Args Tuple
	New  bool
	// State is set on the object; nil for none.
	State any
}

// Foreign tells whether a pickle was written by another than this package: equal values may have other bytes there.
func Foreign(b []byte) bool {
	return len(b) > 2 && b[2] == opFrame || len(b) > 3 && b[len(b)-2] == opMemoize
}
