package run

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
)

func (or *originReader) succeeded(ctx context.Context, objects artifact.Objects) (bool, error) {
	v, err := or.values.Get(ctx, objects, "_task_ok")
	ok, _ := v.(bool)
	return ok, err
}

// key is a task's place in the run.
func (or *originReader) key(ctx context.Context, step string, objects artifact.Objects) (string, error) {
	stack, err := or.values.Get(ctx, objects, "_foreach_stack")
	if err != nil {
		return "", err
	}
	frames, ok := stack.([]any)
	if !ok && stack != nil {
		return "", fmt.Errorf("artifact %q is not a list", "_foreach_stack")
	}
	var indices []int
	for _, f := range frames {
		frame, ok := f.(plain.ForeachFrame)
		if !ok {
			return "", fmt.Errorf("artifact %q holds a %T", "_foreach_stack", f)
		}
		indices = append(indices, int(frame.Index))
	}
	// Runs of Metaflow before 2.17.4 have no iteration stack, and no loops.
	stack, err = or.values.Get(ctx, objects, "_iteration_stack")
	if err != nil {
		return "", err
	}
	rounds, _ := stack.([]any)
	var iterations []int
	for _, n := range rounds {
		i, ok := n.(int64)
		if !ok {
			return "", fmt.Errorf("artifact %q holds a %T", "_iteration_stack", n)
		}
		iterations = append(iterations, int(i))
	}
	return machine.Key(step, indices, iterations), nil
}

// transition is where a finished task went.
func (or *originReader) transition(ctx context.Context, step machine.Step, objects artifact.Objects) (*machine.Transition, error) {
	v, err := or.values.Get(ctx, objects, "_transition")
	if err != nil || v == nil {
		return nil, err
	}
	pair, ok := v.(plain.Tuple)
	if !ok || len(pair) != 2 {
		return nil, fmt.Errorf("artifact %q is not a pair", "_transition")
	}
	tr := &machine.Transition{}
	if tr.Next, err = texts(pair[0], "_transition"); err != nil {
		return nil, err
	}
	tr.Foreach, _ = pair[1].(string)
	tr.Foreach = task.Intern(tr.Foreach)
	switch step.Kind {
	case machine.Foreach:
		err = or.foreach(ctx, objects, tr)
	case machine.Parallel:
		tr.Parallel, err = or.nodes(ctx, objects)
	default:
		tr.Foreach = ""
	}
	return tr, err
}

func (or *originReader) foreach(ctx context.Context, objects artifact.Objects, tr *machine.Transition) error {
	v, err := or.values.Get(ctx, objects, "_foreach_num_splits")
	if err != nil {
		return err
	}
	n, _ := v.(int64)
	tr.NumSplits = int(n)
	if v, err = or.values.Get(ctx, objects, "_foreach_values"); err != nil || v == nil {
		return err
	}
	tr.Values, err = texts(v, "_foreach_values")
	return err
}

// texts is a list of strings.
func texts(v any, name string) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("artifact %q does not hold a list", name)
	}
	out := make([]string, len(list))
	for i, item := range list {
		s, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("artifact %q holds a %T in its list", name, item)
		}
		out[i] = task.Intern(s)
	}
	return out, nil
}

// nodes is the number of nodes a parallel split asked for.
func (or *originReader) nodes(ctx context.Context, objects artifact.Objects) (int, error) {
	ref, ok := objects[parallelVar]
	if !ok {
		return 0, fmt.Errorf("artifact %q is missing", parallelVar)
	}
	raw, err := or.r.cfg.Store.Bytes(ctx, or.r.flow, ref.Key)
	if err != nil {
		return 0, fmt.Errorf("artifact %q: %w", parallelVar, err)
	}
	n, ok := parallelNodes(raw)
	if !ok {
		return 0, fmt.Errorf("artifact %q does not say how many nodes there are", parallelVar)
	}
	return n, nil
}

// parallelNodes reads the one number the engine needs out of a pickled object it does not otherwise understand: the value after
// the attribute's name and its mark in the memo.
func parallelNodes(pickle []byte) (int, bool) {
	_, rest, ok := bytes.Cut(pickle, []byte("\x8c\x0cnum_parallel"))
	if !ok {
		return 0, false
	}
	rest = bytes.TrimPrefix(rest, []byte{'\x94'})
	if len(rest) > 2 && rest[0] == 'q' {
		rest = rest[2:]
	}
	switch {
	case len(rest) > 1 && rest[0] == 'K':
		return int(rest[1]), true
	case len(rest) > 2 && rest[0] == 'M':
		return int(binary.LittleEndian.Uint16(rest[1:])), true
	case len(rest) > 4 && rest[0] == 'J':
		return int(int32(binary.LittleEndian.Uint32(rest[1:]))), true
	}
	return 0, false
}
