package pickle

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"
)

// deepest is how deeply values may be nested, in both directions.
const deepest = 1000

// Encoder writes values. It remembers the types it has seen, so one should be used for many values. The zero Encoder is ready; it is not
// safe for concurrent use.
type Encoder struct {
	plans map[reflect.Type]*structPlan
	depth int
}

// Append appends the pickle of a value to b. On an error what is appended is of no use.
func (e *Encoder) Append(b []byte, v reflect.Value) ([]byte, error) {
	e.depth = 0
	b = append(b, opProto, 4)
	b, err := e.value(b, v)
	if err != nil {
		return b, err
	}
	return append(b, opStop), nil
}

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bigIntType   = reflect.TypeFor[big.Int]()
	tupleType    = reflect.TypeFor[Tuple]()
	dictType     = reflect.TypeFor[Dict]()
	objectType   = reflect.TypeFor[Object]()
	binaryType   = reflect.TypeFor[encoding.BinaryMarshaler]()
)

var errDeep = fmt.Errorf("it goes deeper than %d levels: does it contain itself?", deepest)

func (e *Encoder) value(b []byte, v reflect.Value) ([]byte, error) {
	if !v.IsValid() {
		return append(b, opNone), nil
	}
	if e.depth++; e.depth > deepest {
		return b, errDeep
	}
	defer func() { e.depth-- }()
	if write := own(v.Type()); write != nil {
		return write(e, b, v)
	}
	switch v.Kind() {
	case reflect.Bool:
		return appendBool(b, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendInt(b, v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return appendUint(b, v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(b, v.Float()), nil
	case reflect.Complex64, reflect.Complex128:
		return e.complex(b, v.Complex())
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Slice, reflect.Array:
		return e.list(b, v)
	case reflect.Map:
		return e.dict(b, v)
	case reflect.Struct:
		return e.structure(b, v)
	case reflect.Pointer, reflect.Interface:
		return e.value(b, v.Elem())
	default:
		return b, fmt.Errorf("a %s can't be stored", v.Type())
	}
}

// own returns how a type with a form of its own is written; nil for all others.
func own(t reflect.Type) func(*Encoder, []byte, reflect.Value) ([]byte, error) {
	switch t {
	case timeType:
		return (*Encoder).time
	case durationType:
		return (*Encoder).duration
	case bigIntType:
		return (*Encoder).bigInt
	case tupleType:
		return (*Encoder).tuple
	case dictType:
		return (*Encoder).entries
	case objectType:
		return (*Encoder).object
	}
	return nil
}

func (e *Encoder) complex(b []byte, c complex128) ([]byte, error) {
	return e.object(b, reflect.ValueOf(Object{Module: "builtins", Name: "complex", Args: Tuple{real(c), imag(c)}}))
}

func (e *Encoder) bigInt(b []byte, v reflect.Value) ([]byte, error) {
	n, _ := v.Interface().(big.Int)
	return appendBig(b, &n), nil
}

func (e *Encoder) tuple(b []byte, v reflect.Value) ([]byte, error) {
	if v.Len() == 0 {
		return append(b, opEmptyTuple), nil
	}
	if v.Len() > 3 {
		b = append(b, opMark)
	}
	b, err := e.each(b, v, 0, v.Len())
	if err != nil {
		return b, err
	}
	return append(b, [...]byte{opTuple1, opTuple2, opTuple3, opTuple}[min(v.Len(), 4)-1]), nil
}

func (e *Encoder) entries(b []byte, v reflect.Value) ([]byte, error) {
	d, _ := v.Interface().(Dict)
	b = append(b, opEmptyDict)
	if len(d) == 0 {
		return b, nil
	}
	b = append(b, opMark)
	var err error
	for _, entry := range d {
		if b, err = appendText(b, entry.Key); err != nil {
			return b, err
		}
		if b, err = e.value(b, reflect.ValueOf(entry.Value)); err != nil {
			return b, err
		}
	}
	return append(b, opSetItems), nil
}

func (e *Encoder) object(b []byte, v reflect.Value) ([]byte, error) {
	o, _ := v.Interface().(Object)
	b, err := appendClass(b, o.Module, o.Name)
	if err != nil {
		return b, err
	}
	if b, err = e.tuple(b, reflect.ValueOf(o.Args)); err != nil {
		return b, err
	}
	if o.New {
		b = append(b, opNewObj)
	} else {
		b = append(b, opReduce)
	}
	if o.State == nil {
		return b, nil
	}
	if b, err = e.value(b, reflect.ValueOf(o.State)); err != nil {
		return b, err
	}
	return append(b, opBuild), nil
}

// batch is how many elements a list or a dict takes at once; the reader has as many on its stack.
const batch = 1 << 16

func (e *Encoder) list(b []byte, v reflect.Value) ([]byte, error) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return appendBytes(b, bytesOf(v)), nil
	}
	b = append(b, opEmptyList)
	n := v.Len()
	if v.Kind() == reflect.Slice && n > 0 {
		if out, ok := appendNumbers(b, v); ok {
			return out, nil
		}
	}
	var err error
	for from := 0; from < n; from += batch {
		b = append(b, opMark)
		if b, err = e.each(b, v, from, min(from+batch, n)); err != nil {
			return b, err
		}
		b = append(b, opAppends)
	}
	return b, nil
}

func (e *Encoder) each(b []byte, v reflect.Value, from, to int) ([]byte, error) {
	var err error
	for i := from; i < to; i++ {
		if b, err = e.value(b, v.Index(i)); err != nil {
			return b, at(err, fmt.Sprintf("[%d]", i))
		}
	}
	return b, nil
}

func bytesOf(v reflect.Value) []byte {
	if v.Kind() == reflect.Slice {
		return v.Bytes()
	}
	b := make([]byte, v.Len())
	reflect.Copy(reflect.ValueOf(b), v.Convert(reflect.ArrayOf(v.Len(), reflect.TypeFor[byte]())))
	return b
}

func (e *Encoder) dict(b []byte, v reflect.Value) ([]byte, error) {
	if v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem().NumField() == 0 {
		return e.set(b, v)
	}
	b = append(b, opEmptyDict)
	keys, err := sorted(v.MapKeys())
	if err != nil {
		return b, err
	}
	for from := 0; from < len(keys); from += batch {
		b = append(b, opMark)
		for _, k := range keys[from:min(from+batch, len(keys))] {
			if b, err = e.value(b, k); err != nil {
				return b, at(err, fmt.Sprintf("[key %v]", k))
			}
			if b, err = e.value(b, v.MapIndex(k)); err != nil {
				return b, at(err, fmt.Sprintf("[%v]", k))
			}
		}
		b = append(b, opSetItems)
	}
	return b, nil
}

// set writes a map without values.
func (e *Encoder) set(b []byte, v reflect.Value) ([]byte, error) {
	b = append(b, opEmptySet)
	keys, err := sorted(v.MapKeys())
	if err != nil || len(keys) == 0 {
		return b, err
	}
	b = append(b, opMark)
	for _, k := range keys {
		if b, err = e.value(b, k); err != nil {
			return b, at(err, fmt.Sprintf("[key %v]", k))
		}
	}
	return append(b, opAddItems), nil
}

// sorted orders the keys of a map, so that equal maps have equal bytes.
func sorted(keys []reflect.Value) ([]reflect.Value, error) {
	if len(keys) < 2 {
		return keys, nil
	}
	switch k := keys[0]; {
	case k.Kind() == reflect.String:
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	case k.CanInt():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) })
	case k.CanUint():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Uint(), b.Uint()) })
	case k.CanFloat():
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.Float(), b.Float()) })
	default:
		return sortedByBytes(keys)
	}
	return keys, nil
}

