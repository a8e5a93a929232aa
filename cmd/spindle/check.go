package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/lint"
)

type checkJSON struct {
	Flow        string            `json:"flow"` // empty where the file has none
	File        string            `json:"file"`
	OK          bool              `json:"ok"`
	Dynamic     bool              `json:"dynamic"` // Python had to be asked
	Steps       []string          `json:"steps"`
	Diagnostics []lint.Diagnostic `json:"diagnostics"`
}

func newCheck(a *app) *cobra.Command {
	warnings := false
	cmd := &cobra.Command{
		Use: "check FLOW", Short: "Find a flow's faults without running it", GroupID: groupFlow,
		Long: text(`Find all structural faults of a flow at once, each with its place in the source. The flow's code is not run, unless the flow is made by
running code. The exit code is 0 when nothing keeps the flow from running, 1 otherwise.`),
		Example: `  spindle check flow.py
  spindle check flow.py:Demand      one flow of a file that has several
  spindle check flow.py --json      for other programs`,
		Args: arguments(1, 1, "a flow: flow.py"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd, args[0]) },
	}
	options.Switch(cmd.Flags(), &warnings, "warnings", "no-warnings", "accepted and ignored: warnings are always shown")
	_ = cmd.Flags().MarkHidden("warnings")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) check(cmd *cobra.Command, spec string) error {
	flow, described, err := a.readFlow(cmd.Context(), spec)
	if err != nil {
		return err
	}
	bad := &report.Faults{Flow: spec, Diagnostics: flow.Diagnostics, Shown: true}
	if a.json {
		out := checkJSON{File: flow.File, OK: flow.Unusable() == nil, Dynamic: described != nil, Steps: []string{}, Diagnostics: flow.Diagnostics}
		if out.Diagnostics == nil {
			out.Diagnostics = []lint.Diagnostic{}
		}
		if flow.Static != nil {
			out.Flow = flow.Static.Name
			for _, s := range flow.Static.Steps {
				out.Steps = append(out.Steps, s.Name)
			}
		}
		report.WriteJSON(a.io.Out, out)
	} else {
		a.say("Validating your flow...")
		fmt.Fprint(a.io.Out, a.printer(a.io.OutPalette()).Text(flow.Diagnostics))
	}
	if flow.Unusable() != nil {
		if n := report.Count(flow.Diagnostics, lint.Error); n > 1 {
			a.say("%d faults", n)
		}
		return bad
	}
	a.say("    %s", a.io.ErrPalette().Green("The graph looks good!"))
	file := flow.Place.File
	a.say("%s", strings.Join([]string{
		"",
		fmt.Sprintf("`spindle show %s` shows a description of this flow.", file),
		fmt.Sprintf("`spindle run %s` runs it.", file),
		fmt.Sprintf("`spindle run %s --help` lists its parameters.", file),
	}, "\n"))
	return nil
}
