package plain

import (
	"errors"
	"fmt"
	"math/big"

	ogorek "github.com/kisielk/og-rek"
)

// converter turns og-rek's values into this package's. Values that refer to themselves or to others many times would grow without
// bound: depth and number are limited.
type converter struct{ nodes int }

func (c *converter) convert(v any, depth int) (any, error) {
	if c.nodes--; c.nodes < 0 {
		return nil, errLarge
	}
	if depth == 0 {
		return nil, errors.New("values nested too deep")
	}
	switch v := v.(type) {
	case ogorek.None:
		return nil, nil
	case bool, int64, float64, string:
		return v, nil
	case *big.Int:
		if v.IsInt64() {
			return v.Int64(), nil
		}
		return v, nil
	case ogorek.Bytes:
		return Bytes(v), nil
	case []any:
		return c.list(v, depth)
	case ogorek.Tuple:
		list, err := c.list(v, depth)
		return Tuple(list), err
	case map[any]any:
		return c.dict(v, depth)
	case ogorek.Call:
		return c.call(v, depth)
	default:
		return nil, fmt.Errorf("a value of kind %T", v)
	}
}

func (c *converter) list(in []any, depth int) ([]any, error) {
	out := make([]any, 0, min(len(in), max(c.nodes, 0)))
	for _, v := range in {
		v, err := c.convert(v, depth-1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *converter) dict(in map[any]any, depth int) (map[any]any, error) {
	out := make(map[any]any, min(len(in), max(c.nodes, 0)))
	for k, v := range in {
		k, err := c.convert(k, depth-1)
		if err != nil {
			return nil, err
		}
		switch k.(type) {
		case nil, bool, int64, float64, string, Bytes:
		default:
			return nil, fmt.Errorf("a dict key of kind %T", k)
		}
		if out[k], err = c.convert(v, depth-1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// call knows the two classes that plain values use: ForeachFrame, and bytes, which protocol 2 has no opcode for.
func (c *converter) call(call ogorek.Call, depth int) (any, error) {
	switch {
	case call.Callable == ogorek.Class{Module: "__main__", Name: "ForeachFrame"}:
		fields, err := c.list(call.Args, depth)
		if err != nil {
			return nil, err
		}
		return frame(fields)
	case call.Callable.Name == "bytes" && len(call.Args) == 0 &&
		(call.Callable.Module == "__builtin__" || call.Callable.Module == "builtins"):
		return Bytes(""), nil
	}
	return nil, fmt.Errorf("an object of class %.100q.%.100q", call.Callable.Module, call.Callable.Name)
}

func frame(fields []any) (any, error) {
	if len(fields) != 5 {
		return nil, fmt.Errorf("a ForeachFrame of %d fields", len(fields))
	}
	var f ForeachFrame
	ok := [5]bool{}
	f.Step, ok[0] = fields[0].(string)
	f.Var, ok[1] = optional(fields[1])
	if n, isInt := fields[2].(int64); isInt {
		f.NumSplits, ok[2] = &n, true
	} else {
		ok[2] = fields[2] == nil
	}
	f.Index, ok[3] = fields[3].(int64)
	f.Value, ok[4] = optional(fields[4])
	for i, good := range ok {
		if !good {
			return nil, fmt.Errorf("a ForeachFrame with a %T as field %d", fields[i], i)
		}
	}
	return f, nil
}

// optional is a str or None.
func optional(v any) (string, bool) {
	s, ok := v.(string)
	return s, ok || v == nil
}
