package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"time"
)

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, opNewTrue)
	}
	return append(b, opNewFalse)
}

func appendInt(b []byte, n int64) []byte {
	switch {
	case 0 <= n && n <= math.MaxUint8:
		return append(b, opBinInt1, byte(n))
	case 0 <= n && n <= math.MaxUint16:
		return append(b, opBinInt2, byte(n), byte(n>>8))
	case math.MinInt32 <= n && n <= math.MaxInt32:
		return binary.LittleEndian.AppendUint32(append(b, opBinInt), uint32(n)) //nolint:gosec // two's complement is meant
	default:
		return binary.LittleEndian.AppendUint64(append(b, opLong1, 8), uint64(n)) //nolint:gosec // two's complement is meant
	}
}

func appendUint(b []byte, n uint64) []byte {
	if n <= math.MaxInt64 {
		return appendInt(b, int64(n))
	}
	return append(binary.LittleEndian.AppendUint64(append(b, opLong1, 9), n), 0)
}

func appendFloat(b []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(append(b, opBinFloat), math.Float64bits(f))
}

// appendBig writes an integer of any size.
func appendBig(b []byte, n *big.Int) []byte {
	if n.IsInt64() {
		return appendInt(b, n.Int64())
	}
	size := n.BitLen()/8 + 1 // with room for the sign
	value := n
	if n.Sign() < 0 {
		value = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(size)*8)) //nolint:gosec // a size
	}
	digits := value.FillBytes(make([]byte, size))
	slices.Reverse(digits)
	if size <= math.MaxUint8 {
		return append(append(b, opLong1, byte(size)), digits...)
	}
	b = binary.LittleEndian.AppendUint32(append(b, opLong4), uint32(size)) //nolint:gosec // no number is that large
	return append(b, digits...)
}

func appendText(b []byte, s string) ([]byte, error) {
	if err := validText(s); err != nil {
		return b, err
	}
	return append(sized(b, len(s), opShortBinUnicode, opBinUnicode, opBinUnicode8), s...), nil
}

func appendBytes(b, data []byte) []byte {
	return append(sized(b, len(data), opShortBinBytes, opBinBytes, opBinBytes8), data...)
}

// sized writes the opcode and the length of what follows.
func sized(b []byte, n int, short, medium, long byte) []byte {
	switch {
	case n <= math.MaxUint8:
		return append(b, short, byte(n))
	case n <= math.MaxUint32:
		return binary.LittleEndian.AppendUint32(append(b, medium), uint32(n)) //nolint:gosec // checked
	default:
		return binary.LittleEndian.AppendUint64(append(b, long), uint64(n)) //nolint:gosec // a length
	}
}

func appendClass(b []byte, module, name string) ([]byte, error) {
	b, err := appendText(b, module)
	if err != nil {
		return b, err
	}
	if b, err = appendText(b, name); err != nil {
		return b, err
	}
	return append(b, opStackGlobal), nil
}

// time writes a datetime, to the microsecond; its zone is that of the offset.
func (e *Encoder) time(b []byte, v reflect.Value) ([]byte, error) {
	t, _ := v.Interface().(time.Time)
	if t.Year() < 1 || t.Year() > 9999 {
		return b, fmt.Errorf("the time %s is none that Python knows: its years are from 1 to 9999", t)
	}
	micro := t.Nanosecond() / 1000
	packed := []byte{
		byte(t.Year() >> 8), byte(t.Year()), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()),
		byte(micro >> 16), byte(micro >> 8), byte(micro),
	}
	_, offset := t.Zone()
	zone := Object{Module: "datetime", Name: "timezone", Args: Tuple{timedelta(time.Duration(offset) * time.Second)}}
	return e.object(b, reflect.ValueOf(Object{Module: "datetime", Name: "datetime", Args: Tuple{packed, zone}}))
}

// duration writes a timedelta, to the microsecond.
func (e *Encoder) duration(b []byte, v reflect.Value) ([]byte, error) {
	return e.object(b, reflect.ValueOf(timedelta(time.Duration(v.Int()))))
}

func timedelta(d time.Duration) Object {
	const day = 24 * time.Hour
	micro := d.Microseconds()
	days := micro / day.Microseconds()
	if micro %= day.Microseconds(); micro < 0 {
		days, micro = days-1, micro+day.Microseconds()
	}
	return Object{Module: "datetime", Name: "timedelta", Args: Tuple{days, micro / 1e6, micro % 1e6}}
}
