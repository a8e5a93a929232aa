package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// tagOptions are those of `tag add`, `remove` and `replace`.
type tagOptions struct {
	run, namespace string
	add, remove    []string
}

func newTag(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "tag", Short: "Add, remove and list tags of runs", GroupID: groupPast,
		Example: `  spindle tag add flow.py --run-id 1795219783672502 baseline
  spindle tag remove Demand/1795219783672502 baseline
  spindle tag replace flow.py --run-id 1795219783672502 --remove draft --add final
  spindle tag list flow.py`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &fault.Usage{Message: fmt.Sprintf("tag: %q is none of add, remove, replace, list", args[0]), Command: cmd.CommandPath()}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTagChange(a, "add"), newTagChange(a, "remove"), newTagReplace(a), newTagList(a))
	return cmd
}

func newTagChange(a *app, verb string) *cobra.Command {
	o := &tagOptions{}
	short, example := "Add tags to a run", "baseline v2"
	if verb == "remove" {
		short, example = "Remove tags from a run", "baseline"
	}
	cmd := &cobra.Command{
		Use: verb + " FLOW TAG...", Short: short,
		Example: fmt.Sprintf("  spindle tag %s flow.py --run-id 1795219783672502 %s\n  spindle tag %[1]s Demand/1795219783672502 %[2]s", verb, example),
		Args:    arguments(2, -1, "a flow and tags"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTags(cmd, args, o, func(tags []string) error {
				if len(tags) == 0 {
					return &fault.Usage{Message: "missing argument: " + cmd.CommandPath() + " needs tags", Command: cmd.CommandPath()}
				}
				if verb == "add" {
					o.add = tags
				} else {
					o.remove = tags
				}
				return nil
			})
		},
	}
	o.bind(cmd)
	return cmd
}

func newTagReplace(a *app) *cobra.Command {
	o := &tagOptions{}
	cmd := &cobra.Command{
		Use: "replace FLOW --remove TAG --add TAG", Short: "Replace tags of a run in one change",
		Example: "  spindle tag replace flow.py --run-id 1795219783672502 --remove draft --add final",
		Args:    arguments(1, -1, "a flow"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTags(cmd, args, o, func(rest []string) error {
				switch {
				case len(rest) > 0:
					return &fault.Usage{Message: fmt.Sprintf("unexpected argument %q: tags are given with --add and --remove", rest[0]), Command: cmd.CommandPath()}
				case len(o.remove) == 0:
					return fault.WithHint(fault.Usagef("no tag to remove"), "to add tags only use `spindle tag add`")
				case len(o.add) == 0:
					return fault.WithHint(fault.Usagef("no tag to add"), "to remove tags only use `spindle tag remove`")
				}
				return nil
			})
		},
	}
	o.bind(cmd)
	cmd.Flags().StringArrayVar(&o.add, "add", nil, "add this `TAG`; may be given several times")
	cmd.Flags().StringArrayVar(&o.remove, "remove", nil, "remove this `TAG`; may be given several times")
	return cmd
}

func (o *tagOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.run, "run-id", "", "the `ID` of the run")
	cmd.Flags().StringVar(&o.namespace, "namespace", "", "the run has to be in the namespace `TAG` (default user:<name>)")
}

// changeTags finds the run, lets accept judge the other arguments, and changes the run's tags in one step.
func (a *app) changeTags(cmd *cobra.Command, args []string, o *tagOptions, accept func(rest []string) error) error {
	ctx := cmd.Context()
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return err
	}
	if s.source == nil && strings.Contains(args[0], "/") && o.run == "" {
		o.run, rest = rest[0], rest[1:]
	}
	if err := accept(rest); err != nil {
		return err
	}
	stores, err := a.ws.OpenExisting(workspace.Write)
	if err != nil {
		return err
	}
	defer stores.Close()
	if o.run == "" {
		return a.whichRun(ctx, stores, s.name)
	}
	if err := stores.FindRun(cmd.Context(), s.name, o.run); err != nil {
		return err
	}
	run, err := stores.Metadata.Run(ctx, s.name, o.run)
	if err != nil {
		return fmt.Errorf("reading run %s/%s: %w", s.name, o.run, err)
	}
	space, err := a.namespaceOf(cmd, o.namespace)
	if err != nil {
		return err
	}
	if space != "" && !run.Tags.Has(space) {
		return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("run %s/%s is not in the namespace %s", s.name, o.run, space)},
			"to change it all the same add --namespace= (everything) or its own namespace")
	}
	changed, err := stores.Metadata.MutateTags(ctx, s.name, o.run, o.add, o.remove)
	if err != nil {
		return err
	}
	if err := stores.Group.Commit(ctx); err != nil {
		return fmt.Errorf("storing the tags: %w", err)
	}
	if !a.top.Quiet {
		fmt.Fprintln(a.io.Out, "Operation successful. New tags:")
	}
	a.printTags([]tagged{{run: s.name + "/" + o.run, user: changed.User, system: changed.System}}, tagListOptions{})
	return nil
}

