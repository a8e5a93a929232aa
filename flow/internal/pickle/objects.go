package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// resolve makes a node of an object of a class that is known; any other is an error that names it.
func (d *Decoder) resolve(o *object) (any, error) {
	module, name := o.class.module, o.class.name
	switch {
	case module == "datetime":
		return d.resolveTime(o)
	case module == "collections":
		return d.resolveCollection(o)
	case module == "builtins" || module == "__builtin__":
		return d.resolveBuiltin(o)
	case module == "_codecs" && name == "encode":
		return latin1(o.args)
	case module == "array":
		return d.resolveArray(o)
	case strings.HasPrefix(module, "numpy"):
		return d.resolveNumpy(o)
	}
	return nil, unknownClass(o)
}

func unknownClass(o *object) error {
	return fmt.Errorf("it is an object of Python's class %s, which Go can't read", o.class)
}

func (d *Decoder) resolveCollection(o *object) (any, error) {
	switch o.class.name {
	case "OrderedDict", "defaultdict", "Counter":
		pairs := o.pairs
		if len(o.args) > 0 {
			if first, ok := o.args[0].(*dict); ok {
				pairs = append(first.pairs[:len(first.pairs):len(first.pairs)], pairs...)
			}
		}
		return &dict{pairs}, nil
	case "deque":
		l := &list{}
		l.add(o.items)
		return l, nil
	}
	return nil, unknownClass(o)
}

func (d *Decoder) resolveBuiltin(o *object) (any, error) {
	switch o.class.name {
	case "complex":
		if len(o.args) == 2 {
			re, ok := o.args[0].(float64)
			im, ok2 := o.args[1].(float64)
			if ok && ok2 {
				return complex(re, im), nil
			}
		}
	case "set", "frozenset":
		if len(o.args) == 1 {
			if l, ok := elements(o.args[0]); ok {
				l.mix()
				return &set{l.values}, nil
			}
		}
	case "bytearray", "bytes":
		if len(o.args) == 0 {
			return []byte{}, nil
		}
		if b, ok := raw(o.args[0]); ok {
			return b, nil
		}
		return latin1(o.args)
	}
	return nil, unknownClass(o)
}

// raw returns what is bytes, in the form of protocol 2 too.
func raw(v any) ([]byte, bool) {
	if o, ok := v.(*object); ok {
		switch o.class {
		case class{"_codecs", "encode"}:
			if b, err := latin1(o.args); err == nil {
				v = b
			}
		case class{"__builtin__", "bytes"}, class{"builtins", "bytes"}:
			if len(o.args) == 0 {
				v = []byte{}
			}
		}
	}
	b, ok := v.([]byte)
	return b, ok
}

// latin1 is how protocol 2 has bytes.
func latin1(args tuple) (any, error) {
	if len(args) == 2 {
		text, ok := args[0].(string)
		if ok && strings.HasPrefix(fmt.Sprint(args[1]), "latin") {
			out := make([]byte, 0, len(text))
			for _, r := range text {
				out = append(out, byte(r))
			}
			return out, nil
		}
	}
	return nil, damaged("bytes are none")
}

func (d *Decoder) resolveTime(o *object) (any, error) {
	switch o.class.name {
	case "datetime":
		return d.datetime(o)
	case "date":
		if b, ok := bytesArg(o.args, 4); ok {
			return time.Date(int(b[0])<<8|int(b[1]), time.Month(b[2]), int(b[3]), 0, 0, 0, 0, time.UTC), nil
		}
	case "timedelta":
		n, ok := integers(o.args)
		if !ok || len(n) != 3 {
			break
		}
		if n[0] > 106_000 || n[0] < -106_000 || n[1] < 0 || n[1] > 86_400 || n[2] < 0 || n[2] > 1_000_000 {
			return nil, fmt.Errorf("a timedelta of %d days does not fit a time.Duration", n[0])
		}
		return time.Duration(n[0])*24*time.Hour + time.Duration(n[1])*time.Second + time.Duration(n[2])*time.Microsecond, nil
	}
	return nil, unknownClass(o)
}

