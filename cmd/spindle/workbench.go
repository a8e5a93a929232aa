package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/spin"
)

type workbenchJSON struct {
	Flow   string              `json:"flow"`
	Origin string              `json:"origin"` // the run it stands on, empty for none
	Tasks  []workbenchTaskJSON `json:"tasks"`  // in the order they were spun
	Size   int64               `json:"size"`   // of their values, in bytes
}

type workbenchTaskJSON struct {
	Step    string   `json:"step"`
	Task    string   `json:"task"`
	Run     string   `json:"run"` // in the spin store
	Index   []int64  `json:"index"`
	At      string   `json:"at"` // RFC 3339
	Seconds float64  `json:"seconds"`
	Set     []string `json:"set"` // names that were given other values
	Fresh   bool     `json:"fresh"`
}

func newWorkbench(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "workbench", Short: "Show, forget or promote what was spun", GroupID: groupRun,
		Example: `  spindle workbench show flow.py
  spindle workbench reset flow.py
  spindle workbench promote flow.py`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &fault.Usage{Message: fmt.Sprintf("workbench: %q is none of show, reset, promote, stop", args[0]), Command: cmd.CommandPath()}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWorkbenchShow(a), newWorkbenchReset(a), newWorkbenchPromote(a), newWorkbenchStop(a))
	return cmd
}

func newWorkbenchShow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show [FLOW]", Short: "List the spun tasks the next spin stands on",
		Example: "  spindle workbench show flow.py\n  spindle workbench show flow.py --json",
		Args:    arguments(0, 1, "a flow"),
		RunE: func(cmd *cobra.Command, args []string) error {
			place, spun, err := a.workbenchOf(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer spun()
			b, err := place.Load()
			if err != nil {
				return err
			}
			size, err := place.Size()
			if err != nil {
				return err
			}
			a.printWorkbench(place.Flow, b, size)
			return nil
		},
	}
	a.bindJSON(cmd)
	return cmd
}

func newWorkbenchReset(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "reset [FLOW]", Short: "Forget what was spun, and free its values",
		Long: text(`Forget what was spun: the next spin takes its inputs from the latest run again. Its values are deleted, but those spun with --persist, which
Metaflow's readers may look at. Runs are not touched.`),
		Example: "  spindle workbench reset flow.py",
		Args:    arguments(0, 1, "a flow"),
		RunE: func(cmd *cobra.Command, args []string) error {
			place, done, err := a.workbenchOf(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer done()
			freed, err := spin.Reset(cmd.Context(), place, nil)
			if err != nil {
				return err
			}
			a.printReset(place.Flow, freed)
			return nil
		},
	}
	a.bindJSON(cmd)
	return cmd
}

func newWorkbenchPromote(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "promote [FLOW]", Short: "Make a run of what was spun, and run what follows",
		Long: text(`Make a new run out of the workbench: the spun tasks are taken over, and what the origin has that nothing spun comes before; all that
follows is run, with the code as it is now. What was spun before something it depends on is run again. When the run is done the workbench is empty.`),
		Example:            "  spindle workbench promote flow.py\n  spindle workbench promote flow.py --tag tuned --max-workers 4",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.promote(cmd.Context(), &launch{app: a, cmd: cmd, verb: "resume", args: args, mayOmitFlow: true})
		},
	}
}

// promote is a resume whose origin is the workbench.
func (a *app) promote(ctx context.Context, l *launch) error {
	done, err := l.find(ctx)
	if done || err != nil {
		return err
	}
	defer l.stopWorker()
	if err := l.read(ctx); err != nil {
		return err
	}
	if err := l.describe(ctx); err != nil {
		return err
	}
	if err := l.parse(); err != nil {
		return err
	}
	return l.promote(ctx, l.run)
}

// promote makes a run of the workbench, by a way to run the resume that it is.
func (l *launch) promote(ctx context.Context, run func(context.Context) error) error {
	if l.step != "" || l.options.Origin != "" {
		return &fault.Usage{Message: "the workbench says what is run: neither a step nor --origin-run-id can be given", Command: l.cmd.CommandPath()}
	}
	b, err := l.openBench()
	if err != nil {
		return err
	}
	defer b.close()
	if l.promotion, err = l.ws.OpenWritable(b.origins, l.user); err != nil {
		return err
	}
	p, err := spin.Promote(ctx, b.cfg, l.promotion.Values)
	if errors.Is(err, spin.ErrEmpty) {
		return fault.WithHint(err, "`%s` spins a step", l.spinCommand("STEP"))
	}
	if err != nil {
		return err
	}
	note := l.noteOnce()
	for _, e := range p.Stale {
		note(strings.ReplaceAll(e.Key, "[]", "") + " was spun before something it depends on; it is run again")
	}
	l.resume = &p.Resume
	if l.options.CloneOnly {
		l.resume.CloneOnly = true
	}
	if err := run(ctx); err != nil {
		return err
	}
	_, err = spin.Reset(ctx, b.cfg.Place, b.spun.Group)
	return err
}