// namespaceOf is the namespace that was asked for, the user's own when none was; empty for everything.
func (a *app) namespaceOf(cmd *cobra.Command, given string) (string, error) {
	if cmd.Flags().Changed("namespace") {
		return given, nil
	}
	user, err := a.ws.User()
	if err != nil {
		return "", err
	}
	return a.ws.System(user, nil, nil).Identity(), nil
}

// whichRun is the error of a change without a run, with the one that is probably meant.
func (a *app) whichRun(ctx context.Context, stores *workspace.Stores, flow string) error {
	err := fault.Usagef("which run? Name it with --run-id")
	runs, listErr := stores.Metadata.Runs(ctx, flow)
	if listErr != nil || len(runs) == 0 {
		return err
	}
	latest := slices.MaxFunc(runs, func(x, y metadata.Object) int { return x.CreatedAt.Compare(y.CreatedAt) })
	return fault.WithHint(err, "the latest run of %s is %s", flow, latest.Run)
}

// tagged is a run with its tags.
type tagged struct {
	run          string
	user, system []string
}

type tagListOptions struct {
	run                         string
	all, mine, hideSystem, flat bool
	groupByTag, groupByRun      bool
}

func newTagList(a *app) *cobra.Command {
	o := &tagListOptions{}
	cmd := &cobra.Command{
		Use: "list FLOW [RUN]", Short: "List tags",
		Example: `  spindle tag list flow.py                       of all runs of the flow
  spindle tag list flow.py 1795219783672502      of one run
  spindle tag list Demand --my-runs --group-by-run`,
		Args: arguments(1, 2, "a flow"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.listTags(cmd.Context(), args, *o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.run, "run-id", "", "list the tags of the run of this `ID`")
	f.BoolVar(&o.all, "all", false, "list the tags of all runs (the default)")
	f.BoolVar(&o.mine, "my-runs", false, "list the tags of your own runs")
	f.BoolVar(&o.hideSystem, "hide-system-tags", false, "leave out the tags that the system sets")
	f.BoolVar(&o.groupByTag, "group-by-tag", false, "list runs by tag")
	f.BoolVar(&o.groupByRun, "group-by-run", false, "list tags by run")
	f.BoolVar(&o.flat, "flat", false, "one tag a line")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) listTags(ctx context.Context, args []string, o tagListOptions) error {
	s, rest, err := a.subject(ctx, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		if o.run != "" && o.run != rest[0] {
			return fault.Usagef("two runs were named: %s and --run-id %s", rest[0], o.run)
		}
		o.run = rest[0]
	}
	if o.groupByTag && o.groupByRun {
		return fault.Usagef("--group-by-tag and --group-by-run exclude each other")
	}
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	list, err := a.taggedRuns(ctx, stores, s.name, o)
	if err != nil {
		return err
	}
	a.printTags(list, o)
	return nil
}

func (a *app) taggedRuns(ctx context.Context, stores *workspace.Stores, flow string, o tagListOptions) ([]tagged, error) {
	if o.run != "" {
		if err := stores.FindRun(ctx, flow, o.run); err != nil {
			return nil, err
		}
		run, err := stores.Metadata.Run(ctx, flow, o.run)
		if err != nil {
			return nil, fmt.Errorf("reading run %s/%s: %w", flow, o.run, err)
		}
		return []tagged{{flow + "/" + o.run, run.Tags.User, run.Tags.System}}, nil
	}
	runs, err := stores.Metadata.Runs(ctx, flow)
	if errors.Is(err, metadata.ErrNotFound) || err == nil && len(runs) == 0 {
		return nil, fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("%s has no runs in %s", flow, stores.Values.Root())}, "run the flow first: spindle run")
	}
	// Damaged runs are left out here; `spindle runs` tells about them.
	if err != nil && len(runs) == 0 {
		return nil, err
	}
	own := ""
	if o.mine {
		user, err := a.ws.User()
		if err != nil {
			return nil, err
		}
		own = a.ws.System(user, nil, nil).Identity()
	}
	slices.SortFunc(runs, func(x, y metadata.Object) int { return cmp.Compare(x.Run, y.Run) })
	var list []tagged
	for _, r := range runs {
		if own == "" || r.Tags.Has(own) {
			list = append(list, tagged{flow + "/" + r.Run, r.Tags.User, r.Tags.System})
		}
	}
	return list, nil
}
