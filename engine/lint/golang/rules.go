package golang

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// check is a rule with the oddities it is about.
type check struct {
	lint.Rule
	tell map[graph.OddityKind]func(c *checker, o graph.Oddity)
}

// one is the table's entry of a rule about one kind of oddity.
func one(kind graph.OddityKind, tell func(*checker, graph.Oddity)) map[graph.OddityKind]func(*checker, graph.Oddity) {
	return map[graph.OddityKind]func(*checker, graph.Oddity){kind: tell}
}

// checks is the table of all rules. Codes never change their meaning; a rule that goes leaves its code unused.
func checks() []check {
	return []check{
		{lint.NewRule("SP600", lint.Error, "code does not compile"), nil}, // reported of the source
		{lint.NewRule("SP601", lint.Error, "foreach item of another type"), one(graph.OddItem, tellItem)},
		{lint.NewRule("SP602", lint.Error, "join of another flow"), one(graph.OddJoin, tellJoin)},
		{lint.NewRule("SP603", lint.Warning, "transition to a method of another value"), one(graph.OddReceiver, tellReceiver)},
		{lint.NewRule("SP604", lint.Error, "step works on a copy of the flow"), one(graph.OddValue, tellValue)},
		{lint.NewRule("SP605", lint.Warning, "method is almost a step"), one(graph.OddSignature, tellSignature)},
		{lint.NewRule("SP606", lint.Error, "artifact's type can't be stored"), map[graph.OddityKind]func(*checker, graph.Oddity){
			graph.OddUnstorable: tellUnstorable, graph.OddCycle: tellCycle,
		}},
		{lint.NewRule("SP607", lint.Warning, "unexported field is used as an artifact"), one(graph.OddUnexported, tellUnexported)},
		{lint.NewRule("SP608", lint.Error, "tag has a value that can't be"), map[graph.OddityKind]func(*checker, graph.Oddity){
			graph.OddDefault: tellDefault, graph.OddChoice: tellChoice,
		}},
		{lint.NewRule("SP609", lint.Warning, "unknown key in a field's tag"), map[graph.OddityKind]func(*checker, graph.Oddity){
			graph.OddTag: tellTag, graph.OddMalformed: tellMalformed,
		}},
		{lint.NewRule("SP610", lint.Error, "two things have the same name"), one(graph.OddDuplicate, tellDuplicate)},
		{lint.NewRule("SP611", lint.Error, "type that no parameter can have"), one(graph.OddParameter, tellParameter)},
		{lint.NewRule("SP612", lint.Error, "options for what is no step"), one(graph.OddOption, tellOption)},
		{lint.NewRule("SP613", lint.Error, "catch without a field for the failure"), map[graph.OddityKind]func(*checker, graph.Oddity){
			graph.OddCatchField: tellCatchField, graph.OddCatchType: tellCatchType,
		}},
		{lint.NewRule("SP614", lint.Error, "merge names no field"), one(graph.OddMerge, tellMerge)},
	}
}

// Rules lists the rules of this package by code.
func Rules() []lint.Rule {
	var out []lint.Rule
	for _, c := range checks() {
		out = append(out, c.Rule)
	}
	return out
}

// checker holds what the rules look at and what they found.
type checker struct {
	flow  *graph.Flow
	rule  lint.Rule
	found lint.Findings
}

// Check tells the flow's oddities, sorted by position.
func Check(f *graph.Flow) []lint.Diagnostic {
	c := &checker{flow: f}
	for _, rule := range checks() {
		c.rule = rule.Rule
		for _, o := range f.Oddities {
			if tell := rule.tell[o.Kind]; tell != nil {
				tell(c, o)
			}
		}
	}
	return c.found.Sorted()
}

func (c *checker) report(o graph.Oddity, detail, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, o.Range, detail, format, args...)
}

func tellItem(c *checker, o graph.Oddity) {
	c.report(o, "Ask for flow.Item["+o.Want+"](ctx).", "step %q asks for an item of type %s, and the foreach over %s has items of type %s", o.Step, o.Got, o.Name, o.Want).
		Relate(o.Related, "the foreach goes over %s", o.Name)
}

func tellJoin(c *checker, o graph.Oddity) {
	c.report(o, "Write []*"+o.Want+".", "the join %s takes the inputs of %s, and is a step of %s", o.Step, o.Got, o.Want)
}

func tellReceiver(c *checker, o graph.Oddity) {
	d := c.report(o, "", "%s leads to the method %s of %s: the next step works on the flow as this one leaves it, whatever %s is", o.Step, o.Name, o.Got, o.Got)
	if o.Want != "" {
		d.Detail = "Write " + o.Want + "." + o.Name + "."
	}
}

func tellValue(c *checker, o graph.Oddity) {
	c.report(o, "Make the receiver a pointer: *"+o.Want+".", "the step %s gets a copy of the flow, so that nothing it sets is kept", o.Step)
}

