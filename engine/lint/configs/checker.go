package configs

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// checker holds what the rules look at and what they found.
type checker struct {
	flow    *graph.Flow
	sources []Source
	rule    lint.Rule
	found   lint.Findings
}

func newChecker(f *graph.Flow, opts Options) *checker {
	return &checker{flow: f, sources: Sources(f, opts)}
}

// report adds a finding of the running rule.
func (c *checker) report(at graph.Range, detail string, format string, args ...any) *lint.Diagnostic {
	return c.found.Report(c.rule, at, detail, format, args...)
}

// source returns where a use's config comes from.
func (c *checker) source(u *graph.ConfigUse) *Source {
	for i := range c.sources {
		if c.sources[i].Config.Attr == u.Attr {
			return &c.sources[i]
		}
	}
	return nil
}

// certain lists the declarations that take place whatever the code does.
func (c *checker) certain() []*graph.Config {
	var out []*graph.Config
	for _, d := range c.flow.Configs.Declared {
		if !d.Uncertain {
			out = append(out, d)
		}
	}
	return out
}

// severity is how bad it is when a use fails. It is sure to be evaluated as the argument of a decorator or parameter that
// nothing can take away.
func (c *checker) severity(u *graph.ConfigUse) lint.Severity {
	if u.When != graph.AtTask && u.Slot != nil && !c.flow.Configs.Mutable && len(c.flow.Dynamic) == 0 {
		return lint.Error
	}
	return lint.Warning
}

// owner names a config in a sentence: its name, or its attribute where the name is computed.
func owner(d *graph.Config) string {
	if d.Name != "" {
		return d.Name
	}
	return d.Attr
}
