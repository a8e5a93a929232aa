package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
)

// The groups of verbs in `spindle help`.
const (
	groupRun  = "run"
	groupFlow = "flow"
	groupPast = "past"
	groupPut  = "put"
	groupMore = "more"
)

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "spindle COMMAND",
		Short: "Run Metaflow flows, unchanged, on a fast engine",
		Long:  text("Spindle runs Metaflow flows, unchanged, on a Go engine: same code, same results, same stored data, far less waiting."),
		Example: `  spindle run flow.py --alpha 0.5        run a flow with a parameter
  spindle check flow.py                  find its faults, run nothing
  spindle lint                           all faults of all flows below here
  spindle resume flow.py                 go on from where the last run failed
  spindle resume flow.py train           run train again, and what follows
  spindle spin flow.py train             run only train, on what the last run left
  spindle runs flow.py                   past runs with state and duration
  spindle logs flow.py 17952197/train    what a step printed
  spindle dump flow.py 17952197/train/3  what a task left behind
  spindle deploy plan --env prod         what a deployment would change
  python flow.py run --alpha 0.5         the same as spindle run, once the
                                         Python package is installed`,
		SilenceErrors: true, SilenceUsage: true, TraverseChildren: true,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetOut(a.io.Out)
	root.SetErr(a.io.Err)
	root.SetIn(a.io.In)
	a.top.Bind(root.PersistentFlags())
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpTemplate(helpTemplate)
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Run"},
		&cobra.Group{ID: groupFlow, Title: "Look at a flow"},
		&cobra.Group{ID: groupPast, Title: "Look back"},
		&cobra.Group{ID: groupPut, Title: "Deploy"},
		&cobra.Group{ID: groupMore, Title: "More"},
	)
	for _, add := range []func(*app) *cobra.Command{
		newRun, newResume, newSpin, newWorkbench,
		newLint, newCheck, newConfig, newShow, newPackage, newOutputDot, newOutputRaw,
		newRuns, newTasks, newLogs, newDump, newTag,
		newDeploy,
		newLSP, newKernel,
		newRule, newDoctor, newConfigure, newGC, newBatch, newStepFunctions, newVersion, newExecFlow, newStoreServer,
	} {
		root.AddCommand(add(a))
	}
	root.SetHelpCommand(newHelp(a, root))
	root.Version = ""
	return root
}

// header is the first line of every verb about a flow.
func (a *app) header(flow, identity string) {
	a.say("Spindle %s executing %s for %s", version.Number, a.io.ErrPalette().Bold(flow), identity)
}

func unknownVerb(root *cobra.Command, word string) error {
	if cmdline.IsPath(word) {
		return fault.WithHint(fault.Usagef("%q is a flow, not a command", word), "did you mean this?\n    spindle run %s", word)
	}
	err := error(&fault.Usage{Message: fmt.Sprintf("there is no command %q", word), Command: "spindle"})
	if near := cmdline.Nearest(word, verbs(root)); near != "" {
		return fault.WithHint(err, "did you mean `spindle %s`?", near)
	}
	return err
}

func verbs(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError makes of pflag's error one that names the option most like the unknown one.
func flagError(cmd *cobra.Command, err error) error {
	return usageOf(err, cmd.Flags(), cmd.CommandPath())
}

func usageOf(err error, flags *pflag.FlagSet, command string) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return &fault.Usage{Message: readable(err), Command: command}
	}
	name := unknown.GetSpecifiedName()
	dashes := "--"
	if unknown.GetSpecifiedShortnames() != "" {
		dashes = "-"
	}
	usage := &fault.Usage{Message: "unknown option " + dashes + name, Command: command}
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden || strings.HasPrefix(f.Name, "no-") {
			names = append(names, f.Name)
		}
	})
	slices.Sort(names)
	if near := cmdline.Nearest(name, names); near != "" {
		return fault.WithHint(usage, "did you mean --%s?", near)
	}
	return usage
}

// readable puts pflag's messages in our words.
func readable(err error) string {
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return "option --" + missing.GetSpecifiedName() + " needs a value"
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Sprintf("invalid value for --%s: %q", invalid.GetFlag().Name, invalid.GetValue())
	}
	return err.Error()
}

// arguments checks how many positional arguments there are, and says which are missing.
func arguments(least, most int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return &fault.Usage{Message: "missing argument: " + cmd.CommandPath() + " needs " + names, Command: cmd.CommandPath()}
		case most >= 0 && len(args) > most:
			return &fault.Usage{Message: fmt.Sprintf("unexpected argument %q", args[most]), Command: cmd.CommandPath()}
		}
		return nil
	}
}