func tellSignature(c *checker, o graph.Oddity) {
	c.report(o, "A step is an exported method with one of the signatures (ctx flow.Context), (ctx flow.Context, item T) and (ctx flow.Context, inputs []*"+c.flow.Name+
		"), each returning (flow.Next, error).", "the method %s is no step: %s", o.Step, o.Got)
}

func tellUnstorable(c *checker, o graph.Oddity) {
	what := o.Got
	if o.Want != "" && o.Want != o.Name {
		what = o.Want + " is " + what
	} else {
		what = "it is " + what
	}
	c.report(o, "Keep what is needed to make it again, or leave the field to the step alone with the tag `artifact:\"-\"`.",
		"the artifact %s can't be stored: %s", o.Name, what)
}

func tellCycle(c *checker, o graph.Oddity) {
	d := c.report(o, "Leave the field that points back out with the tag `artifact:\"-\"`, or store the value as gob after you have cut the cycle.",
		"the artifact %s can't be stored where %s points back to what it is in", o.Name, o.Got)
	d.Severity = lint.Warning
}

func tellUnexported(c *checker, o graph.Oddity) {
	c.report(o, "Make it an artifact: let its name start with a capital letter.", "step %q sets %s, and step %q will not see it: fields with small letters are not stored", o.Step, o.Name, o.Want)
}

func tellDefault(c *checker, o graph.Oddity) {
	c.report(o, "", "the default %q of the parameter %s is not %s", o.Got, o.Name, article(o.Want))
}

// article puts an article before a type.
func article(what string) string {
	switch {
	case what == "JSON" || strings.HasPrefix(what, "one of"):
		return what
	case strings.ContainsAny(what[:1], "aeiou"):
		return "an " + what
	}
	return "a " + what
}

func tellChoice(c *checker, o graph.Oddity) {
	c.report(o, "It can be "+o.Want+".", "%q is no value of the tag's key %s", o.Got, o.Name)
}

// tellTag tells keys that are like one that is known, or that belong to another kind of field; others may be there for other packages.
func tellTag(c *checker, o graph.Oddity) {
	known := strings.Fields(o.Want)
	switch o.Got {
	case "default", "help", "required", "choices", "separator", "file", "value", "parser":
		c.report(o, "", "the key %s means nothing on the field %s%s", o.Got, o.Name, without(known, o.Got))
		return
	}
	meant := near.Word(o.Got, append(known, "param", "config", "default"))
	if meant != "" && meant != o.Got && !foreign[o.Got] {
		c.report(o, fmt.Sprintf("Did you mean %s?", meant), "the key %s of the field %s means nothing", o.Got, o.Name)
	}
}

// foreign are keys of other packages that are like ours by chance.
var foreign = map[string]bool{"json": true, "yaml": true, "toml": true, "xml": true, "db": true, "form": true, "validate": true, "env": true}

func without(known []string, key string) string {
	for _, k := range known {
		if k == "config" {
			return ", which is a config"
		}
		if k == "param" {
			return ", which is a parameter"
		}
	}
	if key == "file" || key == "value" || key == "parser" {
		return ", which is no config"
	}
	return ", which is no parameter"
}

func tellMalformed(c *checker, o graph.Oddity) {
	d := c.report(o, "Write `key:\"value\" key:\"value\"`.", "the tag of the field %s is not written as tags are, so that part of it is not read", o.Name)
	d.Severity = lint.Error
}

func tellDuplicate(c *checker, o graph.Oddity) {
	c.report(o, "Rename one of them, or give a field another name by the tag `artifact:\"name\"`.", "%s and %s are both called %s outside of Go", o.Want, o.Name, o.Got).
		Relate(o.Related, "%s is here", o.Want)
}

func tellParameter(c *checker, o graph.Oddity) {
	c.report(o, "Parameters are numbers, strings, bools, durations, slices of those, flow.File, or anything that JSON can say.", "the parameter %s can't be %s", o.Name, o.Got)
}

func tellOption(c *checker, o graph.Oddity) {
	c.report(o, "Give it a step as a method expression, as in flow.Step((*"+c.flow.Name+").Start, …).", "flow.Step is given %s, which is no step of %s", o.Name, c.flow.Name)
}

func tellCatchField(c *checker, o graph.Oddity) {
	c.report(o, "Name a field of type *flow.Failure by its Go name.", "the catch of step %q names %q, which is no field of %s", o.Step, o.Got, c.flow.Name)
}

func tellCatchType(c *checker, o graph.Oddity) {
	c.report(o, "Make it a *flow.Failure.", "the catch of step %q keeps the failure in %s, which is a %s", o.Step, o.Name, o.Got).Relate(o.Related, "%s is declared here", o.Name)
}

func tellMerge(c *checker, o graph.Oddity) {
	c.report(o, "Fields are named by their Go names.", "the merge names %q, which is no field of %s", o.Name, c.flow.Name)
}
