package plain

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Opcodes of plain pickles.
const (
	opMark            = '('
	opStop            = '.'
	opNone            = 'N'
	opReduce          = 'R'
	opAppend          = 'a'
	opAppends         = 'e'
	opSetitem         = 's'
	opSetitems        = 'u'
	opTuple           = 't'
	opEmptyTuple      = ')'
	opEmptyList       = ']'
	opEmptyDict       = '}'
	opGlobal          = 'c'
	opBinint          = 'J'
	opBinint1         = 'K'
	opBinint2         = 'M'
	opBinfloat        = 'G'
	opBinstring       = 'T'
	opShortBinstring  = 'U'
	opBinunicode      = 'X'
	opBinbytes        = 'B'
	opShortBinbytes   = 'C'
	opBinput          = 'q'
	opLongBinput      = 'r'
	opBinget          = 'h'
	opLongBinget      = 'j'
	opProto           = 0x80
	opNewobj          = 0x81
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opNewtrue         = 0x88
	opNewfalse        = 0x89
	opLong1           = 0x8a
	opLong4           = 0x8b
	opShortBinunicode = 0x8c
	opBinunicode8     = 0x8d
	opBinbytes8       = 0x8e
	opStackGlobal     = 0x93
	opMemoize         = 0x94
	opFrame           = 0x95
)

var (
	errShort = errors.New("pickle ends early")
	errLarge = errors.New("pickle is too large")
	errMemo  = errors.New("reference to nothing")
	errAlias = errors.New("a list that is referred to twice")
)

// instruction is one opcode with its operand, the length prefix of a counted one removed.
type instruction struct {
	op   byte
	arg  []byte
	memo uint32 // index for opcodes that store into or fetch from the memo
}

// normalize checks a pickle and rewrites it for og-rek: counted operands in short forms, NEWOBJ as REDUCE, no frames, and only those memo
// entries that are fetched.
func normalize(pickle []byte) ([]byte, error) {
	if len(pickle) > MaxSize {
		return nil, errLarge
	}
	fetched := map[uint32]bool{}
	if err := walk(pickle, func(i instruction) { markFetched(fetched, i) }); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(pickle))
	err := walk(pickle, func(i instruction) { out = emit(out, i, fetched) })
	return out, err
}

func markFetched(fetched map[uint32]bool, i instruction) {
	if i.op == opLongBinget {
		fetched[i.memo] = true
	}
}

func emit(out []byte, i instruction, fetched map[uint32]bool) []byte {
	switch i.op {
	case opFrame:
		return out
	case opLongBinput:
		if !fetched[i.memo] {
			return out
		}
		return binary.LittleEndian.AppendUint32(append(out, i.op), i.memo)
	case opLongBinget:
		return binary.LittleEndian.AppendUint32(append(out, i.op), i.memo)
	case opNewobj:
		return append(out, opReduce)
	case opLong1:
		out = append(out, i.op, byte(len(i.arg)))
	case opBinunicode, opBinbytes, opBinstring:
		out = binary.LittleEndian.AppendUint32(append(out, i.op), uint32(len(i.arg)))
	default:
		out = append(out, i.op)
	}
	return append(out, i.arg...)
}

// walk reads instructions up to STOP, which must be the end. Memo opcodes arrive as LONG_BINPUT and LONG_BINGET, strings and bytes as
// their 4-byte forms.
func walk(pickle []byte, visit func(instruction)) error {
	s := scanner{rest: pickle, memo: map[uint32]bool{}}
	for count := 0; ; count++ {
		if count == MaxNodes {
			return errLarge
		}
		i, err := s.next()
		if err != nil {
			return err
		}
		visit(i)
		if i.op == opStop {
			if len(s.rest) > 0 {
				return errors.New("bytes after the end of the pickle")
			}
			return nil
		}
	}
}

// scanner splits a pickle. It follows just enough of the stack to know whether the top is a list.
type scanner struct {
	rest []byte
	list bool            // the top of the stack is a list
	memo map[uint32]bool // index -> it is a list
}

