package pickle

import (
	"reflect"

	"github.com/spindle-flow/spindle/flow/names"
)

// structPlan is how a struct is a dict.
type structPlan struct {
	fields []planned
	byName map[string]int
}

type planned struct {
	name   string
	goName string
	key    []byte // the name as it is written
	index  []int
}

func (e *Encoder) plan(t reflect.Type) *structPlan {
	if p, ok := e.plans[t]; ok {
		return p
	}
	p := planOf(t)
	if e.plans == nil {
		e.plans = map[reflect.Type]*structPlan{}
	}
	e.plans[t] = p
	return p
}

func planOf(t reflect.Type) *structPlan {
	p := &structPlan{byName: map[string]int{}}
	p.add(t, nil)
	return p
}

// add takes the exported fields of a struct, those of embedded structs as if they were its own. The outermost of equal names wins.
func (p *structPlan) add(t reflect.Type, below []int) {
	var embedded []reflect.StructField
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Tag.Get(names.Artifact) == "" && sf.Type != timeType {
			embedded = append(embedded, sf)
			continue
		}
		name := names.Of(sf.Name, sf.Tag).Name
		if _, taken := p.byName[name]; taken || !sf.IsExported() || name == "" {
			continue
		}
		key, err := appendText(nil, name)
		if err != nil {
			continue // a Go name is always valid; a tag that is not names nothing
		}
		p.byName[name] = len(p.fields)
		p.fields = append(p.fields, planned{name, sf.Name, key, append(below[:len(below):len(below)], sf.Index...)})
	}
	for _, sf := range embedded {
		p.add(sf.Type, append(below[:len(below):len(below)], sf.Index...))
	}
}
