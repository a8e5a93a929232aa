package pickle

import (
	"fmt"
	"slices"
	"strconv"
)

// remember is for the opcodes of the memo.
func (m *machine) remember(op byte) error {
	if op == opMemoize {
		v, err := m.top()
		m.memo = append(m.memo, v)
		return err
	}
	index, err := m.index(op)
	if err != nil {
		return err
	}
	if op == opGet || op == opBinGet || op == opLongBinGet {
		v, ok := m.odd[index]
		if !ok {
			if int64(index) >= int64(len(m.memo)) {
				return damaged("it refers to what it has not had")
			}
			v = m.memo[index]
		}
		m.push(v)
		return nil
	}
	v, err := m.top()
	switch {
	case err != nil:
		return err
	case int64(index) == int64(len(m.memo)):
		m.memo = append(m.memo, v)
	default:
		if m.odd == nil {
			m.odd = map[uint32]any{}
		}
		m.odd[index] = v
	}
	return nil
}

// index reads the memo's index that follows an opcode.
func (m *machine) index(op byte) (uint32, error) {
	switch op {
	case opPut, opGet:
		text, err := m.line()
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return 0, damaged("an index is none")
		}
		return uint32(n), nil
	case opBinPut, opBinGet:
		b, err := m.byte()
		return uint32(b), err
	default:
		n, err := m.number(4)
		return uint32(n), err //nolint:gosec // four bytes
	}
}

// build is for the opcodes that make something of what lies on the stack.
func (m *machine) build(op byte) error {
	switch op {
	case opAppend, opSetItem:
		return m.one(op)
	case opAppends, opSetItems, opAddItems:
		return m.many(op)
	case opTuple, opList, opDict, opFrozenSet:
		return m.fromMark(op)
	case opTuple1, opTuple2, opTuple3:
		n := int(op-opTuple1) + 1
		if len(m.stack)-m.base() < n {
			return damaged("its stack is empty")
		}
		values := slices.Clone(m.stack[len(m.stack)-n:])
		m.stack = append(m.stack[:len(m.stack)-n], tuple(values))
		return nil
	case opGlobal, opStackGlobal:
		return m.global(op)
	case opReduce, opNewObj, opNewObjEx:
		return m.call(op)
	case opBuild:
		return m.setState()
	default:
		return fmt.Errorf("%w: the opcode %#x is not known", errDamaged, op)
	}
}

func (m *machine) one(op byte) error {
	n := 1
	if op == opSetItem {
		n = 2
	}
	if len(m.stack)-m.base() < n+1 {
		return damaged("its stack is empty")
	}
	values := slices.Clone(m.stack[len(m.stack)-n:])
	m.stack = m.stack[:len(m.stack)-n]
	return m.fill(op == opSetItem, values)
}

func (m *machine) many(op byte) error {
	values, err := m.popMark()
	if err != nil {
		return err
	}
	if op == opAddItems {
		top, err := m.top()
		if err != nil {
			return err
		}
		s, ok := top.(*set)
		if !ok {
			return damaged("it adds to what is no set")
		}
		s.values = append(s.values, values...)
		return nil
	}
	return m.fill(op == opSetItems, values)
}

// fill gives the top of the stack its elements, or its pairs.
func (m *machine) fill(pairs bool, values []any) error {
	top, err := m.top()
	if err != nil {
		return err
	}
	if pairs && len(values)%2 != 0 {
		return damaged("a key has no value")
	}
	switch into := top.(type) {
	case *list:
		if !pairs {
			into.add(values)
			return nil
		}
	case *dict:
		if pairs {
			into.pairs = append(into.pairs, values...)
			return nil
		}
	case *object:
		if pairs {
			into.pairs = append(into.pairs, values...)
		} else {
			into.items = append(into.items, values...)
		}
		return nil
	}
	return damaged("it adds to " + typeOf(top))
}

func (m *machine) fromMark(op byte) error {
	values, err := m.popMark()
	if err != nil {
		return err
	}
	values = slices.Clone(values)
	switch op {
	case opTuple:
		m.push(tuple(values))
	case opFrozenSet:
		m.push(&set{values})
	case opList:
		l := &list{}
		l.add(values)
		m.push(l)
	default:
		if len(values)%2 != 0 {
			return damaged("a key has no value")
		}
		m.push(&dict{values})
	}
	return nil
}

func (m *machine) global(op byte) error {
	if op == opGlobal {
		module, err := m.line()
		if err != nil {
			return err
		}
		name, err := m.line()
		m.push(class{module, name})
		return err
	}
	name, err := m.popText()
	if err != nil {
		return err
	}
	module, err := m.popText()
	m.push(class{module, name})
	return err
}

func (m *machine) popText() (string, error) {
	v, err := m.pop()
	if err != nil {
		return "", err
	}
	s, ok := v.(string)
	if !ok {
		return "", damaged("a name is no text")
	}
	return s, nil
}

func (m *machine) call(op byte) error {
	if op == opNewObjEx { // arguments by name; none of the types that are known has them
		if _, err := m.pop(); err != nil {
			return err
		}
	}
	args, err := m.pop()
	if err != nil {
		return err
	}
	callee, err := m.pop()
	if err != nil {
		return err
	}
	c, ok := callee.(class)
	if !ok {
		return damaged("it calls " + typeOf(callee))
	}
	given, ok := args.(tuple)
	if !ok {
		return damaged("arguments are no tuple")
	}
	m.push(&object{class: c, args: given, new: op != opReduce})
	return nil
}

func (m *machine) setState() error {
	state, err := m.pop()
	if err != nil {
		return err
	}
	top, err := m.top()
	if err != nil {
		return err
	}
	if o, ok := top.(*object); ok {
		o.state = state
		return nil
	}
	return damaged("it sets the state of " + typeOf(top))
}
