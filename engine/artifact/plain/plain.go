// Package plain reads pickles that hold only plain values, and runs no code.
//
// The engine itself needs a few values that tasks leave: flags, numbers, a transition, a foreach stack. Everything else is unpickled in
// the worker or the client, never here. [Decode] knows None, bool, int, float, str, bytes, list, tuple, dict and Metaflow's
// ForeachFrame, as pickled by protocols 2 to 5; any other input, hostile input included, gives [ErrNotPlain] in bounded memory.
//
// github.com/kisielk/og-rek interprets the pickle. Around it stand a scan that lets only known opcodes through and puts them into the
// form og-rek reads (it has no NEWOBJ, LONG4 or 8-byte lengths, misreads longs of 128 bytes and more, and forgets later additions to a list that
// is referred to twice), and a conversion that bounds depth and size of the result.
package plain

import (
	"bytes"
	"errors"
	"fmt"

	ogorek "github.com/kisielk/og-rek"
)

// ErrNotPlain is matched by every error of [Decode].
var ErrNotPlain = errors.New("not a plain pickled value")

// Limits of [Decode].
const (
	MaxSize  = 16 << 20 // bytes of pickle
	MaxNodes = 1 << 20  // opcodes, and values in the result
	MaxDepth = 100      // of values in values
)

// Tuple is a Python tuple.
type Tuple []any

// Bytes are a Python bytes object.
type Bytes string

// ForeachFrame is one level of a task's _foreach_stack.
type ForeachFrame struct {
	Step      string
	Var       string
	NumSplits *int64 // nil where the number of splits was not known
	Index     int64
	Value     string // empty for None
}

// Decode returns nil, bool, int64, *big.Int, float64, string, [Bytes], []any, [Tuple], map[any]any (keys None, bool, int64, float64, string or Bytes) or
// [ForeachFrame]. A str with lone surrogates keeps them in Python's surrogatepass form.
func Decode(pickle []byte) (any, error) {
	text, err := normalize(pickle)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPlain, err)
	}
	v, err := ogorek.NewDecoder(bytes.NewReader(text)).Decode()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPlain, err)
	}
	c := converter{nodes: MaxNodes}
	out, err := c.convert(v, MaxDepth)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPlain, err)
	}
	return out, nil
}
