package pickle

import (
	"fmt"
	"math/big"
	"reflect"
	"time"
)

// elements returns the elements of what can be read into a slice.
func elements(v any) (*list, bool) {
	switch v := v.(type) {
	case *list:
		return v, true
	case tuple:
		return &list{values: v}, true
	case *set:
		return &list{values: v.values}, true
	default:
		return nil, false
	}
}

func (d *Decoder) slice(v any, into reflect.Value) error {
	if b, ok := v.([]byte); ok && into.Type().Elem().Kind() == reflect.Uint8 {
		into.SetBytes(b)
		return nil
	}
	l, ok := elements(v)
	if !ok {
		return mismatch(v, into)
	}
	if done, err := l.numbers(into); done || err != nil {
		return err
	}
	n := l.len()
	if d.budget -= n; d.budget < 0 {
		return errRepeats
	}
	out := reflect.MakeSlice(into.Type(), n, n)
	if err := d.fill(l, out); err != nil {
		return err
	}
	into.Set(out)
	return nil
}

func (d *Decoder) fill(l *list, out reflect.Value) error {
	for i := range l.len() {
		if err := d.assign(l.at(i), out.Index(i)); err != nil {
			return inner(err, fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}

func (d *Decoder) array(v any, into reflect.Value) error {
	if b, ok := v.([]byte); ok && into.Type().Elem().Kind() == reflect.Uint8 {
		if len(b) != into.Len() {
			return fmt.Errorf("it has %d bytes, and %s is wanted", len(b), into.Type())
		}
		for i, c := range b {
			into.Index(i).SetUint(uint64(c))
		}
		return nil
	}
	l, ok := elements(v)
	if !ok {
		return mismatch(v, into)
	}
	if l.len() != into.Len() {
		return fmt.Errorf("it has %d elements, and %s is wanted", l.len(), into.Type())
	}
	return d.fill(l, into)
}

// numbers reads a list of numbers of one kind into a slice of numbers; false when this is neither.
func (l *list) numbers(into reflect.Value) (bool, error) {
	plain := plainSlices[into.Type().Elem().Kind()]
	if plain == nil || into.Type().Elem() == durationType || len(l.values) > 0 || l.len() == 0 {
		return false, nil
	}
	out := reflect.New(plain).Elem()
	var bad any
	switch s := out.Addr().Interface().(type) {
	case *[]float64:
		switch {
		case len(l.floats) > 0:
			*s = l.floats
		case len(l.ints) > 0:
			*s = converted[float64](l.ints)
		default:
			return false, nil
		}
	case *[]float32:
		switch {
		case len(l.floats) > 0:
			*s, bad = narrowed(l.floats)
		case len(l.ints) > 0:
			*s = converted[float32](l.ints)
		default:
			return false, nil
		}
	case *[]bool:
		if len(l.bools) == 0 {
			return false, nil
		}
		*s = l.bools
	case *[]int64:
		if len(l.ints) == 0 {
			return false, nil
		}
		*s = l.ints
	case *[]int:
		bad = fitting(l, s)
	case *[]int32:
		bad = fitting(l, s)
	case *[]int16:
		bad = fitting(l, s)
	case *[]int8:
		bad = fitting(l, s)
	case *[]uint16:
		bad = fitting(l, s)
	case *[]uint32:
		bad = fitting(l, s)
	default:
		return false, nil
	}
	if bad != nil {
		return false, nil // the general way says where the fault is
	}
	if out.Type() != into.Type() && out.Type().Elem() != into.Type().Elem() {
		return false, nil // its elements are of a named type
	}
	into.Set(out.Convert(into.Type()))
	return true, nil
}

func converted[F float32 | float64](ints []int64) []F {
	out := make([]F, len(ints))
	for i, n := range ints {
		out[i] = F(n)
	}
	return out
}

func narrowed(floats []float64) ([]float32, any) {
	out := make([]float32, len(floats))
	for i, f := range floats {
		out[i] = float32(f)
		if isInf(out[i]) && !isInf(f) {
			return nil, f
		}
	}
	return out, nil
}

func isInf[F float32 | float64](f F) bool { return f-f != 0 && f == f }

// fitting reads ints; it returns one that does not fit, or anything where there are none.
func fitting[I int | int32 | int16 | int8 | uint16 | uint32](l *list, into *[]I) any {
	if len(l.ints) == 0 {
		return l
	}
	out := make([]I, len(l.ints))
	for i, n := range l.ints {
		if out[i] = I(n); int64(out[i]) != n {
			return n
		}
	}
	*into = out
	return nil
}

// mapping reads a dict, or a set into a map without values or of bools.
func (d *Decoder) mapping(v any, into reflect.Value) error {
	t := into.Type()
	out := reflect.MakeMap(t)
	put := func(k, v any) error {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := d.assign(k, key); err != nil {
			return inner(err, "[key]")
		}
		if !key.Comparable() {
			return fmt.Errorf("[key]: %s can't be the key of a map", typeOf(k))
		}
		if v == (mark{}) {
			if value.Kind() == reflect.Bool {
				value.SetBool(true)
			}
		} else if err := d.assign(v, value); err != nil {
			return inner(err, fmt.Sprintf("[%v]", key))
		}
		out.SetMapIndex(key, value)
		return nil
	}
	switch v := v.(type) {
	case *dict:
		for i := 0; i < len(v.pairs); i += 2 {
			if err := put(v.pairs[i], v.pairs[i+1]); err != nil {
				return err
			}
		}
	case *set:
		if t.Elem().Kind() != reflect.Bool && (t.Elem().Kind() != reflect.Struct || t.Elem().NumField() > 0) {
			return mismatch(v, into)
		}
		for _, one := range v.values {
			if err := put(one, mark{}); err != nil {
				return err
			}
		}
	default:
		return mismatch(v, into)
	}
	into.Set(out)
	return nil
}

// anything reads a value as the Go type that is nearest to it.
func (d *Decoder) anything(v any, into reflect.Value) error {
	natural, err := d.natural(v)
	if err != nil {
		return err
	}
	value := reflect.ValueOf(natural)
	if !value.Type().AssignableTo(into.Type()) {
		return fmt.Errorf("it is %s, and which type of a %s it is to be can't be known: use a field of a concrete type, or the tag `artifact:\",gob\"`", typeOf(v), into.Type())
	}
	into.Set(value)
	return nil
}

func (d *Decoder) natural(v any) (any, error) {
	switch v := v.(type) {
	case bool, float64, string, []byte, time.Time, time.Duration, complex128, *big.Int:
		return v, nil
	case int64:
		return int(v), nil
	case *list, tuple, *set:
		var out []any
		err := d.slice(v, reflect.ValueOf(&out).Elem())
		return out, err
	case *dict:
		for i := 0; i < len(v.pairs); i += 2 {
			if _, ok := v.pairs[i].(string); !ok {
				out := map[any]any{}
				err := d.mapping(v, reflect.ValueOf(&out).Elem())
				return out, err
			}
		}
		out := map[string]any{}
		err := d.mapping(v, reflect.ValueOf(&out).Elem())
		return out, err
	default:
		return nil, fmt.Errorf("it is %s, which Go can't read", typeOf(v))
	}
}
