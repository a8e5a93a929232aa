package explain

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// Decorator explains a decorator of the SDK with its arguments; empty for any other.
func Decorator(d *graph.Decorator) string {
	known := catalog.Lookup(d.SDK)
	if known == nil {
		return ""
	}
	return blocks(title(known), prose(known.Doc), arguments(known))
}

// CatalogDecorator is the same for one that is not written yet.
func CatalogDecorator(d *catalog.Decorator) string {
	return blocks(title(d), prose(d.Doc), arguments(d))
}

func title(d *catalog.Decorator) string {
	return "**@" + d.Name + "** · " + string(d.Level) + " decorator"
}

func arguments(d *catalog.Decorator) string {
	var lines []string
	for i := range d.Args {
		lines = append(lines, "- "+argument(&d.Args[i]))
	}
	return strings.Join(lines, "\n")
}

// Argument explains an argument of a decorator of the SDK; empty for any other.
func Argument(decorator, name string) string {
	d := catalog.Lookup(decorator)
	if d == nil {
		return ""
	}
	a := d.Arg(name)
	if a == nil {
		return ""
	}
	return blocks("**@"+decorator+"** "+argument(a), values(a))
}

func argument(a *catalog.Arg) string {
	s := code(a.Name)
	if a.Required {
		s = "**" + a.Name + "**"
	}
	s += " " + typesOf(a)
	if a.Unit != "" {
		s += ", " + a.Unit
	}
	if a.Default != "" && a.Default != "None" {
		s += ", " + code(a.Default) + " if not given"
	}
	return s + ": " + prose(a.Doc)
}

func typesOf(a *catalog.Arg) string {
	var out []string
	for _, t := range a.Types {
		out = append(out, string(t))
	}
	return strings.Join(out, " or ")
}

func values(a *catalog.Arg) string {
	if len(a.Values) == 0 {
		return ""
	}
	list := slices.Clone(a.Values)
	for i, v := range list {
		list[i] = code(v)
	}
	return "One of " + strings.Join(list, ", ") + "."
}
