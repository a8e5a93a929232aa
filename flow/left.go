package flow

import (
	"fmt"
	"reflect"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// left is what a flow has of the store: for an input, the artifacts that its task has left; for the task's own flow, what it passes on.
type left struct {
	task *task
	// from says for each artifact which input has it.
	from map[string]source
}

// source is one artifact of one input.
type source struct {
	input int
	ref   wire.Ref
}

// leftOf returns what a flow has of the store; nil outside of a task. The flow is a pointer to its struct.
func leftOf(flow reflect.Value) *left { return embedded(flow).left }

// embedded returns the Flow within a flow's struct.
func embedded(flow reflect.Value) *Flow {
	own, _ := flow.Elem().FieldByName("Flow").Addr().Interface().(*Flow)
	return own
}

// readValues are those that were read, so that an input's value that others have too is read once.
type readValues map[valueKey]reflect.Value

type valueKey struct{ key, artifact string }

// ahead is how many values are asked for at once.
const ahead = 4096

type wanted struct {
	field *field
	flow  reflect.Value
	from  source
}

// fillAll reads the fields of flows that are not lazy from the inputs that have them, with as few requests as can be.
func (t *task) fillAll(flows []reflect.Value, lefts []*left) error {
	var all []wanted
	for i, flow := range flows {
		embedded(flow).left = lefts[i]
		for _, f := range t.program.fields {
			from, ok := lefts[i].from[f.Name]
			if !ok {
				continue
			}
			if f.lazy {
				t.bind(f, flow, from)
				continue
			}
			all = append(all, wanted{f, flow, from})
		}
	}
	for len(all) > 0 {
		n := min(len(all), ahead)
		if err := t.fetch(all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// fetch reads some fields. A value that several inputs share, or that was read before, is asked for once.
func (t *task) fetch(some []wanted) error {
	var missing []wanted
	asked := map[valueKey]bool{}
	for _, w := range some {
		key := valueKey{w.from.ref.Key, w.field.Name}
		if _, have := t.read[key]; !have && !asked[key] {
			missing = append(missing, w)
			asked[key] = true
		}
	}
	items := make([]wire.Item, len(missing))
	for i, w := range missing {
		items[i] = wire.Item{Input: w.from.input, Name: w.field.Name}
	}
	if len(items) > 0 {
		places, err := t.conn.Get(items...)
		if err != nil {
			return err
		}
		for i, w := range missing {
			v := reflect.New(w.field.typ).Elem()
			if e := t.decode(w.field, places[i], w.from, v); e != nil && err == nil {
				err = e
			}
			t.read[valueKey{w.from.ref.Key, w.field.Name}] = v
		}
		if err != nil {
			return err
		}
	}
	for _, w := range some {
		w.field.of(w.flow).Set(t.read[valueKey{w.from.ref.Key, w.field.Name}])
	}
	return nil
}

// bind has a lazy field read its value when it is asked for it.
func (t *task) bind(f *field, flow reflect.Value, from source) {
	f.lazyOf(flow).bind(func(into reflect.Value) error {
		places, err := t.conn.Get(wire.Item{Input: from.input, Name: f.Name})
		if err != nil {
			return err
		}
		return t.decode(f, places[0], from, into)
	})
}

// decode reads one value into a field, or into what a lazy one holds.
func (t *task) decode(f *field, place wire.Place, from source, into reflect.Value) error {
	where := func(err error) error {
		return fmt.Errorf("the artifact %q of %s can't be read into the field %s: %w", f.Name, t.inputs[from.input].Pathspec, f.goName, err)
	}
	if place.Error != nil {
		return fmt.Errorf("the artifact %q of %s can't be read: %w", f.Name, t.inputs[from.input].Pathspec, place.Error)
	}
	b, err := place.Bytes()
	if err != nil {
		return where(err)
	}
	encoding := place.Encoding
	if encoding == "" {
		encoding = from.ref.Encoding
	}
	if pickle.Foreign(b) {
		t.foreign[valueKey{from.ref.Key, f.Name}] = true
	}
	if err := t.codec.decode(b, encoding, into); err != nil {
		return where(err)
	}
	return nil
}
