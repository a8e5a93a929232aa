package configs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// Fit holds a config's value against the type of the field that it is read into. Errors are values of which the field can't be made. Warnings are
// keys that no field reads and that seem to be meant for one: each beside a field that is much like it and gets nothing, or at a place whose keys are
// for this flow alone. None has a code yet.
func Fit(c *graph.Config, v *graph.Value, own func(at graph.Range) bool) []lint.Diagnostic {
	f := &fitting{config: c, own: own}
	f.look("", nil, c.Takes, v)
	return f.found.All()
}

type fitting struct {
	config *graph.Config
	own    func(at graph.Range) bool
	found  lint.Findings
}

// look compares a value with its type. What is computed may turn out to be anything, and null is read into all.
func (f *fitting) look(path string, field *graph.ShapeField, want *graph.Shape, v *graph.Value) {
	switch {
	case want == nil || v == nil || v.Kind == graph.NullKind || v.Kind == graph.ComputedKind:
	case !slices.Contains(want.Kinds, v.Kind):
		f.misfit(path, field, want, v)
	case v.Kind == graph.ArrayKind:
		for i, item := range v.Items {
			f.look(path+"["+strconv.Itoa(i)+"]", field, want.Item, item)
		}
	case len(want.Fields) > 0:
		f.keys(path, want, v)
	case v.Kind == graph.ObjectKind:
		for _, e := range v.Entries {
			f.look(below(path, e.Key), field, want.Item, e.Value)
		}
	}
}

func (f *fitting) keys(path string, want *graph.Shape, v *graph.Value) {
	var missing []string
	for _, field := range want.Fields {
		if v.Entry(field.Key) == nil && !v.Open {
			missing = append(missing, field.Key)
		}
	}
	for i := range v.Entries {
		e := &v.Entries[i]
		if field := want.Field(e.Key); field != nil {
			f.look(below(path, e.Key), field, field.Shape, e.Value)
			continue
		}
		// A file may well have keys that only other flows read, so that more likeness is asked for than where something is sure to be wrong.
		if meant := near.Within(max(1, len(e.Key)/4), e.Key, missing); meant != "" {
			f.relate(f.unreadKey(path, e, fmt.Sprintf("Did you mean %q? Without it %s is zero.", meant, want.Field(meant).Name)), want.Field(meant))
		} else if f.own(e.KeyRange) {
			f.relate(f.unreadKey(path, e, choice(e.Key, want)), nil)
		}
	}
}

func (f *fitting) misfit(path string, field *graph.ShapeField, want *graph.Shape, v *graph.Value) {
	into := "the field"
	if field != nil {
		into = field.Name
	}
	if field != nil && field.Shape != want || field == nil && path != "" {
		into = "what is in " + into
	}
	f.relate(f.found.Report(lint.Rule{Severity: lint.Error}, head(v.Range), "Change the value, or the type of the field.",
		"%s is %s, and %s is of type %s", f.named(path), shown(v), into, want.Type), field)
}

func (f *fitting) unreadKey(path string, e *graph.Entry, detail string) *lint.Diagnostic {
	return f.found.Report(lint.Rule{Severity: lint.Warning}, e.KeyRange, detail, "no field reads %s", f.named(below(path, e.Key)))
}

// choice is a hint to what keys there are.
func choice(key string, want *graph.Shape) string {
	var keys []string
	for _, field := range want.Fields {
		keys = append(keys, field.Key)
	}
	if alike := near.Word(key, keys); alike != "" {
		return fmt.Sprintf("Did you mean %q?", alike)
	}
	if len(keys) > maxKeys {
		keys = append(keys[:maxKeys], "…")
	}
	return fmt.Sprintf("%s has %s.", want.Type, strings.Join(keys, ", "))
}

func (f *fitting) relate(d *lint.Diagnostic, field *graph.ShapeField) {
	if field != nil && field.Range != (graph.Range{}) {
		d.Relate(field.Range, "the field is declared here")
		return
	}
	d.Relate(f.config.Range, "config %q is declared here", owner(f.config))
}

func (f *fitting) named(path string) string {
	if path == "" {
		return fmt.Sprintf("config %q", owner(f.config))
	}
	return fmt.Sprintf("%q of config %q", path, owner(f.config))
}

func below(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

// fit reports what does not fit the fields of the flow, by the running rule: values for an error, keys for a warning.
func (c *checker) fit(severity lint.Severity) {
	for _, s := range c.sources {
		if s.Value == nil || s.Fault != nil || s.Value.Kind != graph.ObjectKind {
			continue
		}
		for _, d := range Fit(s.Config, s.Value, func(at graph.Range) bool { return at.File == s.Config.Range.File }) {
			if d.Severity == severity {
				d.Code = c.rule.Code
				c.found.Add(d)
			}
		}
	}
}
