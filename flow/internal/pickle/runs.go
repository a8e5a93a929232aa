package pickle

import (
	"encoding/binary"
	"math"
)

// run reads numbers or bools that follow a mark and are for a list, in as many batches as there are, without putting each on the stack.
func (m *machine) run() error {
	if m.pos >= len(m.in) || len(m.stack) == 0 {
		return nil
	}
	into, ok := m.stack[len(m.stack)-1].(*list)
	if !ok || into.len() > 0 {
		return nil
	}
	n, end := 0, 0
	switch op := m.in[m.pos]; {
	case op == opBinFloat:
		if n, end = count(m.in, m.pos, floatSize); end > 0 {
			into.floats = floatsOf(m.in, m.pos, n)
		}
	case op == opNewTrue || op == opNewFalse:
		if n, end = count(m.in, m.pos, boolSize); end > 0 {
			into.bools = boolsOf(m.in, m.pos, n)
		}
	default:
		if n, end = count(m.in, m.pos, intSize); n > 0 {
			into.ints = intsOf(m.in, m.pos, n)
		}
	}
	if n > 0 {
		m.pos, m.marks = end, m.marks[:len(m.marks)-1]
	}
	return nil
}

// count returns how many elements of one kind there are from pos on to the end of the last batch that has only such, and where that is; 0 where
// the first one has others.
func count(in []byte, pos int, size func(in []byte, pos int) int) (n, end int) {
	inBatch := 0
	for {
		if pos = unframed(in, pos); pos >= len(in) {
			return n, end
		}
		if in[pos] == opAppends {
			n, inBatch, end = n+inBatch, 0, pos+1
			if pos = unframed(in, end); pos >= len(in) || in[pos] != opMark {
				return n, end
			}
			pos++
			continue
		}
		bytes := size(in, pos)
		if bytes == 0 || pos+bytes > len(in) {
			return n, end
		}
		pos += bytes
		inBatch++
	}
}

// unframed skips a frame's header.
func unframed(in []byte, pos int) int {
	if pos < len(in) && in[pos] == opFrame {
		return pos + 9
	}
	return pos
}

// between skips all that stands between two elements of a list.
func between(in []byte, pos int) int {
	for in[pos] == opFrame || in[pos] == opAppends || in[pos] == opMark {
		if in[pos] == opFrame {
			pos += 8
		}
		pos++
	}
	return pos
}

func floatSize(in []byte, pos int) int {
	if in[pos] == opBinFloat {
		return 9
	}
	return 0
}

func boolSize(in []byte, pos int) int {
	if in[pos] == opNewTrue || in[pos] == opNewFalse {
		return 1
	}
	return 0
}

func floatsOf(in []byte, pos, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		if in[pos] != opBinFloat {
			pos = between(in, pos)
		}
		values[i] = math.Float64frombits(binary.BigEndian.Uint64(in[pos+1 : pos+9]))
		pos += 9
	}
	return values
}

func boolsOf(in []byte, pos, n int) []bool {
	values := make([]bool, n)
	for i := range values {
		if in[pos] != opNewTrue && in[pos] != opNewFalse {
			pos = between(in, pos)
		}
		values[i] = in[pos] == opNewTrue
		pos++
	}
	return values
}

func intsOf(in []byte, pos, n int) []int64 {
	values := make([]int64, n)
	for i := range values {
		pos = between(in, pos)
		size := intSize(in, pos)
		values[i] = intAt(in[pos : pos+size])
		pos += size
	}
	return values
}

// intSize is the number of bytes of an integer that fits 64 bits, its opcode included; 0 for anything else.
func intSize(in []byte, pos int) int {
	switch in[pos] {
	case opBinInt1:
		return 2
	case opBinInt2:
		return 3
	case opBinInt:
		return 5
	case opLong1:
		if pos+1 < len(in) && in[pos+1] <= 8 {
			return 2 + int(in[pos+1])
		}
	}
	return 0
}

// intAt reads an integer for which intSize has said its size.
func intAt(b []byte) int64 {
	switch b[0] {
	case opBinInt1:
		return int64(b[1])
	case opBinInt2:
		return int64(binary.LittleEndian.Uint16(b[1:]))
	case opBinInt:
		return int64(int32(binary.LittleEndian.Uint32(b[1:]))) //nolint:gosec // two's complement is meant
	default:
		return signed(b[2:])
	}
}

// signed reads a little-endian two's complement of at most 8 bytes.
func signed(b []byte) int64 {
	if len(b) == 0 {
		return 0
	}
	n := int64(int8(b[len(b)-1])) //nolint:gosec // two's complement is meant
	for i := len(b) - 2; i >= 0; i-- {
		n = n<<8 | int64(b[i])
	}
	return n
}
