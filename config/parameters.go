package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// parameters reports values of parameters that the flow does not have, or that can't be theirs.
func (j *judge) parameters(v *Variant, f *graph.Flow) {
	var names []string
	for _, p := range f.Parameters {
		if p.Class != "Config" && p.Name != "" {
			names = append(names, p.Name)
		}
	}
	for _, given := range v.Parameters {
		i := slices.IndexFunc(f.Parameters, func(p *graph.Parameter) bool { return p.Name == given.Name && p.Class != "Config" })
		switch {
		case i >= 0:
			if wrong := unfit(given.Value, f.Parameters[i]); wrong != "" {
				j.malformed(first(given.Value.Range), "Give a value of that kind.", "%s", wrong)
			}
		case f.Configs.Named(given.Name) != nil:
			j.missing(given.At, "Give configs their files under configs, and single values under set.", "%q of %s is a config, not a parameter", given.Name, f.Name)
		case certain(f) && !slices.ContainsFunc(f.Parameters, func(p *graph.Parameter) bool { return p.Spread || p.Name == "" }):
			j.missing(given.At, alike(given.Name, names, "The flow has no parameters."), "%s has no parameter %q", f.Name, given.Name)
		}
	}
	for _, t := range v.Triggers {
		for name := range t.Parameters {
			if certain(f) && !slices.Contains(names, name) {
				j.missing(t.At, alike(name, names, "The flow has no parameters."), "%s has no parameter %q", f.Name, name)
			}
		}
	}
	j.startable(v, f)
}

// startable reports schedules of flows that can't start without somebody to give values.
func (j *judge) startable(v *Variant, f *graph.Flow) {
	if v.Schedule == nil || !certain(f) {
		return
	}
	for _, p := range f.Parameters {
		has := slices.ContainsFunc(v.Parameters, func(given Value) bool { return given.Name == p.Name })
		if p.Class == "Config" || !p.Required || p.Spread || has || p.Default != "" && p.Default != "None" {
			continue
		}
		j.target("SP506", v.Schedule.Cron.Range, "Give it a value under parameters, or a default in the flow.",
			"a schedule can't start %s: its parameter %q needs a value", f.Name, p.Name).Relate(p.Range, "the parameter is declared here")
	}
}

// unfit says why a value can't be that of a parameter, empty where it can.
func unfit(v *graph.Value, p *graph.Parameter) string {
	if v.Kind == graph.ComputedKind || v.Kind == graph.NullKind {
		return ""
	}
	kind := p.Type
	if p.Class == "IncludeFile" {
		kind = "path"
	}
	compound := v.Kind == graph.ObjectKind || v.Kind == graph.ArrayKind
	ok, wanted := true, ""
	switch kind {
	case "int":
		_, err := strconv.ParseInt(strings.TrimSpace(v.Text), 10, 64)
		ok, wanted = v.Kind == graph.IntegerKind || v.Kind == graph.StringKind && err == nil, "an integer"
	case "float":
		_, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64)
		ok, wanted = v.Kind == graph.IntegerKind || v.Kind == graph.NumberKind || v.Kind == graph.StringKind && err == nil, "a number"
	case "bool":
		words := []string{"true", "false", "1", "0", "yes", "no", "on", "off", "t", "f", "y", "n"}
		ok, wanted = v.Kind == graph.BoolKind || !compound && slices.Contains(words, strings.ToLower(v.Text)), "true or false"
	case "str":
		ok, wanted = !compound, "a text"
	case "path":
		ok, wanted = v.Kind == graph.StringKind, "the path of a file"
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("parameter %q takes %s, and not %s", p.Name, wanted, short(document.Encode(v)))
}

func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
