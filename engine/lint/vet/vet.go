// Package vet is the rules for flows in Go as an analyzer for go vet, golangci-lint and whatever else runs analyzers of golang.org/x/tools.
//
// It says what `spindle lint` says of the same package, but for notes, which these tools have no word for. It looks at the package's Go files alone, as
// the caches of these tools would not notice that a config, a pyproject.toml or a spindle.yaml has changed: what stands in those is for
// `spindle lint` to judge, and which rules count is said by flags.
package vet

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/targets"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// pages is where the page of each rule is.
const pages = "https://github.com/spindle-flow/spindle/blob/main/docs/rules/"

// Analyzer returns the analyzer. Its flags -select, -ignore and -target are those of `spindle lint`.
func Analyzer() *analysis.Analyzer {
	var o options
	a := &analysis.Analyzer{
		Name: "spindle",
		Doc:  "report faults of Spindle flows: graph, artifacts, options\n\nEvery finding has a code that `spindle rule CODE` explains.",
		URL:  pages + "README.md",
		Run:  func(pass *analysis.Pass) (any, error) { return nil, run(pass, o) },
	}
	a.Flags.Func("select", "apply only these rules: codes or their beginnings, separated by commas", codes(&o.choice.Select))
	a.Flags.Func("ignore", "do not apply these rules: codes or their beginnings, separated by commas", codes(&o.choice.Ignore))
	a.Flags.Func("target", "tell what these targets can't do, separated by commas: "+strings.Join(targets.Names(), ", "), func(s string) error {
		o.targets = strings.Split(s, ",")
		for _, t := range o.targets {
			if err := targets.Known(t); err != nil {
				return err
			}
		}
		return nil
	})
	return a
}

// options are what the flags say.
type options struct {
	choice  rules.Choice
	targets []string
}

// codes reads a flag that names rules.
func codes(list *[]string) func(string) error {
	return func(s string) error {
		*list = nil
		for code := range strings.SplitSeq(s, ",") {
			if !rules.Known(code) {
				return fmt.Errorf("there is no rule %q", code)
			}
			*list = append(*list, code)
		}
		return nil
	}
}

func run(pass *analysis.Pass, o options) error {
	if !slices.ContainsFunc(pass.Pkg.Imports(), isSDK) {
		return nil
	}
	p, err := golang.NewPackage(golang.Checked{Fset: pass.Fset, Trees: pass.Files, Info: pass.TypesInfo, Types: pass.Pkg, ReadFile: pass.ReadFile})
	if err != nil {
		return fmt.Errorf("read the package of a flow: %w", err)
	}
	flows := p.Flows()
	if len(flows.List) == 0 {
		return nil
	}
	opts := files.Options{ReadFile: pass.ReadFile, SourceOnly: true, Choice: o.choice, Targets: o.targets}
	r := reporter{pass}
	for _, d := range files.Judge(flows.Files[0], flows, opts).Findings {
		if d.Severity != lint.Info {
			r.report(d)
		}
	}
	return nil
}

// reporter hands findings to whoever runs the analyzer.
type reporter struct{ pass *analysis.Pass }

func (r reporter) report(d lint.Diagnostic) {
	out := analysis.Diagnostic{Category: d.Code, URL: pages + d.Code + ".md", Message: message(d)}
	out.Pos, out.End, _ = r.places(d.Range)
	for _, other := range d.Related {
		if pos, end, ok := r.places(other.Range); ok {
			out.Related = append(out.Related, analysis.RelatedInformation{Pos: pos, End: end, Message: other.Message})
		}
	}
	if d.Fix != nil {
		out.SuggestedFixes = r.fix(*d.Fix)
	}
	r.pass.Report(out)
}

// message is a finding in one line.
func message(d lint.Diagnostic) string {
	s := d.Code + ": " + d.Message
	if d.Detail != "" {
		s += ". " + strings.TrimSuffix(strings.ReplaceAll(d.Detail, "\n", " "), ".")
	}
	return s
}

// fix is none where it changes a file that is not the package's.
func (r reporter) fix(f lint.Fix) []analysis.SuggestedFix {
	out := analysis.SuggestedFix{Message: f.Title}
	for _, e := range f.Edits {
		pos, end, ok := r.places(e.Range)
		if !ok {
			return nil
		}
		out.TextEdits = append(out.TextEdits, analysis.TextEdit{Pos: pos, End: end, NewText: []byte(e.Text)})
	}
	return []analysis.SuggestedFix{out}
}