func (d *Decoder) datetime(o *object) (any, error) {
	b, ok := bytesArg(o.args, 10)
	if !ok {
		return nil, unknownClass(o)
	}
	zone := time.UTC
	if len(o.args) == 2 {
		tz, ok := o.args[1].(*object)
		if !ok || tz.class != (class{"datetime", "timezone"}) || len(tz.args) == 0 {
			return nil, fmt.Errorf("it is a datetime whose zone, %s, Go can't read", typeOf(o.args[1]))
		}
		delta, ok := tz.args[0].(*object)
		if !ok {
			return nil, damaged("a zone is none")
		}
		v, err := d.resolveTime(delta)
		if err != nil {
			return nil, err
		}
		if offset, ok := v.(time.Duration); ok && offset != 0 {
			zone = time.FixedZone("", int(offset/time.Second))
		}
	}
	micro := int(b[7])<<16 | int(b[8])<<8 | int(b[9])
	return time.Date(int(b[0])<<8|int(b[1]), time.Month(b[2]&0x7f), int(b[3]), int(b[4]), int(b[5]), int(b[6]), micro*1000, zone), nil
}

// bytesArg returns the first argument if it is so many bytes.
func bytesArg(args tuple, n int) ([]byte, bool) {
	if len(args) == 0 {
		return nil, false
	}
	b, ok := raw(args[0])
	return b, ok && len(b) == n
}

func integers(args []any) ([]int64, bool) {
	out := make([]int64, len(args))
	for i, a := range args {
		n, ok := a.(int64)
		if !ok {
			return nil, false
		}
		out[i] = n
	}
	return out, true
}

// codes are the formats of array.array by the number that stands for them in a pickle.
var codes = []format{
	{'u', 1, false}, {'i', 1, false}, {'u', 2, false}, {'u', 2, true}, {'i', 2, false}, {'i', 2, true}, {'u', 4, false}, {'u', 4, true},
	{'i', 4, false}, {'i', 4, true}, {'u', 8, false}, {'u', 8, true}, {'i', 8, false}, {'i', 8, true},
	{'f', 4, false}, {'f', 4, true}, {'f', 8, false}, {'f', 8, true},
}

func (d *Decoder) resolveArray(o *object) (any, error) {
	if o.class.name == "array" && len(o.args) == 2 {
		if l, ok := o.args[1].(*list); ok {
			return l, nil
		}
	}
	if o.class.name != "_array_reconstructor" || len(o.args) != 4 {
		return nil, unknownClass(o)
	}
	code, ok := o.args[2].(int64)
	data, ok2 := raw(o.args[3])
	if !ok || !ok2 || code < 0 || code >= int64(len(codes)) {
		return nil, unknownClass(o)
	}
	f := codes[code]
	if len(data)%f.size != 0 {
		return nil, damaged("an array ends early")
	}
	return d.numbersOf(f, data)
}

// format is how numbers lie in memory.
type format struct {
	kind byte // i, u, f or b, as numpy has them
	size int
	big  bool // endian
}

func (d *Decoder) resolveNumpy(o *object) (any, error) {
	switch o.class.name {
	case "_reconstruct": // what the array is comes as its state
		state, ok := o.state.(tuple)
		if !ok || len(state) != 5 {
			return nil, unknownClass(o)
		}
		return d.ndarray(state[1], state[2], state[4], state[3] == true)
	case "_frombuffer":
		if len(o.args) == 4 {
			return d.ndarray(o.args[2], o.args[1], o.args[0], o.args[3] == "F")
		}
	case "scalar":
		if len(o.args) == 2 {
			l, err := d.ndarray(tuple{int64(1)}, o.args[0], o.args[1], false)
			if one, ok := l.(*list); ok && one.len() == 1 {
				return one.at(0), err
			}
			return nil, err
		}
	}
	return nil, unknownClass(o)
}

// ndarray makes lists in lists of an array of numbers.
func (d *Decoder) ndarray(shape, dtype, data any, fortran bool) (any, error) {
	f, err := formatOf(dtype)
	if err != nil {
		return nil, err
	}
	dims, ok := shape.(tuple)
	n, ok2 := integers(dims)
	content, ok3 := raw(data)
	if !ok || !ok2 || !ok3 {
		return nil, damaged("an array is none")
	}
	if len(n) > 32 || !fills(n, f.size, len(content)) {
		return nil, damaged("an array has another shape than its data")
	}
	flat, err := d.numbersOf(f, content)
	if err != nil {
		return nil, err
	}
	if fortran && len(n) > 1 {
		flat = transposed(flat, n)
	}
	if len(n) == 0 {
		return flat.at(0), nil
	}
	return d.shaped(flat, n)
}

