package artifacts

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

func checkCases(c *checker) {
	for _, s := range c.reached() {
		t := s.Step.Next
		if t == nil || t.Kind != graph.Switch || t.Condition == "" {
			continue
		}
		cases, ok := caseValues(t)
		if !ok {
			continue
		}
		if m := c.data.Member(t.Condition); m != nil {
			if m.Kind == graph.MemberConstant && m.Content.Kind.Scalar() && !cases[identity(m.Content)] {
				c.fail(t.ConditionRange, "Add a case for it.", "the switch of step %q has no case for %s, the value of %q", s.Name, describe(m.Content), t.Condition)
			}
			continue
		}
		c.judgeCases(s, t, cases)
	}
}

func (c *checker) judgeCases(s step, t *graph.Transition, cases map[string]bool) {
	values, sure := c.values(s, t.Condition)
	bad, first := 0, -1
	for i, v := range values {
		if v.Write.Kind != graph.Assign || !v.Write.Content.Kind.Scalar() || identity(v.Write.Content) == "" {
			sure = false
		} else if !cases[identity(v.Write.Content)] {
			bad++
			if first < 0 {
				first = i
			}
		}
	}
	if bad == 0 {
		return
	}
	content := values[first].Write.Content
	format := "the switch of step %q has no case for %s, a value of %q"
	if sure && bad == len(values) {
		d := c.fail(t.ConditionRange, "Add a case for it.", format, s.Name, describe(content), t.Condition)
		c.relateSources(d, t.Condition, values[first:first+1])
	} else if values[first].Step == s.Name {
		d := c.warn(t.ConditionRange, "Add a case for it.", format, s.Name, describe(content), t.Condition)
		c.relateSources(d, t.Condition, values[first:first+1])
	}
}

// caseValues are the cases of a switch as keys that are equal where Python's are. It is false where a case is not known.
func caseValues(t *graph.Transition) (map[string]bool, bool) {
	out := map[string]bool{}
	for _, target := range t.Targets {
		var key string
		switch target.CaseType {
		case "str":
			key = "s" + target.Case
		case "bool", "int", "float":
			key = number(target.Case)
		}
		if key == "" {
			return nil, false
		}
		out[key] = true
	}
	return out, len(out) > 0
}

func identity(v graph.Content) string {
	switch v.Kind {
	case graph.ContentString:
		return "s" + v.Text
	case graph.ContentNone:
		return "None"
	case graph.ContentNumber, graph.ContentBool:
		return number(v.Text)
	}
	return ""
}

// number makes numbers the same text where Python takes them as equal, the booleans included.
func number(text string) string {
	switch text {
	case "True":
		return "n1"
	case "False":
		return "n0"
	}
	if n, ok := new(big.Int).SetString(text, 0); ok && len(text) < 100 {
		return "n" + n.String()
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return "n" + strings.TrimSuffix(strconv.FormatFloat(f, 'f', -1, 64), ".0")
	}
	return ""
}

// stored is the same text for the same bytes in the store, where 1, 1.0 and True are three values. It is empty where that is not known.
func stored(v graph.Content) string {
	if v.Kind != graph.ContentNumber {
		return string(v.Kind) + v.Text
	}
	text := strings.NewReplacer("_", "", " ", "").Replace(v.Text)
	if n, ok := new(big.Int).SetString(text, 0); ok && len(text) < 100 {
		return "int" + n.String()
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return "float" + strconv.FormatFloat(f, 'g', -1, 64)
	}
	return ""
}
