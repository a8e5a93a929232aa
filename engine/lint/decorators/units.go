package decorators

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
)

const (
	longest  = 31 * 24 * 3600 // seconds; nobody gives an attempt more than a month
	smallest = 64             // MB; no Python with the SDK gets along with less
)

// checkUnit reports numbers that make sense in another unit only.
func checkUnit(c *checker) {
	for _, u := range c.named("timeout") {
		seconds, known := u.Seconds()
		if !known || seconds <= longest {
			continue
		}
		for _, name := range []string{"hours", "minutes"} {
			v, ok := uses.Number(u.Value(name))
			if a := u.Arg(name); ok && a != nil && v*map[string]float64{"hours": 3600, "minutes": 60}[name] > longest {
				c.report(a.Range, "Did you mean a smaller unit?", "a timeout of %s %s is %.0f days", a.Literal.Text, name, seconds/86400)
				break
			}
		}
	}
	for _, u := range c.named("resources", "batch", "kubernetes") {
		for _, name := range []string{"memory", "disk"} {
			a := u.Arg(name)
			if a == nil || u.Is.Arg(name) == nil {
				continue
			}
			if v, ok := uses.Number(a.Literal); ok && v > 0 && v < smallest {
				detail := fmt.Sprintf("%g GB are %g.", v, v*1024)
				c.report(a.Range, detail, "%s of @%s is %g, and counts MB", name, u.SDK, v)
			}
		}
	}
}

// checkVersion reports versions that Python reads as numbers: 3.10 is 3.1.
func checkVersion(c *checker) {
	for _, u := range c.named("conda", "conda_base", "pypi", "pypi_base") {
		if a := u.Arg("python"); a != nil {
			c.version(a.Literal, a.Value, "the version of Python in @"+u.SDK)
		}
		for _, name := range []string{"packages", "libraries"} {
			a := u.Arg(name)
			if a == nil {
				continue
			}
			for i, key := range a.Literal.Keys {
				if key.Kind == graph.LiteralStr {
					c.version(a.Literal.Items[i], "", "the version of "+key.Text+" in @"+u.SDK)
				}
			}
		}
	}
}

func (c *checker) version(l graph.Literal, source, what string) {
	if l.Kind != graph.LiteralFloat && l.Kind != graph.LiteralInt {
		return
	}
	d := c.report(l.Range, "Put it into quotes; as a number, 3.10 is 3.1.", "%s is a number, not a string", what)
	if source != "" {
		d.Replace(l.Range, `"`+source+`"`, "Put it into quotes")
	}
}
