package flow

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// shortest is the length of a value's text when what a spin has changed is told.
const shortest = 60

// change is what is told of one artifact that the engine can't read.
type change struct {
	Value      string `json:"value"`
	Before     string `json:"before"`
	Difference string `json:"difference"`
	Same       bool   `json:"same"`
}

// changes tells of values that only this flow can read, those of input 0, and how they differ from those of input 1 if there is one.
func (t *task) changes() any {
	if err := t.readInputs(); err != nil {
		return t.lost(err)
	}
	told := map[string]change{}
	for _, name := range t.message.Values["names"] {
		told[name] = t.change(name)
	}
	return wire.Done{Type: "done", Success: true, Artifacts: []wire.Produced{}, Inherit: []wire.Inherited{}, Answer: rawJSON(told)}
}

func (t *task) change(name string) change {
	var texts [2]string
	var found []any
	for i := range min(len(t.inputs), len(texts)) {
		ref, ok := t.inputs[i].Artifacts[name]
		if !ok {
			continue
		}
		v, err := t.valueOf(name, source{i, ref})
		if err != nil {
			texts[i] = cut("<" + err.Error() + ">")
			continue
		}
		texts[i] = cut(fmt.Sprintf("%+v", v))
		found = append(found, v)
	}
	return change{Value: texts[0], Before: texts[1], Same: len(found) == 2 && reflect.DeepEqual(found[0], found[1])}
}

// valueOf reads an artifact into the type of its field.
func (t *task) valueOf(name string, from source) (any, error) {
	f := t.program.field(name)
	if f == nil {
		return nil, fmt.Errorf("%s has no field for it", t.program.name)
	}
	typ := f.typ
	if f.lazy {
		if l, ok := reflect.New(f.typ).Interface().(lazyField); ok {
			typ = l.element()
		}
	}
	places, err := t.conn.Get(wire.Item{Input: from.input, Name: name})
	if err != nil {
		return nil, err
	}
	v := reflect.New(typ).Elem()
	if err := t.decode(f, places[0], from, v); err != nil {
		return nil, err
	}
	return v.Interface(), nil
}

// cut makes one short line of a text.
func cut(text string) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) > shortest {
		return string(letters[:shortest-1]) + "…"
	}
	return string(letters)
}
