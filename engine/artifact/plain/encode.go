package plain

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// frameLimit is where CPython starts a second frame; longer pickles are written without frames, which every reader takes.
const frameLimit = 64 << 10

// appendBatch is how many items CPython appends to a list at once.
const appendBatch = 1000

// Encode pickles nil, bool, int, int64, float64, string, []string, []any, [Tuple] and [Dict] by protocol 4. The bytes, and so the key, are those CPython
// writes for a value in which no object is used twice.
func Encode(v any) ([]byte, error) {
	body, err := appendValue(nil, v, MaxDepth)
	if err != nil {
		return nil, err
	}
	body = append(body, opStop)
	out := []byte{opProto, 4}
	if n := len(body); n >= 4 && n <= frameLimit {
		out = binary.LittleEndian.AppendUint64(append(out, opFrame), uint64(n))
	}
	return append(out, body...), nil
}

func appendValue(b []byte, v any, depth int) ([]byte, error) {
	if depth == 0 {
		return nil, fmt.Errorf("encode: values nested too deep")
	}
	switch v := v.(type) {
	case nil:
		return append(b, opNone), nil
	case bool:
		if v {
			return append(b, opNewtrue), nil
		}
		return append(b, opNewfalse), nil
	case int:
		return appendInt(b, int64(v)), nil
	case int64:
		return appendInt(b, v), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(b, opBinfloat), math.Float64bits(v)), nil
	case string:
		return appendText(b, v)
	case []string:
		items := make([]any, len(v))
		for i, s := range v {
			items[i] = s
		}
		return appendList(b, items, depth)
	case []any:
		return appendList(b, v, depth)
	case Tuple:
		return appendTuple(b, v, depth)
	case Dict:
		return appendDict(b, v, depth)
	default:
		return nil, fmt.Errorf("encode: no plain form for %T", v)
	}
}

func appendInt(b []byte, v int64) []byte {
	switch {
	case v >= 0 && v <= math.MaxUint8:
		return append(b, opBinint1, byte(v))
	case v >= 0 && v <= math.MaxUint16:
		return binary.LittleEndian.AppendUint16(append(b, opBinint2), uint16(v))
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return binary.LittleEndian.AppendUint32(append(b, opBinint), uint32(v))
	}
	significant := bits.Len64(uint64(v ^ v>>63)) // without the sign
	size := significant/8 + 1
	b = append(b, opLong1, byte(size))
	for range size {
		b = append(b, byte(v))
		v >>= 8
	}
	return b
}

func appendText(b []byte, s string) ([]byte, error) {
	switch {
	case len(s) < 256:
		b = append(b, opShortBinunicode, byte(len(s)))
	case len(s) <= math.MaxInt32:
		b = binary.LittleEndian.AppendUint32(append(b, opBinunicode), uint32(len(s)))
	default:
		return nil, fmt.Errorf("encode: text of %d bytes", len(s))
	}
	return append(append(b, s...), opMemoize), nil
}

func appendList(b []byte, items []any, depth int) (_ []byte, err error) {
	b = append(b, opEmptyList, opMemoize)
	if len(items) == 1 {
		b, err = appendValue(b, items[0], depth-1)
		return append(b, opAppend), err
	}
	for len(items) > 0 {
		batch := items[:min(appendBatch, len(items))]
		items = items[len(batch):]
		b = append(b, opMark)
		for _, item := range batch {
			if b, err = appendValue(b, item, depth-1); err != nil {
				return nil, err
			}
		}
		b = append(b, opAppends)
	}
	return b, nil
}

func appendTuple(b []byte, items Tuple, depth int) (_ []byte, err error) {
	if len(items) == 0 {
		return append(b, opEmptyTuple), nil
	}
	if len(items) > 3 {
		b = append(b, opMark)
	}
	for _, item := range items {
		if b, err = appendValue(b, item, depth-1); err != nil {
			return nil, err
		}
	}
	end := map[int]byte{1: opTuple1, 2: opTuple2, 3: opTuple3}[len(items)]
	if end == 0 {
		end = opTuple
	}
	return append(b, end, opMemoize), nil
}
