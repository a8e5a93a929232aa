package suggest

import (
	"regexp"
	"strings"
)

// steps offers the steps that self.next can lead to, each behind a text.
func (c *completer) steps(b Bracket, before string) {
	named := c.named(b)
	for n := range c.facts.Graph.All() {
		if named[n.Name] || n.Name == c.facts.Graph.Start || n.Name == c.step && b.Open != '{' {
			continue
		}
		item := Item{Kind: Step, Label: before + n.Name, Detail: "step", Rank: 1, Of: n.Name}
		switch {
		case len(n.In) == 0:
			item.Detail, item.Rank = "step, not reached yet", 0
		case n.Step.Positional() > 1:
			item.Detail = "join"
		case n.Name == c.facts.Graph.End:
			item.Detail = "last step"
		}
		c.out.add(item)
	}
}

// named are the steps that the call of self.next names besides the one at the place. A switch may name one twice.
func (c *completer) named(b Bracket) map[string]bool {
	out := map[string]bool{}
	if b.Open == '{' {
		return out
	}
	end := c.Offset + len(c.rest())
	if i := strings.IndexByte(c.Text[c.Offset:end], ')'); i >= 0 {
		end = c.Offset + i
	}
	target := regexp.MustCompile(regexp.QuoteMeta(c.self) + `\.(\w+)`)
	for _, part := range []string{c.Text[b.Offset+1 : min(max(b.Arg, b.Offset+1), c.Offset)], c.Text[c.nameEnd():max(end, c.nameEnd())]} {
		for _, m := range target.FindAllStringSubmatch(part, -1) {
			out[m[1]] = true
		}
	}
	return out
}

// nextArguments offers what can follow self.next( or a comma in it.
func (c *completer) nextArguments(b Bracket) {
	if b.Open == '{' {
		if c.afterColon(b) {
			c.steps(b, c.self+".")
		}
		return
	}
	c.steps(b, c.self+".")
	if strings.TrimSpace(c.Text[b.Offset+1:c.out.Start]) == "" {
		return
	}
	used := c.usedKeywords(b)
	for _, name := range []string{"foreach", "condition", "num_parallel"} {
		if used[name] {
			return
		}
	}
	c.out.add(Item{Kind: Argument, Label: "foreach", Insert: `foreach=""`, Snippet: `foreach="$1"`, Detail: "the artifact to walk", Rank: 2})
	c.out.add(Item{Kind: Argument, Label: "condition", Insert: `condition=""`, Snippet: `condition="$1"`, Detail: "the artifact that chooses", Rank: 2})
	c.out.add(Item{Kind: Argument, Label: "num_parallel", Insert: "num_parallel=", Detail: "how many run as a gang", Rank: 2})
}

var keywordOf = regexp.MustCompile(`(?:^|[(,])\s*(\w+)\s*=[^=]`)

// usedKeywords are the names of arguments that a call has already.
func (c *completer) usedKeywords(b Bracket) map[string]bool {
	out := map[string]bool{}
	text := c.Text[b.Offset:c.out.Start] + c.Text[c.nameEnd():c.Offset+len(c.rest())]
	for _, m := range keywordOf.FindAllStringSubmatch(text, -1) {
		out[m[1]] = true
	}
	return out
}
