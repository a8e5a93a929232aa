package config

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// FileName is the name of the project's file.
const FileName = "spindle.yaml"

// Project is what spindle.yaml says.
type Project struct {
	File     string
	Defaults Variant   // what holds for variants that don't say otherwise
	Variants []Variant // in the order of the file
}

// Variant is one flow under one set of configs.
type Variant struct {
	Name      string
	NameRange graph.Range
	// Flow is the flow's file as written, seen from the project's folder; it may name a class, as in flow.py:Demand.
	Flow    Word
	Targets []Word // schedulers and computes
}

// Word is a text of the file with its place.
type Word struct {
	Text  string
	Range graph.Range
}

// Targets lists the targets that a flow is deployed to, without repetition and in order. Class may be empty where it is not
// known. A flow that no variant names has none, but for a file without variants, whose defaults hold for every flow.
func (p *Project) Targets(flow, class string) []string {
	if p == nil {
		return nil
	}
	var out []string
	if len(p.Variants) == 0 {
		out = names(p.Defaults.Targets)
	}
	for _, v := range p.Variants {
		switch {
		case !p.names(v, flow, class):
		case len(v.Targets) > 0:
			out = append(out, names(v.Targets)...)
		default:
			out = append(out, names(p.Defaults.Targets)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// names reports whether a variant is one of the flow.
func (p *Project) names(v Variant, flow, class string) bool {
	path := v.Flow.Text
	if path == "" {
		path = p.Defaults.Flow.Text
	}
	if at := strings.LastIndex(path, ".py:"); at >= 0 {
		if want := path[at+len(".py:"):]; class != "" && want != class {
			return false
		}
		path = path[:at+len(".py")]
	}
	if path == "" {
		return false
	}
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(p.File), path)
	}
	return filepath.Clean(path) == filepath.Clean(flow)
}

func names(list []Word) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Text)
	}
	return out
}
