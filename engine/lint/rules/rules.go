// Package rules applies every group of rules to a flow.
package rules

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/artifacts"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/decorators"
	"github.com/spindle-flow/spindle/engine/lint/golang"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// Options say what the rules may look at besides the flow.
type Options struct {
	Targets []string // the schedulers and computes the flow is meant for: step-functions, argo, airflow, batch, kubernetes
	// ReadFile reads a file that a config names, unsaved text of an editor included. Without it no config file is looked at.
	ReadFile func(path string) ([]byte, error)
	// Dir is the folder that relative paths of configs start from.
	Dir string
}

// All lists the rules of every group by code.
func All() []lint.Rule {
	list := slices.Concat(common(), structure.Rules(), artifacts.Rules(), decorators.Rules(), configs.Rules(), targets.Rules(), golang.Rules())
	slices.SortFunc(list, func(a, b lint.Rule) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// Check applies all rules to a flow and returns what they find, in the order of their places. The graph must be the flow's.
func Check(f *graph.Flow, g *graph.Graph, opts Options) []lint.Diagnostic {
	found := structure.Check(f, g)
	if f.Broken {
		return found
	}
	found = append(found, artifacts.Check(f, g, structure.PathsKnown(found))...)
	found = append(found, decorators.Check(f, g)...)
	found = append(found, configs.Check(f, configs.Options{ReadFile: opts.ReadFile, Dir: opts.Dir})...)
	found = append(found, targets.Check(f, g, opts.Targets)...)
	found = append(found, golang.Check(f)...)
	if f.IsGo() {
		golang.Spell(found)
		dropFixes(found)
	}
	lint.Sort(found)
	return found
}

// dropFixes takes away the fixes of rules that were made for another language: they would write that one.
func dropFixes(found []lint.Diagnostic) {
	for i := range found {
		found[i].Fix = nil
	}
}
