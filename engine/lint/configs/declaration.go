package configs

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checkDeclaration reports declarations of configs that fail when the flow's class is made or when it starts.
func checkDeclaration(c *checker) {
	for _, d := range c.certain() {
		if d.Spread() {
			continue
		}
		if !given(d, "name") {
			c.report(d.Range, "The name is what --config takes: Config(\""+d.Attr+"\").", "config %q has no name", d.Attr)
			continue
		}
		c.both(d)
		for i := range d.Args {
			c.argument(d, &d.Args[i])
		}
	}
}

func given(d *graph.Config, name string) bool {
	for _, a := range d.Args {
		if a.Name == name {
			return true
		}
	}
	return false
}

// both reports a config with two defaults.
func (c *checker) both(d *graph.Config) {
	file, value := d.Arg("default"), d.Arg("default_value")
	if file == nil || value == nil || !certainly(file) || !certainly(value) {
		return
	}
	c.report(value.Range, "Keep one: default is the path of a file, default_value is the value itself.",
		"config %q has both a default file and a default value", owner(d)).Relate(file.Range, "this is the default file")
}

// certainly reports whether an argument is sure not to be None.
func certainly(a *graph.ConfigArg) bool { return a.Function || a.Value.Kind != graph.ComputedKind }

func (c *checker) argument(d *graph.Config, a *graph.ConfigArg) {
	switch {
	case a.Value.Kind == graph.NullKind:
	case a.Reads:
		c.report(a.Range, "Configs are read all at once. Compute what depends on another config in a step, or give both in one file.",
			"config %q depends on a config, which has no value yet", owner(d))
	case a.Function:
		if a.Name == "required" || a.Name == "show_default" {
			c.report(a.Range, "Give True or False.", "%s of config %q can't be a function", a.Name, owner(d))
		}
	case a.Name == "default":
		c.path(d, a)
	case a.Name == "default_value":
		c.value(d, a)
	case a.Name == "parser":
		c.parser(d, a)
	case a.Name == "type":
		c.report(a.Range, "Leave it out: a config is an object, or what its parser makes of it.", "config %q can't have a type", owner(d))
	case a.Name == "separator" && a.Value.Kind != graph.ComputedKind:
		c.report(a.Range, "Leave it out, or split the text in a parser with plain=True.", "config %q can't have a separator", owner(d))
	}
}

func (c *checker) path(d *graph.Config, arg *graph.ConfigArg) {
	switch arg.Value.Kind {
	case graph.StringKind, graph.ComputedKind:
		return
	}
	found := c.report(arg.Value.Range, "A value itself is given as default_value.",
		"the default of config %q must be the path of a file, not %s", owner(d), arg.Value.Kind.InWords())
	if named(arg) && arg.Value.Kind == graph.ObjectKind && !given(d, "default_value") {
		name := arg.Range
		name.End = graph.Pos{Line: name.Start.Line, Column: name.Start.Column + len("default")}
		found.Replace(name, "default_value", "Give it as default_value")
	}
}

// named reports whether an argument is given by name.
func named(arg *graph.ConfigArg) bool { return arg.Range.Start != arg.Value.Range.Start }

func (c *checker) value(d *graph.Config, arg *graph.ConfigArg) {
	switch arg.Value.Kind {
	case graph.ArrayKind, graph.IntegerKind, graph.NumberKind, graph.BoolKind:
		c.report(arg.Value.Range, "Put it under a key, as in {\"value\": …}.",
			"the default value of config %q must be an object or a text, not %s", owner(d), arg.Value.Kind.InWords())
	}
}

func (c *checker) parser(d *graph.Config, arg *graph.ConfigArg) {
	if c.flow.IsGo() { // which has formats only: SP608
		return
	}
	detail := "Give a function, or its name with its module, as in \"yaml.safe_load\"."
	var found *lint.Diagnostic
	switch arg.Value.Kind {
	case graph.StringKind:
		if !strings.Contains(strings.TrimPrefix(arg.Value.Text, "."), ".") && !strings.HasPrefix(arg.Value.Text, ".") {
			found = c.report(arg.Value.Range, detail, "the parser %q of config %q names no module", arg.Value.Text, owner(d))
		}
	case graph.BoolKind, graph.IntegerKind, graph.NumberKind, graph.ArrayKind, graph.ObjectKind:
		found = c.report(arg.Value.Range, detail, "the parser of config %q must be a function, not %s", owner(d), arg.Value.Kind.InWords())
	}
	if found != nil && d.Arg("default") == nil && d.Arg("default_value") == nil { // it is asked only when there is a value
		found.Severity = lint.Warning
	}
}
