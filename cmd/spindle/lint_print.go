package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/linting"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/lintout"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

type lintJSON struct {
	OK          bool              `json:"ok"` // no errors
	Errors      int               `json:"errors"`
	Warnings    int               `json:"warnings"`
	Infos       int               `json:"infos"`
	Files       []lintFileJSON    `json:"files"`
	Fixed       []lintFixedJSON   `json:"fixed"`
	Diagnostics []lint.Diagnostic `json:"diagnostics"`
}

type lintFileJSON struct {
	File  string   `json:"file"`
	Flows []string `json:"flows"`
}

type lintFixedJSON struct {
	Code  string      `json:"code"`
	Title string      `json:"title"`
	Range graph.Range `json:"range"` // where it was before any fix
}

// lintPrinter tells what linting has found.
type lintPrinter struct {
	a      *app
	in     *linting.Inputs
	format string
	counts bool // of each rule instead of the findings
	report *project.Report
	fixed  []project.Fixed
}

func (a *app) lintPrinter(in *linting.Inputs, o lintOptions, r *project.Report) *lintPrinter {
	return &lintPrinter{a: a, in: in, format: o.format, counts: o.statistics, report: r}
}

// findings writes them in the format that was asked for.
func (p *lintPrinter) findings(w io.Writer) error {
	path := (&report.Printer{Dir: p.a.ws.Dir}).Path
	switch {
	case p.format == "json":
		report.WriteJSON(w, p.json())
	case p.format == "sarif":
		return lintout.SARIF(w, p.report.Findings, p.a.ws.Dir)
	case p.format == "github":
		lintout.GitHub(w, p.report.Findings, path)
	case p.counts:
		fmt.Fprint(w, p.statistics())
	default:
		fmt.Fprint(w, p.text(p.a.io.OutPalette()))
	}
	return nil
}

func (p *lintPrinter) text(palette streams.Palette) string {
	printer := p.a.printer(palette)
	printer.Read = p.in.ReadFile
	return printer.Text(p.report.Findings)
}

func (p *lintPrinter) statistics() string {
	counts := map[string]int{}
	for _, d := range p.report.Findings {
		counts[d.Code]++
	}
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var b strings.Builder
	for _, code := range codes {
		r, _ := rules.ByCode(code)
		fmt.Fprintf(&b, "%6d  %s  %s\n", counts[code], code, r.Title)
	}
	return b.String()
}

func (p *lintPrinter) json() lintJSON {
	out := lintJSON{
		OK: !lint.HasErrors(p.report.Findings), Errors: p.count(lint.Error), Warnings: p.count(lint.Warning), Infos: p.count(lint.Info),
		Files: []lintFileJSON{}, Fixed: []lintFixedJSON{}, Diagnostics: p.report.Findings,
	}
	if out.Diagnostics == nil {
		out.Diagnostics = []lint.Diagnostic{}
	}
	for _, f := range p.report.Files {
		file := lintFileJSON{File: f.File, Flows: []string{}}
		for _, j := range f.Flows {
			file.Flows = append(file.Flows, j.Flow.Name)
		}
		out.Files = append(out.Files, file)
	}
	for _, f := range p.fixed {
		out.Fixed = append(out.Fixed, lintFixedJSON{f.Code, f.Fix.Title, f.Range})
	}
	return out
}

func (p *lintPrinter) count(s lint.Severity) int { return report.Count(p.report.Findings, s) }

// changed tells what was fixed, or would be.
func (p *lintPrinter) changed(word string) {
	path := (&report.Printer{Dir: p.a.ws.Dir}).Path
	for _, f := range p.fixed {
		p.a.say("%s %s:%d: %s [%s]", word, path(f.Range.File), f.Range.Start.Line, f.Fix.Title, f.Code)
	}
}

// summary counts what was found.
func (p *lintPrinter) summary() {
	if len(p.report.Files) == 0 {
		p.a.say("no flow found")
		return
	}
	found := []string{plural(p.count(lint.Error), "error"), plural(p.count(lint.Warning), "warning")}
	if n := p.count(lint.Info); n > 0 {
		found = append(found, plural(n, "note"))
	}
	line := fmt.Sprintf("%s in %s", strings.Join(found, ", "), plural(len(p.report.Files), "file"))
	if len(p.report.Findings) == 0 {
		line = p.a.io.ErrPalette().Green(line)
	}
	p.a.say("%s", line)
}
