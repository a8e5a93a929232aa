package pickle

import (
	"encoding/binary"
	"math"
	"reflect"
	"slices"
)

// appendNumbers writes the elements of a slice of numbers, of bools or of strings without looking at each by reflection; not ok for any
// other slice, and for strings that are no text.
func appendNumbers(b []byte, v reflect.Value) ([]byte, bool) {
	switch s := plainSlice(v).(type) {
	case []float64:
		return appendFloats(b, s), true
	case []float32:
		return appendFloats(b, s), true
	case []int:
		return appendInts(b, s), true
	case []int64:
		return appendInts(b, s), true
	case []int32:
		return appendInts(b, s), true
	case []int16:
		return appendInts(b, s), true
	case []int8:
		return appendInts(b, s), true
	case []uint16:
		return appendInts(b, s), true
	case []uint32:
		return appendInts(b, s), true
	case []bool:
		return appendBools(b, s), true
	case []string:
		return appendTexts(b, s)
	default:
		return b, false
	}
}

// plainSlice returns a slice as one of the type that has no name.
func plainSlice(v reflect.Value) any {
	if t, ok := plainSlices[v.Type().Elem().Kind()]; ok && v.Type().Elem() != durationType {
		if v.Type() == t {
			return v.Interface()
		}
		if v.Type().Elem() == t.Elem() {
			return v.Convert(t).Interface()
		}
	}
	return nil
}

var plainSlices = map[reflect.Kind]reflect.Type{
	reflect.Float64: reflect.TypeFor[[]float64](), reflect.Float32: reflect.TypeFor[[]float32](), reflect.Int: reflect.TypeFor[[]int](),
	reflect.Int64: reflect.TypeFor[[]int64](), reflect.Int32: reflect.TypeFor[[]int32](), reflect.Int16: reflect.TypeFor[[]int16](),
	reflect.Int8: reflect.TypeFor[[]int8](), reflect.Uint16: reflect.TypeFor[[]uint16](), reflect.Uint32: reflect.TypeFor[[]uint32](),
	reflect.Bool: reflect.TypeFor[[]bool](), reflect.String: reflect.TypeFor[[]string](),
}

func appendFloats[F float32 | float64](b []byte, s []F) []byte {
	for part := range slices.Chunk(s, batch) {
		b = slices.Grow(append(b, opMark), 9*len(part)+1)
		at := len(b)
		b = b[:at+9*len(part)]
		for _, f := range part {
			room := b[at : at+9]
			room[0] = opBinFloat
			binary.BigEndian.PutUint64(room[1:], math.Float64bits(float64(f)))
			at += 9
		}
		b = append(b, opAppends)
	}
	return b
}

func appendInts[I int | int64 | int32 | int16 | int8 | uint16 | uint32](b []byte, s []I) []byte {
	for part := range slices.Chunk(s, batch) {
		b = slices.Grow(append(b, opMark), 10*len(part)+1)
		for _, n := range part {
			b = appendInt(b, int64(n))
		}
		b = append(b, opAppends)
	}
	return b
}

func appendBools(b []byte, s []bool) []byte {
	for part := range slices.Chunk(s, batch) {
		b = slices.Grow(append(b, opMark), len(part)+1)
		for _, v := range part {
			b = appendBool(b, v)
		}
		b = append(b, opAppends)
	}
	return b
}

func appendTexts(b []byte, s []string) ([]byte, bool) {
	var err error
	for part := range slices.Chunk(s, batch) {
		b = append(b, opMark)
		for _, text := range part {
			if b, err = appendText(b, text); err != nil {
				return b, false
			}
		}
		b = append(b, opAppends)
	}
	return b, true
}
