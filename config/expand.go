package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/graph"
)

// maxCells bounds how many variants a matrix makes.
const maxCells = 1000

// axisValue is a value of an axis, with the settings that go with it.
type axisValue struct {
	axis  string
	value *graph.Value
	file  string
	body  *graph.Value // nil for none
}

// cell is a combination of values, one of each axis. A variant without a matrix has one without values.
type cell struct {
	axes   []axisValue
	bodies []*graph.Value // over those of the values
}

func (c *cell) get(axis string) *axisValue {
	for i := range c.axes {
		if c.axes[i].axis == axis {
			return &c.axes[i]
		}
	}
	return nil
}

var axisName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// cells expands the matrix of a variant.
func (p *Project) cells(variant *graph.Entry, f *findings) []cell {
	e := variant.Value.Entry("matrix")
	matrix := object(e)
	if matrix == nil {
		return []cell{{}}
	}
	list := []cell{{}}
	var names []string
	for _, name := range matrix.Keys() {
		if name == "include" || name == "exclude" {
			continue
		}
		axis := matrix.Entry(name)
		names = append(names, name)
		switch {
		case slices.Contains(reserved(), name) || name == "with":
			f.malformed(axis.KeyRange, "Call it otherwise.", "an axis can't be called %q, which means something else here", name)
		case !axisName.MatchString(name):
			f.malformed(axis.KeyRange, "Letters, digits, - and _ will do.", "an axis can't be called %q", name)
		}
		list = product(list, p.values(name, axis.Value, f))
		if len(list) > maxCells {
			f.malformed(e.KeyRange, "Split it into several.", "the matrix makes more than %d variants", maxCells)
			return nil
		}
	}
	list = f.excluded(list, names, matrix.Entry("exclude"))
	list = f.included(list, names, matrix.Entry("include"))
	if len(list) == 0 && len(names) == 0 {
		f.malformed(e.KeyRange, "Give it an axis: country: [us, eu].", "the matrix has no axis")
	}
	return list
}

func product(list []cell, values []axisValue) []cell {
	var out []cell
	for _, c := range list {
		for _, v := range values {
			if len(out) > maxCells {
				return out
			}
			out = append(out, cell{axes: append(slices.Clone(c.axes), v)})
		}
	}
	return out
}

// values are those of an axis: a list, a mapping of values to settings, or a pattern of files.
func (p *Project) values(name string, v *graph.Value, f *findings) []axisValue {
	var out []axisValue
	switch v.Kind {
	case graph.ArrayKind:
		for _, item := range v.Items {
			switch {
			case len(item.Entries)+len(item.Items) > 0 || item.Kind == graph.NullKind:
			case slices.ContainsFunc(out, func(a axisValue) bool { return a.value.Text == item.Text }):
				f.malformed(item.Range, "Leave one of them out.", "the axis %q has the value %q twice", name, item.Text)
			default:
				out = append(out, axisValue{axis: name, value: item})
			}
		}
	case graph.ObjectKind:
		for _, key := range v.Keys() {
			e := v.Entry(key)
			out = append(out, axisValue{axis: name, value: &graph.Value{Kind: graph.StringKind, Text: key, Range: e.KeyRange}, body: object(e)})
		}
	case graph.StringKind:
		for _, file := range p.glob(v, f) {
			out = append(out, axisValue{axis: name, value: &graph.Value{Kind: graph.StringKind, Text: stem(file), Range: v.Range}, file: file})
		}
	}
	return out
}

// excluded leaves combinations out.
func (f *findings) excluded(list []cell, names []string, e *graph.Entry) []cell {
	if e == nil || e.Value.Kind != graph.ArrayKind {
		return list
	}
	for _, rule := range e.Value.Items {
		if !f.axes(rule, names, false) {
			continue
		}
		before := len(list)
		list = slices.DeleteFunc(list, func(c cell) bool { return c.matches(rule) })
		if len(list) == before {
			f.malformed(first(rule.Range), "Leave it out, or mend its values.", "exclude names a combination that there is not")
		}
	}
	if len(list) == 0 && len(names) > 0 && len(e.Value.Items) > 0 {
		f.malformed(e.KeyRange, "Leave some in.", "exclude leaves nothing of the matrix")
	}
	return list
}

// axes reports names that are no axes.
func (f *findings) axes(rule *graph.Value, names []string, with bool) bool {
	if rule.Kind != graph.ObjectKind {
		return false
	}
	ok := true
	for _, key := range rule.Keys() {
		if !slices.Contains(names, key) && (!with || key != "with") {
			f.missing(rule.Entry(key).KeyRange, alike(key, names, ""), "the matrix has no axis %q", key)
			ok = false
		}
	}
	return ok
}

func (c *cell) matches(rule *graph.Value) bool {
	for _, key := range rule.Keys() {
		if key == "with" {
			continue
		}
		a, want := c.get(key), rule.Entry(key).Value
		one := func(v *graph.Value) bool { return a != nil && v.Text == a.value.Text }
		if want.Kind == graph.ArrayKind && !slices.ContainsFunc(want.Items, one) || want.Kind != graph.ArrayKind && !one(want) {
			return false
		}
	}
	return true
}

// included changes combinations that are there, or adds one.
func (f *findings) included(list []cell, names []string, e *graph.Entry) []cell {
	if e == nil || e.Value.Kind != graph.ArrayKind {
		return list
	}
	for _, rule := range e.Value.Items {
		if !f.axes(rule, names, true) {
			continue
		}
		with := object(rule.Entry("with"))
		hit := false
		for i := range list {
			if list[i].matches(rule) {
				hit = true
				if with != nil {
					list[i].bodies = append(list[i].bodies, with)
				}
			}
		}
		switch added := f.added(rule, names); {
		case hit && with == nil:
			f.malformed(first(rule.Range), "Leave it out, or say under with what is different.", "include names a combination that there is already")
		case hit:
		case added == nil:
			f.malformed(first(rule.Range), "Name a value of each axis: "+strings.Join(names, ", ")+".", "include names no combination that there is, and not a whole one either")
		default:
			if with != nil {
				added.bodies = append(added.bodies, with)
			}
			list = append(list, *added)
		}
	}
	return list
}

// added is the combination that a rule names, nil if it names only some of the axes.
func (f *findings) added(rule *graph.Value, names []string) *cell {
	c := &cell{}
	for _, name := range names {
		e := rule.Entry(name)
		if e == nil || len(e.Value.Items)+len(e.Value.Entries) > 0 {
			return nil
		}
		c.axes = append(c.axes, axisValue{axis: name, value: e.Value})
	}
	return c
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// called is the name of a variant: its key with references replaced, or with the values of its axes behind it. It is empty where there is none.
func (p *Project) called(e *graph.Entry, c *cell, f *findings) string {
	name := e.Key
	if dynamic(name) {
		s := &scope{project: p, axes: c.axes, fixed: map[string]string{"project": p.Name.Text}}
		v, problem := effective.Replace(&graph.Value{Kind: graph.StringKind, Text: name, Range: e.KeyRange}, s.follow)
		if problem != nil {
			f.missing(e.KeyRange, hinted(problem), "%s", problem.Message)
			return ""
		}
		if v.Kind == graph.ComputedKind {
			return ""
		}
		name = v.Text
	} else {
		for _, a := range c.axes {
			name += "-" + a.value.Text
		}
	}
	if !validName.MatchString(name) {
		f.named(e.KeyRange, "Use letters, digits, -, _ and dots, and begin with a letter or digit.", "a variant can't be called %q", name)
		return ""
	}
	return name
}
