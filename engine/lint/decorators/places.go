package decorators

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

// checkLevel reports flow decorators on steps and step decorators on flows.
func checkLevel(c *checker) {
	for _, u := range c.all {
		switch {
		case u.Is == nil:
		case u.Node == nil && u.Is.Level == catalog.Step:
			c.report(u.Range, "Put it above the @step of each step that should have it.", "@%s decorates steps, not flows", u.SDK)
		case u.Node != nil && u.Is.Level == catalog.Flow:
			c.report(u.Range, "Put it above the class.", "@%s decorates flows, not steps", u.SDK)
		}
	}
	for _, m := range c.flow.Misplaced {
		if is := catalog.Lookup(m.Decorator.SDK); is != nil && is.Level == catalog.Flow {
			c.report(m.Decorator.Range, "Put it above the class.", "@%s decorates flows, not methods", is.Name)
		}
	}
}

// checkMisplaced reports step decorators on methods without @step.
func checkMisplaced(c *checker) {
	for _, m := range c.flow.Misplaced {
		if is := catalog.Lookup(m.Decorator.SDK); is != nil && is.Level == catalog.Step {
			c.report(m.Decorator.Range, "Put @step right above the method if it is a step.", "@%s stands on %q, which is not a step", is.Name, m.Method).
				Relate(m.NameRange, "%q has no @step", m.Method)
		}
	}
}

// checkBelowStep reports step decorators that Python applies before @step has made the method a step.
func checkBelowStep(c *checker) {
	told := map[*graph.Node]bool{}
	for _, u := range c.known {
		if u.Node == nil || told[u.Node] || !after(u.Range, u.Node.Step.Mark) {
			continue
		}
		told[u.Node] = true
		d := c.report(u.Range, "Put @step right above the method.", "@%s stands below @step", u.SDK)
		d.Relate(u.Node.Step.Mark, "@step of %q", u.Node.Name)
		sink(d, u.Node.Step)
	}
}

// sink offers to move @step below the other decorators, where these are all the SDK's.
func sink(d *lint.Diagnostic, s *graph.Step) {
	list := []*graph.Decorator{}
	for _, other := range s.Decorators {
		if after(other.Range, s.Mark) {
			list = append(list, other)
		}
		if after(other.Range, s.Mark) && uses.Foreign(other) || other.Range.Start.Column != s.Mark.Start.Column {
			return
		}
	}
	at := s.Mark
	edits := []lint.Edit{}
	for _, other := range list {
		edits = append(edits, lint.Edit{Range: at, Text: "@" + other.Text})
		at = other.Range
	}
	mark := "@step"
	for i, a := range s.MarkArgs {
		if i == 0 {
			mark += "("
		} else {
			mark += ", "
		}
		if a.Name != "" {
			mark += a.Name + "="
		}
		mark += a.Value
	}
	if len(s.MarkArgs) > 0 {
		mark += ")"
	}
	d.Fix = &lint.Fix{Title: "Move @step down", Edits: append(edits, lint.Edit{Range: at, Text: mark})}
}

// after reports whether one place is behind another in the same file.
func after(a, b graph.Range) bool {
	return a.File == b.File && (a.Start.Line > b.Start.Line || a.Start.Line == b.Start.Line && a.Start.Column > b.Start.Column)
}
