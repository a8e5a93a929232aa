package flow

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

var errBothKinds = errors.New("flow.Merge is given flow.Include and flow.Exclude: give one of them")

// merge takes over from the branches what they agree on. All are pointers to the same flow struct.
func (m *merging) merge(t any, branches []any) error {
	if len(m.include) > 0 && len(m.exclude) > 0 {
		return errBothKinds
	}
	p, err := declare(t, nil)
	if err != nil {
		return fmt.Errorf("flow.Merge: %w", err)
	}
	for _, name := range slices.Concat(m.include, m.exclude) {
		if p.goField(name) == nil {
			return fmt.Errorf("flow.Merge names the field %q, which %s does not have", name, p.name)
		}
	}
	into := reflect.ValueOf(t)
	taken := map[*field]any{}
	var differing []difference
	var missing []string
	for _, f := range p.fields {
		if f.fixed() || !m.wants(f.goName) || f.isSet(into) {
			continue
		}
		switch found, other := agree(f, branches); {
		case other != nil:
			differing = append(differing, difference{f, found, other})
		case found != nil:
			taken[f] = found
		case slices.Contains(m.include, f.goName):
			missing = append(missing, f.goName)
		}
	}
	if err := unmerged(differing, missing); err != nil {
		return err
	}
	if len(m.include) == 0 {
		if err := passUnknown(p, into, branches); err != nil {
			return err
		}
	}
	for f, branch := range taken { // only now: a merge that is refused changes nothing
		f.takeOver(into, reflect.ValueOf(branch))
	}
	return nil
}

func (m *merging) wants(goName string) bool {
	if len(m.include) > 0 {
		return slices.Contains(m.include, goName)
	}
	return !slices.Contains(m.exclude, goName)
}

// isSet tells whether the join has given the field a value of its own.
func (f *field) isSet(flow reflect.Value) bool {
	if f.lazy {
		_, _, set := f.lazyOf(flow).held()
		return set
	}
	return !f.of(flow).IsZero()
}

// difference is a field with two branches that have different values of it.
type difference struct {
	field        *field
	first, other any
}

// agree returns a branch that has a value of the field, if one does, and one that has another, if one does.
func agree(f *field, branches []any) (found, other any) {
	for _, branch := range branches {
		if !f.isThere(reflect.ValueOf(branch)) {
			continue
		}
		if found == nil {
			found = branch
		} else if !f.equal(reflect.ValueOf(found), reflect.ValueOf(branch)) {
			return found, branch
		}
	}
	return found, nil
}

// isThere tells whether a branch has the artifact; outside of a task, whether the field is not zero.
func (f *field) isThere(branch reflect.Value) bool {
	if l := leftOf(branch); l != nil {
		_, ok := l.from[f.Name]
		return ok || f.isSet(branch)
	}
	if f.lazy {
		_, have, _ := f.lazyOf(branch).held()
		return have
	}
	return !f.of(branch).IsZero()
}

// equal tells whether two branches have the same value: in a task by what the store has of it, so that nothing need be read.
func (f *field) equal(a, b reflect.Value) bool {
	if one, other := leftOf(a), leftOf(b); one != nil && other != nil && one.from[f.Name].ref.Key != "" {
		if one.from[f.Name].ref.Key == other.from[f.Name].ref.Key {
			return true
		}
	}
	if f.lazy {
		x, have, _ := f.lazyOf(a).held()
		y, haveToo, _ := f.lazyOf(b).held()
		return have && haveToo && reflect.DeepEqual(x.Interface(), y.Interface())
	}
	return reflect.DeepEqual(f.of(a).Interface(), f.of(b).Interface())
}

// takeOver gives the join a branch's value of the field, by reference.
func (f *field) takeOver(into, branch reflect.Value) {
	mine, theirs := leftOf(into), leftOf(branch)
	if mine == nil || theirs == nil {
		f.of(into).Set(f.of(branch))
		return
	}
	from, ok := theirs.from[f.Name]
	if ok {
		mine.from[f.Name] = from
	}
	if _, have, set := lazyState(f, branch); f.lazy && ok && !have && !set {
		mine.task.bind(f, into, from)
		return
	}
	f.of(into).Set(f.of(branch))
}

func lazyState(f *field, flow reflect.Value) (v reflect.Value, have, set bool) {
	if !f.lazy {
		return reflect.Value{}, false, false
	}
	return f.lazyOf(flow).held()
}

// passUnknown takes over the artifacts that no field is for, set by steps in another language or by an earlier version of the flow.
func passUnknown(p *program, into reflect.Value, branches []any) error {
	mine := leftOf(into)
	if mine == nil {
		return nil
	}
	found := map[string]source{}
	var differing []string
	for _, branch := range branches {
		theirs := leftOf(reflect.ValueOf(branch))
		if theirs == nil {
			continue
		}
		for name, from := range theirs.from {
			if strings.HasPrefix(name, "_") || name == "name" || p.field(name) != nil {
				continue
			}
			if known, ok := found[name]; !ok {
				found[name] = from
			} else if known.ref.Key != from.ref.Key && !slices.Contains(differing, name) {
				differing = append(differing, name)
			}
		}
	}
	if len(differing) > 0 {
		slices.Sort(differing)
		return fmt.Errorf("flow.Merge can't merge the artifacts %s, for which %s has no fields: the branches have different values", strings.Join(differing, ", "), p.name)
	}
	for name, from := range found {
		if _, have := mine.from[name]; !have {
			mine.from[name] = from
		}
	}
	return nil
}

func unmerged(differing []difference, missing []string) error {
	var faults []error
	if len(differing) > 0 {
		names := make([]string, len(differing))
		for i, d := range differing {
			names[i] = d.field.goName + d.where()
		}
		faults = append(faults, fmt.Errorf("flow.Merge can't merge %s: the branches have different values; set the field before, or leave it out with flow.Exclude",
			strings.Join(names, ", ")))
	}
	if len(missing) > 0 {
		faults = append(faults, fmt.Errorf("flow.Merge is to include %s, which no branch has", strings.Join(missing, ", ")))
	}
	return errors.Join(faults...)
}

// where says which tasks the different values come from.
func (d difference) where() string {
	one, other := leftOf(reflect.ValueOf(d.first)), leftOf(reflect.ValueOf(d.other))
	if one == nil || other == nil {
		return ""
	}
	inputs := one.task.inputs
	return fmt.Sprintf(" (%s and %s)", inputs[one.from[d.field.Name].input].Pathspec, inputs[other.from[d.field.Name].input].Pathspec)
}
