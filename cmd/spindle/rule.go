package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	pages "github.com/spindle-flow/spindle/docs/rules"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

type rulesJSON struct {
	Rules []ruleJSON `json:"rules"`
}

type ruleJSON struct {
	Code     string        `json:"code"`
	Severity lint.Severity `json:"severity"`
	Title    string        `json:"title"`
	URL      string        `json:"url"`
	Page     string        `json:"page,omitempty"` // Markdown
}

func newRule(a *app) *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use: "rule CODE...", Short: "Explain a rule of lint: what, why, a bad and a good flow", GroupID: groupMore,
		Long: text(`Print the page about a rule: what it finds, why that is wrong, a bad and a good flow, and what to do. The pages are part of the binary and of
docs/rules.`),
		Example: `  spindle rule SP118
  spindle rule --list`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case all && len(args) > 0:
				return fault.Usagef("--list shows all rules, so that naming %s has no effect", strings.Join(args, ", "))
			case all:
				return a.listRules()
			case len(args) == 0:
				return &fault.Usage{Message: "missing argument: spindle rule needs the code of a rule, such as SP118, or --list", Command: cmd.CommandPath()}
			}
			return a.explainRules(args)
		},
	}
	cmd.Flags().BoolVar(&all, "list", false, "list all rules")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) listRules() error {
	if a.json {
		out := rulesJSON{}
		for _, r := range rules.All() {
			out.Rules = append(out.Rules, describeRule(r))
		}
		report.WriteJSON(a.io.Out, out)
		return nil
	}
	t := table.New("CODE", "SEVERITY", "TITLE")
	for _, r := range rules.All() {
		t.Row(r.Code, string(r.Severity), r.Title)
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
	return nil
}

func (a *app) explainRules(codes []string) error {
	out := rulesJSON{}
	for _, word := range codes {
		code := strings.ToUpper(word)
		r, ok := rules.ByCode(code)
		if !ok {
			return noSuchRule(code)
		}
		page, err := pages.Page(code)
		if err != nil {
			return err
		}
		entry := describeRule(r)
		entry.Page = page
		out.Rules = append(out.Rules, entry)
	}
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return nil
	}
	for i, r := range out.Rules {
		if i > 0 {
			fmt.Fprintln(a.io.Out)
		}
		fmt.Fprint(a.io.Out, r.Page)
	}
	return nil
}

func noSuchRule(code string) error {
	if rules.Known(code) {
		return fault.WithHint(fault.Usagef("%q is the beginning of several codes", code), "`spindle rule --list` shows the rules there are")
	}
	return knownRules([]string{code})
}

func describeRule(r lint.Rule) ruleJSON {
	return ruleJSON{Code: r.Code, Severity: r.Severity, Title: r.Title, URL: pages.URL(r.Code)}
}