func sortedByBytes(keys []reflect.Value) ([]reflect.Value, error) {
	var e Encoder
	texts := make(map[int]string, len(keys))
	order := make([]int, len(keys))
	for i, k := range keys {
		b, err := e.Append(nil, k)
		if err != nil {
			return nil, err
		}
		texts[i], order[i] = string(b), i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(texts[a], texts[b]) })
	out := make([]reflect.Value, len(keys))
	for i, from := range order {
		out[i] = keys[from]
	}
	return out, nil
}

func (e *Encoder) structure(b []byte, v reflect.Value) ([]byte, error) {
	plan := e.plan(v.Type())
	if len(plan.fields) == 0 && v.NumField() > 0 {
		if m, ok := marshaler(v); ok {
			data, err := m.MarshalBinary()
			return appendBytes(b, data), err
		}
		return b, fmt.Errorf("a %s has no exported field, so nothing of it can be stored", v.Type())
	}
	b = append(b, opEmptyDict)
	if len(plan.fields) == 0 {
		return b, nil
	}
	b = append(b, opMark)
	var err error
	for i := range plan.fields {
		f := &plan.fields[i]
		b = append(b, f.key...)
		if b, err = e.value(b, v.FieldByIndex(f.index)); err != nil {
			return b, at(err, "."+f.goName)
		}
	}
	return append(b, opSetItems), nil
}

func marshaler(v reflect.Value) (encoding.BinaryMarshaler, bool) {
	if v.Type().Implements(binaryType) {
		m, ok := v.Interface().(encoding.BinaryMarshaler)
		return m, ok
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	m, ok := p.Interface().(encoding.BinaryMarshaler)
	return m, ok
}

// placed is a fault within a value: where in it, and what.
type placed struct {
	path string
	err  error
}

func (p *placed) Error() string { return p.path + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

// at puts an error at a place further out. A value that contains itself is told without its thousand places.
func at(err error, path string) error {
	if errors.Is(err, errDeep) {
		return err
	}
	var inner *placed
	if errors.As(err, &inner) {
		return &placed{path + inner.path, inner.err}
	}
	return &placed{path, err}
}

func validText(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("a string that is no valid UTF-8 can't be a Python text: use []byte")
	}
	return nil
}
