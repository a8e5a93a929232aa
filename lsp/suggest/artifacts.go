package suggest

import (
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
)

// here is the place as the graph counts.
func (c *completer) here() graph.Pos {
	line := 1 + strings.Count(c.Text[:c.Statement], "\n")
	return graph.Pos{Line: line, Column: 1 + len([]rune(c.Text[strings.LastIndexByte(c.Text[:c.Statement], '\n')+1:c.Statement]))}
}

// artifacts offers what self has: in a step what is alive there, in another method whatever the flow has.
func (c *completer) artifacts() {
	a := c.facts.Artifacts()
	if c.step == "" {
		c.anywhere()
		return
	}
	before := c.ancestors(c.step)
	for _, o := range a.Offer(c.step, c.here()) {
		if item, ok := c.member(o.Name); ok {
			c.out.add(item)
		} else if o.Member == "" && a.Data.Member(o.Name) == nil {
			c.out.add(c.artifact(o, before))
		}
	}
}

// anywhere offers every artifact of the flow.
func (c *completer) anywhere() {
	a := c.facts.Artifacts()
	seen := map[string]bool{}
	for _, name := range a.Data.Names {
		if seen[name] || strings.HasPrefix(name, "_") {
			continue
		}
		seen[name] = true
		if item, ok := c.member(name); ok {
			c.out.add(item)
		} else if a.Data.Member(name) == nil && len(c.setIn(name, nil)) > 0 {
			c.out.add(c.artifact(dataflow.Artifact{Name: name, Surely: true}, nil))
		}
	}
}

// member is the item of what the class binds for all steps; ok is false for anything else.
func (c *completer) member(name string) (Item, bool) {
	for _, p := range c.facts.Flow.Parameters {
		if p.Attr != name {
			continue
		}
		if p.Class == "Config" {
			return Item{Kind: Config, Label: name, Detail: "config", Rank: 3}, true
		}
		detail := "parameter"
		if p.Type != "" {
			detail += ", " + p.Type
		}
		return Item{Kind: Parameter, Label: name, Detail: detail, Rank: 2}, true
	}
	m := c.facts.Artifacts().Data.Member(name)
	if m != nil && m.Kind == graph.MemberConstant {
		detail := "constant"
		if m.Content.Kind.Scalar() && len(m.Content.Text) <= 30 {
			detail += " " + m.Content.Text
		}
		return Item{Kind: Constant, Label: name, Detail: detail, Rank: 4}, true
	}
	return Item{}, false
}

// artifact is the item of an artifact that steps from a set assign; nil stands for all.
func (c *completer) artifact(o dataflow.Artifact, before map[string]bool) Item {
	item := Item{Kind: Artifact, Label: o.Name}
	if steps := c.setIn(o.Name, before); len(steps) > 0 {
		item.Detail = "set in " + strings.Join(steps, ", ")
	}
	if !o.Surely {
		item.Detail = strings.TrimPrefix(item.Detail+", not on every way", ", ")
		item.Rank = 1
	}
	return item
}

const mostSteps = 3

// setIn lists the first steps that set an artifact.
func (c *completer) setIn(name string, among map[string]bool) []string {
	data := c.facts.Artifacts().Data
	id := data.ID(name)
	var out []string
	for _, step := range c.facts.Graph.Order {
		b := data.Step(step)
		if b == nil || among != nil && !among[step] || !sets(b, id) {
			continue
		}
		if len(out) == mostSteps {
			return append(out[:mostSteps-1], "…")
		}
		out = append(out, step)
	}
	return out
}

func sets(b *graph.Body, id int) bool {
	for i := range b.Writes {
		if w := &b.Writes[i]; w.ID == id && w.Kind != graph.Delete {
			return true
		}
	}
	return false
}

// ancestors are the steps from which a run can come to a step, the step itself included.
func (c *completer) ancestors(step string) map[string]bool {
	out := map[string]bool{step: true}
	next := []string{step}
	for len(next) > 0 {
		n := c.facts.Graph.Node(next[0])
		next = next[1:]
		if n == nil {
			continue
		}
		for _, in := range n.In {
			if !out[in] {
				out[in] = true
				next = append(next, in)
			}
		}
	}
	return out
}

// inputMembers completes inputs. with steps, inputs.step. and inputs[0]. with what these have.
func (c *completer) inputMembers(rest []string) {
	switch {
	case len(rest) == 0:
		for _, in := range c.facts.Graph.Node(c.step).In {
			c.out.add(Item{Kind: Step, Label: in, Detail: "input"})
		}
	case len(rest) == 1 && strings.HasPrefix(rest[0], "["):
		if !strings.Contains(rest[0], ":") {
			c.inputArtifacts("")
		}
	case len(rest) == 1:
		c.inputArtifacts(rest[0])
	}
}

// inputArtifacts offers what the input from a step has; what any has for an empty name.
func (c *completer) inputArtifacts(from string) {
	before := c.ancestors(c.step)
	if from != "" {
		before = c.ancestors(from)
	}
	for _, o := range c.facts.Artifacts().OfferInputs(c.step, from) {
		c.out.add(c.artifact(o, before))
	}
	if c.out.Items == nil {
		return
	}
	for _, p := range c.facts.Flow.Parameters {
		if item, ok := c.member(p.Attr); ok {
			c.out.add(item)
		}
	}
}

var words = regexp.MustCompile(`^\w+$`)

// overInputs reports whether a name stands for one of the inputs somewhere in the method: for x in inputs, x = inputs[0].
func (c *completer) overInputs(name string) bool {
	if !words.MatchString(name) {
		return false
	}
	body := c.Text[c.method:]
	if end := c.methodEnd(); end > c.method {
		body = c.Text[c.method:end]
	}
	q, in := regexp.QuoteMeta(name), regexp.QuoteMeta(c.inputs)
	return regexp.MustCompile(`\bfor\s+(?:\w+\s*,\s*)?`+q+`\s+in\s+(?:(?:enumerate|reversed|list|sorted)\s*\(\s*)?`+in+`\b`).MatchString(body) ||
		regexp.MustCompile(`(?m)^\s*`+q+`\s*=\s*`+in+`(?:\[[^\]:]*\]|\.\w+)\s*$`).MatchString(body) ||
		regexp.MustCompile(`\blambda\s+`+q+`\s*:.*\b`+in+`\b|\b`+in+`\s*,\s*key\s*=\s*lambda\s+`+q+`\s*:`).MatchString(body)
}

// methodEnd is where the next method or class starts.
func (c *completer) methodEnd() int {
	m := c.Headers[len(c.Headers)-1]
	for _, h := range c.Headers {
		if h.Offset == c.method {
			m = h
		}
	}
	at := c.Offset
	for {
		i := strings.IndexByte(c.Text[at:], '\n')
		if i < 0 {
			return len(c.Text)
		}
		at += i + 1
		line := c.Text[at:]
		if j := strings.IndexByte(line, '\n'); j >= 0 {
			line = line[:j]
		}
		rest := strings.TrimLeft(line, " \t")
		if rest != "" && indentOf(line) <= m.Indent && (rest[0] == '@' || strings.HasPrefix(rest, "def ") || strings.HasPrefix(rest, "class ")) {
			return at
		}
	}
}
