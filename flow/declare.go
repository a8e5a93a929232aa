package flow

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/spindle-flow/spindle/flow/names"
)

// program is a flow as its binary declares it.
type program struct {
	typ  reflect.Type // the struct
	name string
	// prototype is the pointer that main has given.
	prototype reflect.Value
	steps     []*step
	fields    []*field

	perStep   []optionsOf
	everyStep []StepOption
	schedule  *Schedule
	project   string
}

// step is one step of a program.
type step struct {
	name   string
	goName string
	method reflect.Method // on the pointer
	kind   stepKind
	item   reflect.Type // of a foreach's body
	stepOptions
}

type stepKind int

const (
	stepPlain stepKind = iota
	stepBody
	stepJoin
)

// field is one field that is an artifact, a parameter or a config.
type field struct {
	names.Field
	goName string
	index  []int
	typ    reflect.Type
	tag    reflect.StructTag
	lazy   bool
}

// fixed tells whether the field is a parameter or a config, which steps can't change.
func (f *field) fixed() bool { return f.Param != "" || f.Config != "" }

func (f *field) of(flow reflect.Value) reflect.Value { return flow.Elem().FieldByIndex(f.index) }

// lazyOf returns the field as what all lazy ones are.
func (f *field) lazyOf(flow reflect.Value) lazyField {
	l, _ := f.of(flow).Addr().Interface().(lazyField)
	return l
}

var (
	flowType    = reflect.TypeFor[Flow]()
	contextType = reflect.TypeFor[Context]()
	nextType    = reflect.TypeFor[Next]()
	errorType   = reflect.TypeFor[error]()
	lazyType    = reflect.TypeFor[lazyField]()
	fileType    = reflect.TypeFor[File]()
	failureType = reflect.TypeFor[*Failure]()
)

// declare finds out what a flow is. All that is wrong with it is in one error.
func declare(f any, options []Option) (*program, error) {
	t := reflect.TypeOf(f)
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("flow.Main is given %T: give it a pointer to the flow's struct, as in flow.Main(&Train{})", f)
	}
	p := &program{typ: t.Elem(), name: flowName(t.Elem()), prototype: reflect.ValueOf(f)}
	if own, ok := p.typ.FieldByName("Flow"); !ok || own.Type != flowType {
		return nil, fmt.Errorf("%s does not embed flow.Flow, so it is no flow", p.name)
	}
	p.findSteps(t)
	p.findFields(p.typ, nil)
	for _, o := range options {
		o.configure(p)
	}
	faults := []error{p.checkNames()}
	for _, s := range p.steps {
		faults = append(faults, p.settle(s))
	}
	return p, errors.Join(append(faults, p.unknownMethods())...)
}

// flowName is the struct's name, without the arguments of a generic one.
func flowName(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

func (p *program) findSteps(t reflect.Type) {
	for i := range t.NumMethod() {
		m := t.Method(i)
		kind, item, ok := signature(t, m.Type)
		if ok {
			p.steps = append(p.steps, &step{name: names.Snake(m.Name), goName: m.Name, method: m, kind: kind, item: item})
		}
	}
}

// signature tells which kind of step a method of the flow is, if it is one.
func signature(flow, m reflect.Type) (stepKind, reflect.Type, bool) {
	if m.NumOut() != 2 || m.Out(0) != nextType || m.Out(1) != errorType || m.NumIn() < 2 || m.NumIn() > 3 || m.In(1) != contextType {
		return 0, nil, false
	}
	if m.NumIn() == 2 {
		return stepPlain, nil, true
	}
	if arg := m.In(2); arg.Kind() == reflect.Slice && arg.Elem() == flow {
		return stepJoin, nil, true
	}
	return stepBody, m.In(2), true
}

func (p *program) findFields(t reflect.Type, below []int) {
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(below[:len(below):len(below)], i)
		switch {
		case sf.Type == flowType && sf.Anonymous:
		case sf.Anonymous && sf.Type.Kind() == reflect.Struct:
			p.findFields(sf.Type, index)
		case sf.IsExported():
			f := &field{Field: names.Of(sf.Name, sf.Tag), goName: sf.Name, index: index, typ: sf.Type, tag: sf.Tag}
			f.lazy = reflect.PointerTo(sf.Type).Implements(lazyType)
			if f.Name != "" {
				p.fields = append(p.fields, f)
			}
		}
	}
}

func (p *program) checkNames() error {
	var faults []error
	owner := map[string]string{"name": "the flow's name"}
	for _, s := range p.steps {
		if other, taken := owner[s.name]; taken && s.name != "name" {
			faults = append(faults, fmt.Errorf("%s.%s: the step is called %s, as is %s", p.name, s.goName, s.name, other))
		}
		owner[s.name] = "the step " + s.goName
	}
	for _, f := range p.fields {
		if other, taken := owner[f.Name]; taken {
			faults = append(faults, fmt.Errorf("%s.%s: the artifact is called %s, as is %s; give it another name by a tag: `artifact:\"…\"`",
				p.name, f.goName, f.Name, other))
		}
		owner[f.Name] = "the field " + f.goName
	}
	return errors.Join(faults...)
}

func (p *program) step(name string) *step {
	for _, s := range p.steps {
		if s.name == name {
			return s
		}
	}
	return nil
}

// field returns the field of an artifact.
func (p *program) field(artifact string) *field {
	for _, f := range p.fields {
		if f.Name == artifact {
			return f
		}
	}
	return nil
}

// unknownMethods says which options are for no step.
func (p *program) unknownMethods() error {
	var faults []error
	for _, given := range p.perStep {
		name := methodName(given.method)
		if !p.hasMethod(name) {
			faults = append(faults, fmt.Errorf("flow.Step is given %s, which is no step of %s: give it a method expression, as in flow.Step((*%s).%s, …)",
				described(given.method, name), p.name, p.name, p.anyStep()))
		}
	}
	return errors.Join(faults...)
}

func (p *program) hasMethod(goName string) bool {
	for _, s := range p.steps {
		if s.goName == goName {
			return true
		}
	}
	return false
}

func (p *program) anyStep() string {
	if len(p.steps) == 0 {
		return "Start"
	}
	return p.steps[0].goName
}

func described(method any, name string) string {
	if name == "" {
		return fmt.Sprintf("a %T", method)
	}
	return name
}

// methodName returns the Go name of a method value or expression, empty for what is none.
func methodName(f any) string {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return ""
	}
	info := runtime.FuncForPC(v.Pointer())
	if info == nil {
		return ""
	}
	name := strings.TrimSuffix(info.Name(), "-fm")
	return name[strings.LastIndexByte(name, '.')+1:]
}
