package python

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// switchForm reads self.next({case: self.step, …}, condition="artifact").
func (r *transitionReader) switchForm(dict *flatNode) {
	r.cases(dict)
	condition, given := r.keywords["condition"]
	switch {
	case !given:
		r.invalid(dict, graph.FlawCondition, "a dictionary of cases needs condition=\"name\", the artifact that chooses")
	case len(r.order) > 1:
		r.invalid(nil, graph.FlawForm, "%s and %s can't be combined", r.order[0], r.order[1])
	default:
		r.condition(condition)
	}
	if len(r.t.Targets) == 0 {
		r.invalid(dict, graph.FlawCases, "the switch has no cases")
	}
	if r.t.Kind != graph.Invalid {
		r.t.Kind = graph.Switch
	}
}

func (r *transitionReader) condition(value *flatNode) {
	r.t.ConditionRange = r.f.span(value)
	name, ok := r.f.stringValue(value)
	switch {
	case !ok:
		r.invalid(value, graph.FlawCondition, "condition takes the name of an artifact as a string")
	case name == "":
		r.invalid(value, graph.FlawCondition, "the condition names no artifact")
	}
	r.t.Condition = name
}

func (r *transitionReader) cases(dict *flatNode) {
	seen := map[string]int{}
	for _, pair := range r.f.children(dict) {
		if !r.f.is(pair, "pair") {
			r.unread(pair, "the cases are computed")
			continue
		}
		key, value := r.f.field(pair, fieldKey), r.f.unwrap(r.f.field(pair, fieldValue))
		text, kind, identity := r.caseOf(r.f.unwrap(key))
		if kind == "" {
			r.invalid(key, graph.FlawForm, "a case must be a string, a number, True, False or self.config.key")
			identity = r.f.source(pair)
		}
		if !r.ownStep(value) {
			r.unread(value, "a case must lead to a step written as self.name")
			continue
		}
		name := r.f.field(value, fieldAttribute)
		t := graph.Target{Step: r.f.source(name), Case: text, CaseType: kind, CaseRange: r.f.span(key), Range: r.f.span(name)}
		if i, twice := seen[identity]; twice { // the later value of a key wins, at the first one's place
			t.Case, t.CaseType = r.t.Targets[i].Case, r.t.Targets[i].CaseType
			r.t.Targets[i] = t
			continue
		}
		seen[identity] = len(r.t.Targets)
		r.t.Targets = append(r.t.Targets, t)
	}
}

func (r *transitionReader) ownStep(value *flatNode) bool {
	if !r.f.is(value, "attribute") {
		return false
	}
	object := r.f.unwrap(r.f.field(value, fieldObject))
	return r.f.is(object, "identifier") && r.f.source(object) == "self"
}

// caseOf returns a case as Python's str() shows it, its type, and a text that is equal for keys that Python takes as equal.
func (r *transitionReader) caseOf(key *flatNode) (text, kind, identity string) {
	if s, ok := r.f.stringValue(key); ok {
		return s, "str", "s" + s
	}
	source := strings.ReplaceAll(r.f.source(key), "_", "")
	switch r.f.kind(key) {
	case "true":
		return "True", "bool", "n1"
	case "false":
		return "False", "bool", "n0"
	case "integer":
		if n, ok := new(big.Int).SetString(source, 0); ok && len(source) < 1000 {
			return n.String(), "int", "n" + n.String()
		}
	case "float":
		if v, err := strconv.ParseFloat(source, 64); err == nil {
			return pythonFloat(v), "float", "n" + strconv.FormatFloat(v, 'f', -1, 64)
		}
	case "string":
		if prefix, _ := splitString(source); strings.EqualFold(prefix, "b") {
			return r.f.source(key), "bytes", source
		}
	case "attribute":
		if config := r.configKey(key); config != "" {
			return config, "config", config
		}
	}
	return "", "", ""
}

// configKey returns config:var.key for self.var.key.
func (r *transitionReader) configKey(key *flatNode) string {
	config := r.f.unwrap(r.f.field(key, fieldObject))
	if !r.ownStep(config) {
		return ""
	}
	return "config:" + r.f.source(r.f.field(config, fieldAttribute)) + "." + r.f.source(r.f.field(key, fieldAttribute))
}

// pythonFloat writes a float as Python's repr does.
func pythonFloat(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