// flowOrOnly is the flow that was named, or else the folder's only one.
func (a *app) flowOrOnly(ctx context.Context, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	spec, err := a.ws.OnlyFlow(ctx)
	if spec == "" && err == nil {
		err = fault.Usagef("there is no flow in this folder: name its file")
	}
	return spec, err
}

// workbenchOf finds the workbench of a flow without running any of it.
func (a *app) workbenchOf(ctx context.Context, args []string) (spin.Place, func(), error) {
	spec, err := a.flowOrOnly(ctx, args)
	if err != nil {
		return spin.Place{}, nil, err
	}
	flow, _, err := a.readFlow(ctx, spec)
	if err != nil {
		return spin.Place{}, nil, err
	}
	if flow.Static == nil {
		return spin.Place{}, nil, flow.Unusable()
	}
	user, err := a.ws.User()
	if err != nil {
		return spin.Place{}, nil, err
	}
	origins, err := a.ws.OpenOrigins(user)
	if err != nil {
		return spin.Place{}, nil, err
	}
	spun, err := a.ws.OpenSpin(origins, user)
	if err != nil {
		return spin.Place{}, nil, err
	}
	place := spin.Place{Root: spun.Root, Flow: flow.Static.Name, User: user, Folder: flow.Dir()}
	return place, func() { _, _ = spun.Close(), origins.Close() }, nil
}

type resetJSON struct {
	Flow  string `json:"flow"`
	Tasks int    `json:"tasks"` // that were forgotten
	Freed int64  `json:"freed"` // bytes
	Busy  bool   `json:"busy"`  // a spin is running: values are freed by the next reset
}

func (a *app) printReset(flow string, f spin.Freed) {
	if a.json {
		report.WriteJSON(a.io.Out, resetJSON{flow, f.Tasks, f.Bytes, f.Busy})
		return
	}
	text := fmt.Sprintf("Forgot %d spun %s", f.Tasks, map[bool]string{true: "task", false: "tasks"}[f.Tasks == 1])
	if f.Bytes > 0 {
		text += ", freed " + spin.SizeText(f.Bytes)
	}
	fmt.Fprintln(a.io.Out, text+".")
	if f.Busy {
		a.say("A spin of this flow is running; the values it may need are freed by the next reset.")
	}
}

func (a *app) printWorkbench(flow string, b *spin.Bench, size int64) {
	out := workbenchJSON{Flow: flow, Tasks: []workbenchTaskJSON{}, Size: size}
	if b != nil {
		out.Origin = b.Origin
		for _, e := range b.Sorted() {
			t := workbenchTaskJSON{
				Step: e.Step, Task: e.Task, Run: e.Run, Index: []int64{}, At: e.At.Format(time.RFC3339), Seconds: e.Took, Set: append([]string{}, e.Set...), Fresh: e.Fresh,
			}
			for _, f := range e.Frames {
				t.Index = append(t.Index, f.Index)
			}
			out.Tasks = append(out.Tasks, t)
		}
	}
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return
	}
	if len(out.Tasks) == 0 {
		a.say("Nothing was spun.")
		a.sayKept(size)
		return
	}
	a.say("On run %s:", orNoRun(out.Origin))
	t := table.New("STEP", "INDEX", "SPUN", "SECONDS", "SET")
	for _, e := range out.Tasks {
		var at []string
		for _, i := range e.Index {
			at = append(at, strconv.FormatInt(i, 10))
		}
		t.Row(e.Step, strings.Join(at, ","), e.At, fmt.Sprintf("%.1f", e.Seconds), strings.Join(e.Set, ", "))
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
	a.sayKept(size)
}

// sayKept says how much the values of what was spun take.
func (a *app) sayKept(size int64) {
	if size > 0 {
		a.say("Its values take %s; `spindle workbench reset` frees them.", spin.SizeText(size))
	}
}

func orNoRun(id string) string {
	if id == "" {
		return "none"
	}
	return id
}

// Resume is what this launch resumes: the workbench when it promotes one.
func (l *launch) resumed() *run.Resume {
	if l.resume != nil {
		return l.resume
	}
	return &run.Resume{Origin: l.options.Origin, Step: l.step, CloneOnly: l.options.CloneOnly}
}
