package pickle

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// machine reads one pickle. Its memory is bounded by the pickle: every opcode pushes at most one thing, and every length is checked against
// what is left.
type machine struct {
	in    []byte
	pos   int
	stack []any
	marks []int
	memo  []any
	// odd are the memo's entries that do not follow one another.
	odd map[uint32]any
}

// read returns the pickle's value as a node.
func read(in []byte) (any, error) {
	m := machine{in: in}
	for {
		op, err := m.byte()
		if err != nil {
			return nil, err
		}
		if op == opStop {
			return m.pop()
		}
		if err := m.step(op); err != nil {
			return nil, err
		}
	}
}

func (m *machine) byte() (byte, error) {
	if m.pos >= len(m.in) {
		return 0, damaged("it ends early")
	}
	m.pos++
	return m.in[m.pos-1], nil
}

func (m *machine) take(n uint64) ([]byte, error) {
	if n > uint64(len(m.in)-m.pos) {
		return nil, damaged("it ends early")
	}
	b := m.in[m.pos : m.pos+int(n)] //nolint:gosec // checked
	m.pos += int(n)                 //nolint:gosec // checked
	return b, nil
}

// number reads a little-endian number of so many bytes.
func (m *machine) number(bytes int) (uint64, error) {
	b, err := m.take(uint64(bytes)) //nolint:gosec // 1, 2, 4 or 8
	if err != nil {
		return 0, err
	}
	var n uint64
	for i, c := range b {
		n |= uint64(c) << (8 * i)
	}
	return n, nil
}

// sized reads a length of so many bytes, and then as many bytes.
func (m *machine) sized(bytes int) ([]byte, error) {
	n, err := m.number(bytes)
	if err != nil {
		return nil, err
	}
	return m.take(n)
}

func (m *machine) line() (string, error) {
	rest := m.in[m.pos:]
	end := slices.Index(rest, '\n')
	if end < 0 {
		return "", damaged("it ends early")
	}
	m.pos += end + 1
	return string(rest[:end]), nil
}

func (m *machine) push(v any) { m.stack = append(m.stack, v) }

// base is where the elements after the last mark begin.
func (m *machine) base() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

func (m *machine) pop() (any, error) {
	if len(m.stack) <= m.base() {
		return nil, damaged("its stack is empty")
	}
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v, nil
}

func (m *machine) top() (any, error) {
	if len(m.stack) <= m.base() {
		return nil, damaged("its stack is empty")
	}
	return m.stack[len(m.stack)-1], nil
}

// popMark returns what lies above the last mark, which goes with it. It is valid until the next push.
func (m *machine) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, damaged("a mark is missing")
	}
	base := m.marks[len(m.marks)-1]
	m.marks = m.marks[:len(m.marks)-1]
	values := m.stack[base:]
	m.stack = m.stack[:base]
	return values, nil
}

func (m *machine) step(op byte) error {
	switch op {
	case opProto:
		version, err := m.byte()
		if err == nil && version > 5 {
			err = fmt.Errorf("it is a pickle of protocol %d, which is not known", version)
		}
		return err
	case opFrame:
		_, err := m.take(8)
		return err
	case opMark:
		m.marks = append(m.marks, len(m.stack))
		return m.run()
	case opNone:
		m.push(nil)
	case opNewTrue, opNewFalse:
		m.push(op == opNewTrue)
	case opEmptyList:
		m.push(&list{})
	case opEmptyDict:
		m.push(&dict{})
	case opEmptySet:
		m.push(&set{})
	case opEmptyTuple:
		m.push(tuple{})
	case opPop:
		return m.drop()
	case opPopMark:
		_, err := m.popMark()
		return err
	case opDup:
		v, err := m.top()
		m.push(v)
		return err
	case opBinFloat, opBinInt, opBinInt1, opBinInt2, opLong1, opLong4, opInt, opLong, opFloat:
		return m.numeral(op)
	case opShortBinUnicode, opBinUnicode, opBinUnicode8, opUnicode, opShortBinString, opBinString:
		return m.text(op)
	case opShortBinBytes, opBinBytes, opBinBytes8, opByteArray8:
		return m.bytes(op)
	case opMemoize, opPut, opBinPut, opLongBinPut, opGet, opBinGet, opLongBinGet:
		return m.remember(op)
	default:
		return m.build(op)
	}
	return nil
}

// drop is POP, which may take a mark too.
func (m *machine) drop() error {
	if len(m.marks) > 0 && len(m.stack) == m.base() {
		m.marks = m.marks[:len(m.marks)-1]
		return nil
	}
	_, err := m.pop()
	return err
}

func (m *machine) numeral(op byte) error {
	switch op {
	case opBinFloat:
		b, err := m.take(8)
		if err != nil {
			return err
		}
		m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
		return nil
	case opBinInt, opBinInt1, opBinInt2:
		start := m.pos - 1
		if _, err := m.take(uint64(intSize(m.in, start)) - 1); err != nil { //nolint:gosec // at most 4
			return err
		}
		m.push(intAt(m.in[start:m.pos]))
		return nil
	case opLong1, opLong4:
		b, err := m.sized(width(op))
		if err == nil {
			m.push(whole(b))
		}
		return err
	default:
		return m.oldNumeral(op)
	}
}

// whole reads a little-endian two's complement of any size.
func whole(b []byte) any {
	if len(b) <= 8 {
		return signed(b)
	}
	digits := slices.Clone(b)
	slices.Reverse(digits)
	n := new(big.Int).SetBytes(digits)
	if b[len(b)-1]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// longestNumeral bounds numbers that are written as digits: turning them into a number takes the square of their length.
const longestNumeral = 10_000

// oldNumeral reads numbers as protocol 0 has them.
func (m *machine) oldNumeral(op byte) error {
	text, err := m.line()
	if err != nil {
		return err
	}
	switch {
	case len(text) > longestNumeral:
		return damaged("a number has too many digits")
	case op == opFloat:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return damaged("a float is none")
		}
		m.push(f)
		return nil
	case op == opInt && (text == "00" || text == "01"):
		m.push(text == "01")
		return nil
	}
	n, ok := new(big.Int).SetString(strings.TrimSuffix(text, "L"), 10)
	switch {
	case !ok:
		return damaged("an int is none")
	case n.IsInt64():
		m.push(n.Int64())
	default:
		m.push(n)
	}
	return nil
}

func (m *machine) text(op byte) error {
	if op == opUnicode {
		line, err := m.line()
		m.push(line)
		return err
	}
	b, err := m.sized(width(op))
	if err == nil {
		m.push(string(b))
	}
	return err
}

func (m *machine) bytes(op byte) error {
	b, err := m.sized(width(op))
	if err == nil {
		m.push(slices.Clone(b))
	}
	return err
}

// width is the number of bytes of the length that follows an opcode.
func width(op byte) int {
	switch op {
	case opLong1, opShortBinUnicode, opShortBinString, opShortBinBytes:
		return 1
	case opLong4, opBinUnicode, opBinString, opBinBytes:
		return 4
	default:
		return 8
	}
}