// fills tells whether data of so many bytes is that of an array of the shape.
func fills(shape []int64, size, bytes int) bool {
	total := int64(size)
	for _, n := range shape {
		if n < 0 {
			return false
		}
		if n > 0 && total > math.MaxInt64/n {
			return false
		}
		total *= n
	}
	return total == int64(bytes)
}

func (d *Decoder) shaped(flat *list, shape []int64) (*list, error) {
	if len(shape) == 1 {
		return flat, nil
	}
	if d.budget -= int(shape[0]); d.budget < 0 || shape[0] > int64(flat.len()) && flat.len() > 0 {
		return nil, errRepeats
	}
	out := &list{array: true, values: make([]any, 0, min(shape[0], 1<<20))}
	each := 0
	if shape[0] > 0 {
		each = flat.len() / int(shape[0])
	}
	for i := range int(shape[0]) {
		one, err := d.shaped(flat.part(i*each, (i+1)*each), shape[1:])
		if err != nil {
			return nil, err
		}
		out.values = append(out.values, one)
	}
	return out, nil
}

func (l *list) part(from, to int) *list {
	p := &list{array: true}
	switch {
	case l.floats != nil:
		p.floats = l.floats[from:to:to]
	case l.ints != nil:
		p.ints = l.ints[from:to:to]
	case l.bools != nil:
		p.bools = l.bools[from:to:to]
	default:
		p.values = l.values[from:to:to]
	}
	return p
}

// transposed brings the numbers of an array whose first index runs fastest into the usual order.
func transposed(flat *list, shape []int64) *list {
	out := &list{array: true, values: make([]any, 0, flat.len())}
	index := make([]int64, len(shape))
	for range flat.len() {
		at, step := int64(0), int64(1)
		for i, n := range shape {
			at += index[i] * step
			step *= n
		}
		out.add([]any{flat.at(int(at))})
		for i := len(shape) - 1; i >= 0; i-- {
			if index[i]++; index[i] < shape[i] {
				break
			}
			index[i] = 0
		}
	}
	return out
}

// formatOf reads a numpy dtype.
func formatOf(dtype any) (format, error) {
	o, ok := dtype.(*object)
	if !ok || o.class.name != "dtype" || len(o.args) == 0 {
		return format{}, damaged("a dtype is none")
	}
	code, _ := o.args[0].(string)
	var f format
	switch code {
	case "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8":
		f = format{kind: code[0], size: int(code[1] - '0')}
	default:
		return f, fmt.Errorf("it is a numpy array of dtype %q, and Go reads those of numbers only", code)
	}
	if state, ok := o.state.(tuple); ok && len(state) > 1 {
		f.big = state[1] == ">"
	}
	return f, nil
}

func (d *Decoder) numbersOf(f format, data []byte) (*list, error) {
	n := len(data) / f.size
	if d.budget -= n; d.budget < 0 {
		return nil, errRepeats
	}
	l := &list{array: true}
	var order binary.ByteOrder = binary.LittleEndian
	if f.big {
		order = binary.BigEndian
	}
	switch f.kind {
	case 'f':
		l.floats = make([]float64, n)
		for i := range l.floats {
			if f.size == 4 {
				l.floats[i] = float64(math.Float32frombits(order.Uint32(data[4*i:])))
			} else {
				l.floats[i] = math.Float64frombits(order.Uint64(data[8*i:]))
			}
		}
	case 'b':
		l.bools = make([]bool, n)
		for i, c := range data {
			l.bools[i] = c != 0
		}
	default:
		l.ints = make([]int64, n)
		for i := range l.ints {
			v := unsigned(order, data[i*f.size:], f.size)
			if f.kind == 'i' {
				shift := 64 - 8*f.size
				l.ints[i] = int64(v) << shift >> shift
			} else if l.ints[i] = int64(v); v > math.MaxInt64 {
				return largeUnsigned(order, data), nil
			}
		}
	}
	return l, nil
}

func unsigned(order binary.ByteOrder, b []byte, size int) uint64 {
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	default:
		return order.Uint64(b)
	}
}

// largeUnsigned is for numbers of 64 bits some of which have no place in an int64.
func largeUnsigned(order binary.ByteOrder, data []byte) *list {
	l := &list{array: true}
	for i := 0; i+8 <= len(data); i += 8 {
		v := order.Uint64(data[i:])
		if v > math.MaxInt64 {
			l.values = append(l.values, new(big.Int).SetUint64(v))
		} else {
			l.values = append(l.values, int64(v))
		}
	}
	return l
}
