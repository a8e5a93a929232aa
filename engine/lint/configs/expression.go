package configs

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// checkExpression reports texts of config_expr that are no expression or read a name that means nothing there.
func checkExpression(c *checker) {
	for _, e := range c.flow.Configs.Exprs {
		if e.Problem != "" {
			d := c.report(e.ProblemRange, "The text is evaluated with the configs' names, as in config_expr(\"cfg.key\").",
				"config_expr can't evaluate %q: %s", short(e.Text), e.Problem)
			d.Severity = c.exprSeverity(&e)
			continue
		}
		if !c.knowsNames() {
			continue
		}
		for _, n := range e.Names {
			if !n.Bound && c.flow.Configs.Named(n.Name) == nil {
				c.unknownName(&e, n)
			}
		}
	}
}

func short(text string) string {
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return text
}

// exprSeverity is as for a use: the text is sure to be evaluated as an argument that nothing takes away.
func (c *checker) exprSeverity(e *graph.ConfigExpr) lint.Severity {
	return c.severity(&graph.ConfigUse{When: graph.AtExpr, Slot: e.Slot})
}

// knowsNames is false where the flow may have configs whose names the source does not tell.
func (c *checker) knowsNames() bool {
	if len(c.flow.Dynamic) > 0 {
		return false
	}
	for _, d := range c.flow.Configs.Declared {
		if d.Name == "" {
			return false
		}
	}
	return true
}

func (c *checker) unknownName(e *graph.ConfigExpr, n graph.ConfigName) {
	d := c.report(n.Range, "", "config_expr reads %q, which is no config of the flow and no name of the module", n.Name)
	d.Severity = c.exprSeverity(e)
	var names []string
	for _, known := range c.flow.Configs.Declared {
		names = append(names, known.Name)
		if known.Attr != n.Name {
			continue
		}
		d.Message = fmt.Sprintf("config_expr knows the config %q by that name, not by its attribute %q", known.Name, n.Name)
		d.Detail = fmt.Sprintf("Write %s in the text.", known.Name)
		d.Relate(known.NameRange, "this is the config's name")
		if n.Range != e.Range && identifier(known.Name) {
			d.Replace(n.Range, known.Name, "Read the config by its name "+known.Name)
		}
		return
	}
	switch alike := near.Word(n.Name, names); {
	case n.Name == "self":
		d.Detail = "The text has no self: a config goes by its name alone, as in config_expr(\"cfg.key\")."
	case alike != "":
		d.Detail = fmt.Sprintf("Did you mean %q?", alike)
		d.Relate(c.flow.Configs.Named(alike).NameRange, "%q is a config", alike)
	case len(names) == 0:
		d.Detail = "Declare it as a Config of the flow."
	default:
		d.Detail = "Declare it as a Config of the flow, or define it in the module."
	}
}
