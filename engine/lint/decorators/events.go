package decorators

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// checkEvents reports events and flows that @trigger and @trigger_on_finish can't take.
func checkEvents(c *checker) {
	for _, u := range c.named("trigger") {
		seen := map[string]graph.Range{}
		for _, e := range elements(u, "event", "events") {
			c.event(u, e)
			c.eventTwice(u, e, seen)
		}
	}
	for _, u := range c.named("trigger_on_finish") {
		for _, e := range elements(u, "flow", "flows") {
			c.upstream(u, e)
		}
	}
}

// elements lists the value of one argument and the items of another.
func elements(u use, one, several string) []graph.Literal {
	var out []graph.Literal
	if a := u.Arg(one); a != nil {
		out = append(out, a.Literal)
	}
	if a := u.Arg(several); a != nil && a.Literal.Kind == graph.LiteralList {
		for _, item := range a.Literal.Items {
			if !slices.Contains([]graph.LiteralKind{
				graph.LiteralStr, graph.LiteralText, graph.LiteralDict, graph.LiteralFunction, graph.LiteralComputed,
			}, item.Kind) {
				item.Text, item.Kind = kindWords(item), unfit
			}
			out = append(out, item)
		}
	}
	return out
}

// unfit marks an item that is neither a name nor a dictionary; its text says what it is.
const unfit graph.LiteralKind = "unfit"

// invalid reports what is wrong with an event; it is an error where nothing can change the decorator any more.
func (c *checker) invalid(u use, at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return soften(u, c.report(at, detail, format, args...), true)
}

func (c *checker) event(u use, e graph.Literal) {
	switch e.Kind {
	case unfit:
		c.invalid(u, e.Range, "Give its name, or a dictionary with name and parameters.", "an event can't be %s", e.Text)
	case graph.LiteralDict:
		if e.Get("name") == nil && !e.Open && len(e.Keys) > 0 && named(e) {
			c.invalid(u, e.Range, `Add "name".`, "the event has no name")
		}
		c.keys(u, e, []string{"name", "parameters"}, "an event")
		if p := e.Get("parameters"); p != nil {
			c.mapping(u, *p)
		}
	}
}

// named is true for a dictionary whose keys are all written out.
func named(e graph.Literal) bool {
	return !slices.ContainsFunc(e.Keys, func(k graph.Literal) bool { return k.Kind != graph.LiteralStr })
}

// keys reports keys that are not read.
func (c *checker) keys(u use, e graph.Literal, known []string, of string) {
	for _, k := range e.Keys {
		if k.Kind != graph.LiteralStr || slices.Contains(known, k.Text) {
			continue
		}
		alike := near.Word(k.Text, known)
		if of == "a flow" && k.Text == "branch" {
			alike = "project_branch"
		}
		if alike == "" || e.Get(alike) != nil {
			continue
		}
		d := c.report(k.Range, "Did you mean "+alike+"?", "%s has no %q", of, k.Text)
		d.Severity = lint.Warning
		d.Replace(k.Range, strconv.Quote(alike), "Change to "+alike)
	}
}

// mapping reports parameters of an event that are not names.
func (c *checker) mapping(u use, p graph.Literal) {
	const detail = "Give a dictionary of parameters and fields of the event, or a list of names and pairs in parentheses."
	switch p.Kind {
	case graph.LiteralDict:
		for i, k := range p.Keys {
			if v := p.Items[i]; !text(k) || !text(v) {
				c.invalid(u, v.Range, detail, "the parameters of an event are names, not %s", kindWords(firstNot(k, v)))
			}
		}
	case graph.LiteralList:
		for _, item := range p.Items {
			pair := item.Kind == graph.LiteralTuple && !item.Open && len(item.Items) == 2 && text(item.Items[0]) && text(item.Items[1])
			if !text(item) && !pair && !(item.Kind == graph.LiteralTuple && item.Open) {
				c.invalid(u, item.Range, detail, "the parameters of an event are names or pairs in parentheses, not %s", kindWords(item))
			}
		}
	}
}

// text is true for what may be a text.
func text(l graph.Literal) bool {
	return l.Kind == graph.LiteralStr || l.Kind == graph.LiteralText || l.Kind == graph.LiteralComputed
}

func firstNot(k, v graph.Literal) graph.Literal {
	if text(k) {
		return v
	}
	return k
}

func (c *checker) eventTwice(u use, e graph.Literal, seen map[string]graph.Range) {
	if e.Kind == graph.LiteralDict {
		name := e.Get("name")
		if name == nil {
			return
		}
		e = *name
	}
	if e.Kind != graph.LiteralStr || e.Text == "" {
		return
	}
	if first, twice := seen[e.Text]; twice {
		c.invalid(u, e.Range, "Name each event once.", "@trigger names the event %q twice", e.Text).Relate(first, "the first time")
		return
	}
	seen[e.Text] = e.Range
}

var flowWord = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// upstream reports what can't be the flow to wait for.
func (c *checker) upstream(u use, e graph.Literal) {
	switch e.Kind {
	case unfit:
		c.invalid(u, e.Range, "Give its name, or a dictionary with name, project and project_branch.", "a flow to wait for can't be %s", e.Text)
	case graph.LiteralStr:
		if e.Text == "" {
			return
		}
		name := e.Text[strings.LastIndexByte(e.Text, '.')+1:]
		if strings.Count(e.Text, ".") == 1 || !flowWord.MatchString(name) {
			c.invalid(u, e.Range, "Write Flow or project.branch.Flow.", "%q can't be the flow to wait for", e.Text)
		}
	case graph.LiteralDict:
		c.upstreamDict(u, e)
	}
}

func (c *checker) upstreamDict(u use, e graph.Literal) {
	name := e.Get("name")
	switch {
	case name == nil && !e.Open && len(e.Keys) > 0 && named(e):
		c.invalid(u, e.Range, `Add "name".`, "the flow to wait for has no name")
	case name != nil && (!text(*name) || name.Kind == graph.LiteralStr && strings.Contains(name.Text, ".")):
		c.invalid(u, name.Range, "Give the name alone, project and project_branch beside it.", "%s can't be the name of a flow", name.Text)
	}
	for _, key := range []string{"project", "project_branch"} {
		if v := e.Get(key); v != nil && !text(*v) {
			c.invalid(u, v.Range, "Give a string.", "the %s of a flow can't be %s", key, kindWords(*v))
		}
	}
	c.keys(u, e, []string{"name", "project", "project_branch"}, "a flow")
}
