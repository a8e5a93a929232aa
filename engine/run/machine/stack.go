package machine

import (
	"slices"
	"strconv"
)

// scope is what one split opened: a place per child, filled with the task that goes to the join.
type scope struct {
	kind   Kind // Split, Foreach or Parallel
	outer  *frame
	step   int32 // the first child step of a foreach or parallel
	name   string
	n      int
	values []string
	join   int32 // the join the first arrival went to, -1 before
	taken  int
	places []TaskID // by place; allocated with the first arrival
}

// frame is a place in a scope; frames form a list from the innermost scope outwards, shared between tasks.
type frame struct {
	scope *scope
	index int32
}

// outer is the frame of the task that split.
func (f *frame) outer() *frame { return f.scope.outer }

// Frame is one level of a task's foreach stack.
type Frame struct {
	Step      string // the first step inside the foreach
	Var       string
	NumSplits int // 0 for a parallel step, whose width is not part of the stack
	Index     int
	Value     string
	Parallel  bool
}

// Stack is the foreach stack of a task. The zero Stack is empty.
type Stack struct {
	top   *frame
	nodes []node
}

// Frames are the levels, outermost first.
func (s Stack) Frames() []Frame {
	var frames []Frame
	for f := s.top; f != nil; f = f.outer() {
		if f.scope.kind != Split {
			frames = append(frames, s.frame(f))
		}
	}
	slices.Reverse(frames)
	return frames
}

func (s Stack) frame(f *frame) Frame {
	sc := f.scope
	out := Frame{Step: s.nodes[sc.step].Name, Var: sc.name, Index: int(f.index), Parallel: sc.kind == Parallel}
	if sc.kind == Foreach {
		out.NumSplits = sc.n
	}
	if int(f.index) < len(sc.values) {
		out.Value = sc.values[f.index]
	}
	return out
}

// SplitIndex is the index in the innermost foreach.
func (s Stack) SplitIndex() (int, bool) {
	for f := s.top; f != nil; f = f.outer() {
		if f.scope.kind != Split {
			return int(f.index), true
		}
	}
	return 0, false
}

// Key names a task by its place in the run rather than by an id: step[foreach indices][iterations]. Two runs of one flow on the same
// input give the same keys to the same work, which is how resume finds what has been done.
func Key(step string, indices, iterations []int) string {
	b := make([]byte, 0, len(step)+4+4*(len(indices)+len(iterations)))
	b = append(b, step...)
	b = appendList(b, indices)
	b = appendList(b, iterations)
	return string(b)
}

func appendList(b []byte, list []int) []byte {
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, ']')
}

// indices are the foreach indices of a frame, outermost first.
func (f *frame) indices() []int {
	var list []int
	for ; f != nil; f = f.outer() {
		if f.scope.kind != Split {
			list = append(list, int(f.index))
		}
	}
	slices.Reverse(list)
	return list
}
