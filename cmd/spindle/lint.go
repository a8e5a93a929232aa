package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/linting"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/project"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

type lintOptions struct {
	choose, ignore, targets []string
	fix, diff               bool
	format, stdinName       string
	strict, exitZero        bool
	statistics, flowsOnly   bool
}

var lintFormats = [...]string{"text", "json", "sarif", "github"}

func newLint(a *app) *cobra.Command {
	o := lintOptions{format: "text"}
	cmd := &cobra.Command{
		Use: "lint [PATH...]", Short: "Find every fault of flows: graph, data, decorators, configs", GroupID: groupFlow,
		Long: text(`Find the faults of all flows in files and folders (here, when none is named) without running anything. Every fault has a code that
"spindle rule CODE" explains, and its place in the source. In a folder the files without a flow are passed over, and so are hidden folders, virtual
environments, node_modules, build and dist.

The exit code is 1 when there are errors, or with --strict warnings; 0 otherwise. What is chosen here stands above [tool.spindle.lint] in
pyproject.toml.`),
		Example: `  spindle lint                          all flows below this folder
  spindle lint flow.py --fix            repair what can be repaired safely
  spindle lint ./train                  the flows of a Go package
  spindle lint --diff                   show what --fix would change
  spindle lint --select SP2,SP301       only these rules
  spindle lint --target argo            what Argo Workflows can't do, too
  spindle lint --format sarif > a.sarif for code scanners`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.lint(cmd, args, o) },
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.choose, "select", nil, "apply only these rules: `CODES` or their beginnings, e.g. SP2,SP301")
	f.StringSliceVar(&o.ignore, "ignore", nil, "do not apply these rules: `CODES` or their beginnings")
	f.StringSliceVar(&o.targets, "target", nil, "tell what these `TARGETS` can't do: "+strings.Join(rules.Targets(), ", "))
	f.BoolVar(&o.fix, "fix", false, "apply the safe fixes")
	f.BoolVar(&o.diff, "diff", false, "print what --fix would change as a diff, change nothing")
	f.StringVar(&o.format, "format", o.format, "write findings as `FORMAT`: "+strings.Join(lintFormats[:], ", "))
	f.BoolVar(&o.strict, "strict", false, "end with 1 for warnings too")
	f.BoolVar(&o.exitZero, "exit-zero", false, "end with 0 whatever is found")
	f.BoolVar(&o.statistics, "statistics", false, "count the findings of each rule, show none")
	f.BoolVar(&o.flowsOnly, "flows-only", false, "pass over named files without a flow too")
	f.StringVar(&o.stdinName, "stdin-filename", "", "lint the text on standard input, given as -, as that of `FILE`")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) lint(cmd *cobra.Command, args []string, o lintOptions) error {
	if err := o.check(cmd, a, args); err != nil {
		return err
	}
	in := &linting.Inputs{
		Dir: a.ws.Dir, Choice: rules.Choice{Select: o.choose, Ignore: o.ignore}, Targets: o.targets,
		Workers: runtime.GOMAXPROCS(0), FlowsOnly: o.flowsOnly, Env: a.ws.Environ,
	}
	stdin := len(args) > 0 && args[0] == "-"
	if stdin {
		if err := a.readStdin(in, o.stdinName); err != nil {
			return err
		}
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	if err := in.Gather(cmd.Context(), args); err != nil {
		return err
	}
	if o.fix || o.diff {
		return a.lintFix(cmd.Context(), in, o, stdin)
	}
	return a.lintOnly(cmd.Context(), in, o)
}

// check refuses options that say nothing or contradict one another.
func (o *lintOptions) check(cmd *cobra.Command, a *app, args []string) error {
	if a.json && !cmd.Flags().Changed("format") {
		o.format = "json"
	}
	if !slices.Contains(lintFormats[:], o.format) {
		return fault.WithHint(fault.Usagef("there is no format %q", o.format), "the formats are %s", strings.Join(lintFormats[:], ", "))
	}
	a.json = o.format == "json"
	for _, list := range [][]string{o.choose, o.ignore} {
		if err := knownRules(list); err != nil {
			return err
		}
	}
	if err := knownTargets(o.targets); err != nil {
		return err
	}
	stdin := slices.Contains(args, "-")
	switch {
	case stdin && len(args) > 1:
		return fault.Usagef("standard input (-) is linted alone, not with other files")
	case o.stdinName != "" && !stdin:
		return fault.WithHint(fault.Usagef("--stdin-filename names the text on standard input, which is not asked for"), "spindle lint - --stdin-filename %s", o.stdinName)
	case o.diff && o.format != "text":
		return fault.Usagef("--diff prints a diff, so that --format %s has no place", o.format)
	case o.statistics && o.format != "text":
		return fault.Usagef("--statistics prints text, so that --format %s has no place", o.format)
	case stdin && o.fix && o.format != "text":
		return fault.Usagef("--fix prints the text from standard input as it is then, so that --format %s has no place", o.format)
	case o.strict && o.exitZero:
		return fault.Usagef("--strict and --exit-zero contradict each other")
	}
	return nil
}

func knownRules(words []string) error {
	for _, word := range words {
		if rules.Known(word) {
			continue
		}
		err := fault.Usagef("there is no rule %q", word)
		if near := rules.Nearest(word); near != "" {
			return fault.WithHint(err, "did you mean %s?", near)
		}
		return fault.WithHint(err, "`spindle rule --list` shows the rules there are")
	}
	return nil
}

func knownTargets(words []string) error {
	for _, word := range words {
		unknown, ok := errors.AsType[*targets.UnknownError](targets.Known(word))
		if !ok {
			continue
		}
		err := fault.Usagef("there is no target %q", word)
		if unknown.Alike != "" {
			return fault.WithHint(err, "did you mean %s?", unknown.Alike)
		}
		return fault.WithHint(err, "the targets are %s", strings.Join(rules.Targets(), ", "))
	}
	return nil
}

// maxStdin bounds the text on standard input.
const maxStdin = 64 << 20

func (a *app) readStdin(in *linting.Inputs, name string) error {
	data, err := io.ReadAll(io.LimitReader(a.io.In, maxStdin))
	if err != nil {
		return fault.Usagef("standard input cannot be read: %v", err)
	}
	if name == "" {
		name = "<stdin>"
	}
	in.Stdin, in.StdinFile = data, filepath.Clean(a.ws.Abs(name))
	return nil
}

func (a *app) lintOnly(ctx context.Context, in *linting.Inputs, o lintOptions) error {
	r, err := project.Lint(ctx, in.Sources, in.Options())
	if err != nil {
		return err
	}
	if err := in.Complete(ctx, r); err != nil {
		return err
	}
	p := a.lintPrinter(in, o, r)
	if err := p.findings(a.io.Out); err != nil {
		return err
	}
	p.summary()
	return a.lintOutcome(r.Findings, o, false)
}

// lintOutcome is the error that the command ends with, nil where nothing stands in the way.
func (a *app) lintOutcome(found []lint.Diagnostic, o lintOptions, pending bool) error {
	bad := pending || lint.HasErrors(found)
	if o.strict {
		bad = bad || slices.ContainsFunc(found, func(d lint.Diagnostic) bool { return d.Severity == lint.Warning })
	}
	if o.exitZero || !bad {
		return nil
	}
	return &report.Faults{Flow: "what was linted", Diagnostics: found, Shown: true}
}

func plural(n int, word string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", word)
	}
	return fmt.Sprintf("%d %ss", n, word)
}
