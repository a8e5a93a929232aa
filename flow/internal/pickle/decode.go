package pickle

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"time"
)

// Decoder reads values. It remembers the types it has seen, so one should be used for many values. The zero Decoder is ready; it is not
// safe for concurrent use.
type Decoder struct {
	types  Encoder // for its plans
	depth  int
	budget int
}

// Decode reads a pickle into a value, which must be settable. None is the zero value of whatever is wanted.
func (d *Decoder) Decode(b []byte, into reflect.Value) error {
	v, err := read(b)
	if err != nil {
		return err
	}
	// What the pickle refers to again and again is made again and again; beyond all reason it is no value but an attack.
	d.depth, d.budget = 0, 1<<22+64*len(b)
	return d.assign(v, into)
}

var (
	errRepeats    = errors.New("it refers to its own parts too often")
	unmarshalType = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

func (d *Decoder) assign(v any, into reflect.Value) error {
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > deepest {
		return errDeep
	}
	if d.budget--; d.budget < 0 {
		return errRepeats
	}
	if o, ok := v.(*object); ok && into.Type() != objectType && into.Type() != reflect.PointerTo(objectType) {
		resolved, err := d.resolve(o)
		if err != nil {
			return err
		}
		v = resolved
	}
	if v == nil {
		into.SetZero()
		return nil
	}
	switch into.Type() {
	case timeType, durationType, bigIntType, objectType:
		return d.special(v, into)
	}
	switch into.Kind() {
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			into.SetBool(b)
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return assignInt(v, into)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return assignUint(v, into)
	case reflect.Float32, reflect.Float64:
		return assignFloat(v, into)
	case reflect.Complex64, reflect.Complex128:
		if c, ok := v.(complex128); ok {
			into.SetComplex(c)
			return nil
		}
	case reflect.String:
		if s, ok := v.(string); ok {
			into.SetString(s)
			return nil
		}
	case reflect.Slice:
		return d.slice(v, into)
	case reflect.Array:
		return d.array(v, into)
	case reflect.Map:
		return d.mapping(v, into)
	case reflect.Struct:
		return d.structure(v, into)
	case reflect.Pointer:
		p := reflect.New(into.Type().Elem())
		if err := d.assign(v, p.Elem()); err != nil {
			return err
		}
		into.Set(p)
		return nil
	case reflect.Interface:
		return d.anything(v, into)
	}
	return mismatch(v, into)
}

func mismatch(v any, into reflect.Value) error {
	return fmt.Errorf("it is %s, and %s is wanted", typeOf(v), into.Type())
}

func outOfRange(v any, into reflect.Value) error {
	return fmt.Errorf("the number %v does not fit a %s", v, into.Type())
}

func assignInt(v any, into reflect.Value) error {
	switch n := v.(type) {
	case int64:
		if into.OverflowInt(n) {
			return outOfRange(n, into)
		}
		into.SetInt(n)
		return nil
	case *big.Int:
		return outOfRange(n, into)
	}
	return mismatch(v, into)
}

func assignUint(v any, into reflect.Value) error {
	switch n := v.(type) {
	case int64:
		if n < 0 || into.OverflowUint(uint64(n)) {
			return outOfRange(n, into)
		}
		into.SetUint(uint64(n))
		return nil
	case *big.Int:
		if !n.IsUint64() || into.OverflowUint(n.Uint64()) {
			return outOfRange(n, into)
		}
		into.SetUint(n.Uint64())
		return nil
	}
	return mismatch(v, into)
}

func assignFloat(v any, into reflect.Value) error {
	var f float64
	switch n := v.(type) {
	case float64:
		f = n
	case int64:
		f = float64(n)
	case *big.Int:
		f, _ = new(big.Float).SetInt(n).Float64()
	default:
		return mismatch(v, into)
	}
	if into.OverflowFloat(f) && !math.IsInf(f, 0) {
		return outOfRange(f, into)
	}
	into.SetFloat(f)
	return nil
}

// special is for the types that have a form of their own.
func (d *Decoder) special(v any, into reflect.Value) error {
	switch into.Type() {
	case timeType:
		if t, ok := v.(time.Time); ok {
			into.Set(reflect.ValueOf(t))
			return nil
		}
	case durationType:
		if t, ok := v.(time.Duration); ok {
			into.SetInt(int64(t))
			return nil
		}
		return assignInt(v, into)
	case bigIntType:
		switch n := v.(type) {
		case int64:
			into.Set(reflect.ValueOf(*big.NewInt(n)))
			return nil
		case *big.Int:
			into.Set(reflect.ValueOf(*new(big.Int).Set(n)))
			return nil
		}
	case objectType:
		return d.rawObject(v, into)
	}
	return mismatch(v, into)
}

// rawObject reads an object as it is written, for who knows its class.
func (d *Decoder) rawObject(v any, into reflect.Value) error {
	o, ok := v.(*object)
	if !ok {
		return mismatch(v, into)
	}
	out := Object{Module: o.class.module, Name: o.class.name, New: o.new}
	for _, arg := range o.args {
		var a any
		if err := d.assign(arg, reflect.ValueOf(&a).Elem()); err != nil {
			return err
		}
		out.Args = append(out.Args, a)
	}
	if err := d.assign(o.state, reflect.ValueOf(&out.State).Elem()); err != nil {
		return err
	}
	into.Set(reflect.ValueOf(out))
	return nil
}

func (d *Decoder) structure(v any, into reflect.Value) error {
	if b, ok := v.([]byte); ok && reflect.PointerTo(into.Type()).Implements(unmarshalType) {
		u, _ := into.Addr().Interface().(encoding.BinaryUnmarshaler)
		return u.UnmarshalBinary(b)
	}
	pairs, ok := v.(*dict)
	if !ok {
		return mismatch(v, into)
	}
	plan := d.types.plan(into.Type())
	into.SetZero()
	for i := 0; i < len(pairs.pairs); i += 2 {
		name, ok := pairs.pairs[i].(string)
		if !ok {
			continue
		}
		at, ok := plan.byName[name]
		if !ok {
			continue // what Go does not know of it is none of Go's business
		}
		f := &plan.fields[at]
		if err := d.assign(pairs.pairs[i+1], into.FieldByIndex(f.index)); err != nil {
			return inner(err, "."+f.goName)
		}
	}
	return nil
}

func inner(err error, path string) error { return at(err, path) }
