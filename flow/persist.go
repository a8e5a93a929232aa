package flow

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the store's keys
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/values"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// kept is what a task leaves: new values, and what it passes on of each input.
type kept struct {
	artifacts []wire.Produced
	inherit   []wire.Inherited
}

// private are the artifacts that Metaflow's stores have of every task.
type private map[string]any

// persist writes what the flow has; without its fields only what it was given is passed on.
func (t *task) persist(own private, fields bool) (k kept, err error) {
	s := newSink(&t.message, t.conn.TakesData())
	defer func() { err = errors.Join(err, s.close()) }()
	passed := map[string]int{}
	for name, from := range t.left.from {
		passed[name] = from.input
	}
	k.artifacts = []wire.Produced{}
	keep := func(name string, e encoded) error {
		produced, err := s.put(name, e)
		if err != nil {
			return fmt.Errorf("the value of the artifact %q can't be stored: %w", name, err)
		}
		k.artifacts = append(k.artifacts, produced)
		delete(passed, name)
		return nil
	}
	var buffer []byte
	if fields {
		if buffer, err = t.persistFields(keep); err != nil {
			return kept{}, err
		}
	}
	for _, name := range slices.Sorted(keys(own)) {
		e, err := t.codec.encodeAny(own[name], buffer[:0])
		if err == nil {
			err = keep(name, e)
		}
		if err != nil {
			return kept{}, err
		}
	}
	k.inherit = byInput(passed)
	return k, nil
}

func keys(p private) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range p {
			if !yield(name) {
				return
			}
		}
	}
}

// byInput lists by input what is passed on.
func byInput(passed map[string]int) []wire.Inherited {
	of := map[int][]string{}
	for name, input := range passed {
		of[input] = append(of[input], name)
	}
	out := []wire.Inherited{}
	for input, names := range of {
		slices.Sort(names)
		out = append(out, wire.Inherited{Input: input, Names: names})
	}
	slices.SortFunc(out, func(a, b wire.Inherited) int { return a.Input - b.Input })
	return out
}

// persistFields writes the fields that have changed.
func (t *task) persistFields(keep func(string, encoded) error) ([]byte, error) {
	var buffer []byte
	for _, f := range t.program.fields {
		if f.fixed() {
			if err := t.unchanged(f); err != nil {
				return buffer, err
			}
			continue
		}
		v, ok := t.worth(f)
		if !ok {
			continue
		}
		e, err := t.codec.encode(f, v, buffer[:0])
		if err != nil {
			return buffer, fmt.Errorf("the field %s.%s can't be stored: %w", t.program.name, f.goName, err)
		}
		if e.encoding != values.Binary {
			buffer = e.bytes[:0]
		}
		same, err := t.same(f, v, e)
		if err == nil && !same {
			err = keep(f.Name, e)
		}
		if err != nil {
			return buffer, err
		}
	}
	return buffer, nil
}

// worth returns the value of a field that is to be stored, unless it is the input's.
func (t *task) worth(f *field) (reflect.Value, bool) {
	v := f.of(t.flow)
	if f.lazy {
		held, _, set := f.lazyOf(t.flow).held()
		return held, set
	}
	_, brought := t.left.from[f.Name]
	if t.broken { // it may not have come to what it assigns
		return v, brought || !v.IsZero()
	}
	return v, brought || !v.IsZero() || t.catches(f) || slices.Contains(t.message.Node.Assigns, f.Name)
}

// catches tells whether a field says why the step has failed: it is stored whether it has or not.
func (t *task) catches(f *field) bool {
	return t.options.catch != nil && t.options.catch.Field == f.goName
}

// unchanged is an error if the step has changed a parameter or a config.
func (t *task) unchanged(f *field) error {
	before, ok := t.fixed[f.Name]
	if !ok {
		return nil
	}
	e, err := t.codec.encode(f, f.of(t.flow), nil)
	if err != nil {
		return fmt.Errorf("the field %s.%s can't be stored: %w", t.program.name, f.goName, err)
	}
	if !bytes.Equal(e.bytes, before) && !f.Gob {
		what := "a parameter"
		if f.Config != "" {
			what = "a config"
		}
		return fmt.Errorf("the step %s has changed %s, which is %s: those are the same in all of a run; keep the new value in a field of its own",
			t.step.name, f.goName, what)
	}
	return nil
}

// same tells whether a field's value is the input's still. What another than this SDK has written has other bytes for the same value: it is
// read once more, to see how it would be written here.
func (t *task) same(f *field, v reflect.Value, e encoded) (bool, error) {
	from, ok := t.left.from[f.Name]
	if !ok {
		return false, nil
	}
	if from.ref.Size == int64(len(e.bytes)) {
		sum := sha1.Sum(e.bytes) //nolint:gosec // the store's key
		if hex.EncodeToString(sum[:]) == from.ref.Key {
			return true, nil
		}
	}
	if e.encoding != pickle.Encoding || !t.foreign[valueKey{from.ref.Key, f.Name}] || f.lazy {
		return false, nil
	}
	places, err := t.conn.Get(wire.Item{Input: from.input, Name: f.Name})
	if err != nil {
		return false, err
	}
	again := reflect.New(f.typ).Elem()
	if err := t.decode(f, places[0], from, again); err != nil {
		return false, err
	}
	before, err := t.codec.encode(f, again, nil)
	return err == nil && bytes.Equal(before.bytes, e.bytes), nil
}
