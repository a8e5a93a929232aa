package artifacts

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
	"github.com/spindle-flow/spindle/engine/lint/near"
	"github.com/spindle-flow/spindle/engine/lint/words"
)

// checker holds what the rules look at and what they found.
type checker struct {
	flow *graph.Flow
	g    *graph.Graph
	data *graph.Data
	say  words.Words
	// a is nil where the paths through the graph or what may set artifacts are not fully known.
	a      *dataflow.Analysis
	unsure bool
	all    []step  // whose bodies are known
	ran    []step  // those of them that a run can get to
	faults []fault // of reads, found once for three rules
	judged bool
	rule   lint.Rule
	found  lint.Findings
}

func newChecker(f *graph.Flow, g *graph.Graph, pathsKnown bool) *checker {
	c := &checker{flow: f, g: g, data: f.Data, say: words.Of(f)}
	c.unsure = !pathsKnown || len(f.Dynamic) > 0 || f.OpenDecorators || g.Truncated
	if !c.unsure {
		c.a = dataflow.New(g)
	}
	c.listSteps()
	return c
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail string, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// warn adds a finding of the running rule that is not sure to make the flow fail.
func (c *checker) warn(at graph.Range, detail string, format string, args ...any) *lint.Diagnostic {
	d := c.report(at, detail, format, args...)
	d.Severity = lint.Warning
	return d
}

// fail adds a finding of the running rule that is sure to make the task fail once it gets there.
func (c *checker) fail(at graph.Range, detail string, format string, args ...any) *lint.Diagnostic {
	d := c.report(at, detail, format, args...)
	d.Severity = lint.Error
	return d
}

// step is a step whose body is known.
type step struct {
	*graph.Node
	body *graph.Body
}

// steps lists the steps that are sure to be there as written, in the order of the graph.
func (c *checker) steps() []step { return c.all }

// reached lists the steps that a run can get to.
func (c *checker) reached() []step { return c.ran }

func (c *checker) listSteps() {
	for n := range c.g.All() {
		b := c.data.Step(n.Name)
		if b == nil || n.Step.Uncertain {
			continue
		}
		c.all = append(c.all, step{n, b})
		if c.a != nil && c.a.Body(n.Name) != nil {
			c.ran = append(c.ran, step{n, b})
		}
	}
}

// isJoin reports whether a step takes inputs.
func (s step) isJoin() bool { return s.Step.Positional() > 1 }

// called says how a step does something: itself, or through a function it calls.
func called(at, place graph.Range) string {
	if at == place {
		return ""
	}
	return " in a function it calls"
}

// relatePlace points to where something stands, when it was reported where the function around it is called.
func relatePlace(d *lint.Diagnostic, at, place graph.Range) {
	if at != place {
		d.Relate(place, "here")
	}
}

// maxRelated is how many places of the same sort a finding lists.
const maxRelated = 4

// relateSources points to where an artifact is set.
func (c *checker) relateSources(d *lint.Diagnostic, name string, sources []dataflow.Source) {
	told := map[graph.Range]bool{}
	for _, s := range sources {
		if told[s.Write.At] || len(told) >= maxRelated {
			continue
		}
		told[s.Write.At] = true
		d.Relate(s.Write.At, "%q is %s in step %q", name, verb(s.Write.Kind), s.Step)
	}
}

func verb(k graph.MentionKind) string {
	switch k {
	case graph.Mutate, graph.Update:
		return "changed"
	}
	return "set"
}

// known lists the names that self has at the start of a step, or that its body sets.
func (c *checker) known(s step) []string {
	out := c.names(c.a.End(s.Name).Maybe)
	for _, m := range c.data.Members {
		if m.Kind == graph.MemberParameter || m.Kind == graph.MemberConstant {
			out = append(out, m.Name)
		}
	}
	return out
}

// alike returns the one name that was probably meant, empty where none or several are.
func alike(name string, candidates []string) string {
	limit := 1
	if len(name) > 5 {
		limit = 2
	}
	if len(name) < 3 {
		return ""
	}
	best := near.Within(limit, name, candidates)
	if best == "" || best == name || digitsDiffer(best, name) {
		return ""
	}
	least := near.Distance(name, best)
	for _, other := range candidates {
		if other != best && other != name && near.Distance(name, other) <= least {
			return ""
		}
	}
	return best
}

// digitsDiffer reports whether two names are the same but for numbers, which makes neither a slip for the other.
func digitsDiffer(a, b string) bool {
	strip := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, s)
	}
	return strip(a) == strip(b)
}

// list writes names for a sentence: "a", "b" and "c".
func list(names []string) string {
	out := ""
	for i, n := range names {
		switch {
		case i > 0 && i == len(names)-1:
			out += " and "
		case i > 0:
			out += ", "
		}
		out += fmt.Sprintf("%q", n)
	}
	return out
}