// fixed is the size of operands of opcodes that have one of fixed size; others listed with 0 have none.
var fixed = map[byte]int{
	opMark: 0, opStop: 0, opNone: 0, opReduce: 0, opAppend: 0, opAppends: 0, opSetitem: 0, opSetitems: 0, opTuple: 0,
	opEmptyTuple: 0, opEmptyList: 0, opEmptyDict: 0, opNewobj: 0, opTuple1: 0, opTuple2: 0, opTuple3: 0, opNewtrue: 0, opNewfalse: 0,
	opStackGlobal: 0, opBinint1: 1, opBinint2: 2, opBinint: 4, opBinfloat: 8, opProto: 1, opFrame: 8,
}

// counted tells the size of the length prefix of opcodes that have one, and the opcode they become.
var counted = map[byte]struct {
	prefix int
	op     byte
}{
	opShortBinstring: {1, opBinstring}, opBinstring: {4, opBinstring},
	opShortBinunicode: {1, opBinunicode}, opBinunicode: {4, opBinunicode}, opBinunicode8: {8, opBinunicode},
	opShortBinbytes: {1, opBinbytes}, opBinbytes: {4, opBinbytes}, opBinbytes8: {8, opBinbytes},
	opLong1: {1, opLong1}, opLong4: {4, opLong1},
}

func (s *scanner) next() (instruction, error) {
	op, err := s.take(1)
	if err != nil {
		return instruction{}, err
	}
	i := instruction{op: op[0]}
	if isMemo(i.op) {
		return s.memoInstruction(i.op)
	}
	if size, ok := fixed[i.op]; ok {
		i.arg, err = s.take(uint64(size))
	} else if c, ok := counted[i.op]; ok {
		i.op = c.op
		i.arg, err = s.takeCounted(c.prefix)
	} else if i.op == opGlobal {
		i.arg, err = s.takeLines(2)
	} else {
		err = fmt.Errorf("opcode %#x", i.op)
	}
	if err == nil {
		err = check(i)
	}
	s.list = i.op == opEmptyList || i.op == opAppend || i.op == opAppends
	return i, err
}

func check(i instruction) error {
	switch {
	case i.op == opLong1 && len(i.arg) > 127:
		return errors.New("an integer of more than 127 bytes")
	case i.op == opProto && (i.arg[0] < 2 || i.arg[0] > 5):
		return fmt.Errorf("protocol %d", i.arg[0])
	}
	return nil
}

func isMemo(op byte) bool {
	return op == opMemoize || op == opBinput || op == opLongBinput || op == opBinget || op == opLongBinget
}

// memoInstruction reads a store or a fetch. A fetched list would be a copy in og-rek, blind to what is appended later: refused.
func (s *scanner) memoInstruction(op byte) (instruction, error) {
	i := instruction{memo: uint32(len(s.memo)), op: opLongBinput}
	size := map[byte]uint64{opMemoize: 0, opBinput: 1, opBinget: 1, opLongBinput: 4, opLongBinget: 4}[op]
	arg, err := s.take(size)
	if err != nil {
		return i, err
	}
	if size > 0 {
		i.memo = uint32(number(arg))
	}
	if op != opBinget && op != opLongBinget {
		s.memo[i.memo] = s.list
		return i, nil
	}
	i.op = opLongBinget
	list, ok := s.memo[i.memo]
	switch {
	case !ok:
		return i, errMemo
	case list:
		return i, errAlias
	}
	s.list = false
	return i, nil
}

func (s *scanner) take(n uint64) ([]byte, error) {
	if n > uint64(len(s.rest)) {
		return nil, errShort
	}
	b := s.rest[:n]
	s.rest = s.rest[n:]
	return b, nil
}

func (s *scanner) takeCounted(prefix int) ([]byte, error) {
	length, err := s.take(uint64(prefix))
	if err != nil {
		return nil, err
	}
	return s.take(number(length))
}

func (s *scanner) takeLines(n int) ([]byte, error) {
	end := 0
	for range n {
		i := bytes.IndexByte(s.rest[end:], '\n')
		if i < 0 {
			return nil, errShort
		}
		end += i + 1
	}
	return s.take(uint64(end))
}

// number reads 1 to 8 bytes, lowest first.
func number(b []byte) uint64 {
	var n uint64
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	return n
}
