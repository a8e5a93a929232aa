package suggest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
)

// atDecorator reports whether an expression is the name of a decorator: @re at the start of a line.
func (p *Place) atDecorator(ch *Chain) bool {
	return ch != nil && len(ch.Parts) == 0 && p.Quote == "" && len(p.Brackets) == 0 && ch.First == p.Statement+1 && p.decorates()
}

var definition = regexp.MustCompile(`^(?:async\s+)?(class|def)\s+(\w+)`)

// below is the first class or function below the place with nothing but decorators between, empty where there is none.
func (p *Place) below() (kind, name string) {
	depth := 0
	for line := range strings.SplitSeq(p.Text[p.Offset+len(p.rest()):], "\n") {
		line = strings.TrimSpace(line)
		inside := depth > 0
		depth += strings.Count(line, "(") - strings.Count(line, ")")
		if line == "" || line[0] == '#' || line[0] == '@' || inside {
			continue
		}
		if m := definition.FindStringSubmatch(line); m != nil {
			return m[1], m[2]
		}
		return "", ""
	}
	return "", ""
}

// classBelow is the class that the place is a decorator of.
func (p *Place) classBelow() string {
	if kind, name := p.below(); kind == "class" {
		return name
	}
	return ""
}

// decoratorNames offers the decorators that a step or a flow can have.
func (c *completer) decoratorNames() {
	kind, name := c.below()
	switch {
	case len(c.Headers) == 0 && kind == "class":
		if c.facts = c.src.of(name); c.facts != nil {
			c.offer(catalog.Flow, c.above())
		}
	case len(c.Headers) == 1 && c.Headers[0].Class && c.facts != nil && kind != "class":
		used := c.above()
		if !used["step"] {
			c.out.add(Item{Kind: Decorator, Label: "step", Detail: "makes a method a step"})
		}
		c.offer(catalog.Step, used)
	}
}

func (c *completer) offer(level catalog.Level, used map[string]bool) {
	for _, name := range catalog.Names(level) {
		d := catalog.Lookup(name)
		if used[name] && !d.Multiple {
			continue
		}
		c.out.add(Item{Kind: Decorator, Label: name, Detail: firstClause(d.Doc), Snippet: call(d), Rank: 1})
	}
}

const shortDoc = 60

// firstClause is the start of a sentence.
func firstClause(doc string) string {
	for _, stop := range []string{"; ", ": ", "."} {
		doc, _, _ = strings.Cut(doc, stop)
	}
	if len(doc) > shortDoc {
		return doc[:strings.LastIndexByte(doc[:shortDoc], ' ')] + " …"
	}
	return doc
}

// call is the snippet of a decorator with the arguments that it is mostly given.
func call(d *catalog.Decorator) string {
	if len(d.Args) == 0 {
		return ""
	}
	var args []string
	for _, a := range d.Args {
		if a.Required {
			args = append(args, argument(&a, len(args)+1))
		}
	}
	if len(args) == 0 {
		if lead := d.Lead(); lead != nil {
			args = append(args, argument(lead, 1))
		}
	}
	if len(args) == 0 {
		return d.Name + "($1)"
	}
	return d.Name + "(" + strings.Join(args, ", ") + ")"
}

var escapes = strings.NewReplacer(`\`, `\\`, "$", `\$`, "}", `\}`)

// argument is the snippet of an argument with its default to type over.
func argument(a *catalog.Arg, n int) string {
	stop := "$" + string(rune('0'+n))
	plain := a.Default != "" && a.Default != "None"
	if slices.Contains(a.Types, catalog.Str) && a.Types[0] == catalog.Str {
		if plain {
			stop = "${" + string(rune('0'+n)) + ":" + escapes.Replace(a.Default) + "}"
		}
		return a.Name + `="` + stop + `"`
	}
	if plain {
		stop = "${" + string(rune('0'+n)) + ":" + escapes.Replace(a.Default) + "}"
	}
	return a.Name + "=" + stop
}

var decoratorLine = regexp.MustCompile(`^\s*@(?:\w+\.)*(\w+)`)

// above are the decorators around the place that belong to the same class or function.
func (c *completer) above() map[string]bool {
	out := map[string]bool{}
	lines := strings.Split(c.Text[:c.Statement], "\n")
	depth := 0
	for i := len(lines) - 2; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		depth += strings.Count(line, ")") - strings.Count(line, "(")
		m := decoratorLine.FindStringSubmatch(line)
		if m != nil {
			out[m[1]] = true
		}
		if m == nil && depth <= 0 && (line == "" || line[0] != '#') {
			break
		}
	}
	for line := range strings.SplitSeq(c.Text[c.Offset:], "\n") {
		if m := decoratorLine.FindStringSubmatch(line); m != nil {
			out[m[1]] = true
		}
		if definition.MatchString(strings.TrimSpace(line)) {
			break
		}
	}
	return out
}

// decoratorArguments offers the arguments of the decorator that the place is in the call of.
func (c *completer) decoratorArguments(ch *Chain) {
	b, ok := c.innermost()
	if !ok || b.Open != '(' || len(ch.Parts) > 0 || c.keyword(b) != "" || len(c.Brackets) != 1 {
		return
	}
	callee, decorator := c.callee(b)
	if !decorator || !c.decorates() {
		return
	}
	if c.facts == nil {
		c.facts = c.src.of(c.classBelow())
	}
	d := catalog.Lookup(callee[strings.LastIndexByte(callee, '.')+1:])
	if c.facts == nil || d == nil || (d.Level == catalog.Flow) != (len(c.Headers) == 0) {
		return
	}
	used := c.usedKeywords(b)
	for i := range d.Args {
		a := &d.Args[i]
		if used[a.Name] {
			continue
		}
		item := Item{Kind: Argument, Label: a.Name, Insert: a.Name + "=", Detail: argumentDetail(a), Rank: i, Of: d.Name}
		if a.Types[0] == catalog.Str {
			item.Snippet = a.Name + `="$1"`
		}
		c.out.add(item)
	}
}

func argumentDetail(a *catalog.Arg) string {
	s := string(a.Types[0])
	if a.Unit != "" {
		s += ", " + a.Unit
	}
	if a.Default != "" && a.Default != "None" && len(a.Default) < 20 {
		s += " = " + a.Default
	}
	return s
}
