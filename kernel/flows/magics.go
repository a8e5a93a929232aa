package flows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/spin"
)

// doing is a magic: how it is called, what it does.
type doing struct {
	usage, help string
	do          func(r *Runner, ctx context.Context, args []string, st *stage) error
}

// magics are all there are, by name.
func magics() map[string]doing {
	return map[string]doing{
		"flow":      {"%flow FILE.py[:Class]", "attach a flow, one in Go by its package's folder; alone: say which is attached", (*Runner).magicFlow},
		"spin":      {"%spin STEP [options of spindle spin]", "run a step on what is on the workbench: --index 2, --all, --set a=1, --bootstrap, …", (*Runner).magicSpin},
		"run":       {"%run [options of spindle run]", "run the whole flow: --alpha 0.5, --max-workers 4, …", (*Runner).magicRun},
		"graph":     {"%graph", "draw the steps with their states", (*Runner).magicGraph},
		"artifacts": {"%artifacts [STEP]", "list what the newest task, or that of a step, has left", (*Runner).magicArtifacts},
		"diff":      {"%diff STEP", "show what a spun step has changed against the origin", (*Runner).magicDiff},
		"logs":      {"%logs [STEP]", "show what the newest task, or that of a step, has printed", (*Runner).magicLogs},
		"promote":   {"%promote [options of spindle run]", "make a run of what was spun, and run what follows", (*Runner).magicPromote},
		"config":    {"%config FILE.json", "attach a file to a config of the flow; NAME=FILE says to which (%config with other arguments is IPython's)", (*Runner).magicConfig},
		"runs":      {"%runs", "list the flow's runs", (*Runner).magicRuns},
		"origin":    {"%origin [RUN|latest|production|TAG]", "choose the run below the workbench; alone: say which it is", (*Runner).magicOrigin},
		"save":      {"%save", "write the edited steps into the file, and nothing else", (*Runner).magicSave},
		"revert":    {"%revert [STEP]", "forget the edit of a step, or all", (*Runner).magicRevert},
		"spindle":   {"%spindle", "this list", (*Runner).magicHelp},
	}
}

func (r *Runner) magicHelp(_ context.Context, _ []string, st *stage) error {
	g := grid{names: []string{"magic", ""}}
	for _, name := range magicNames() {
		g.add("", magics()[name].usage, magics()[name].help)
	}
	g.add("", "%%flow [FILE.py]", "a cell that holds a whole flow; %save writes it to the file")
	g.add("", "%%spin [options]", "above a cell that defines a step: the options it is spun with")
	g.add("", "@step def …", "a cell that defines steps replaces those of the flow in memory and spins them")
	g.add("", "func (t *Train) …", "with a flow in Go: a cell that defines steps, as methods")
	g.add("", "%%py", "with a flow in Go, whose other cells are Go: a cell of Python")
	g.add("", "self.x", "the artifact x of the newest task")
	g.show(st)
	return nil
}

// place is where the flow is that a magic names, and what it is written in.
func (r *Runner) place(spec string) (path, class, language string) {
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(spec, "~/") {
		spec = filepath.Join(home, spec[2:])
	}
	return r.host.Where(spec)
}

// open reads the flow at a place.
func (r *Runner) open(spec string) (book, error) {
	path, class, language := r.place(spec)
	if language == graph.Go {
		if strings.HasSuffix(path, ".go") {
			path = filepath.Dir(path)
		}
		return openGo(r.flowsOfGo, path, class)
	}
	return openPython(path, class)
}

// short is a path as seen from the notebook.
func (r *Runner) short(file string) string {
	if rel, err := filepath.Rel(r.host.Dir(), file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return file
}

func (r *Runner) magicFlow(ctx context.Context, args []string, st *stage) error {
	if len(args) == 0 {
		_, s, err := r.needed()
		if err != nil {
			return err
		}
		r.introduce(ctx, s, st)
		return nil
	}
	if len(args) > 1 {
		return errors.New("%flow takes one file: train.py, or train.py:Class; of a flow in Go the package's folder: ./train")
	}
	b, err := r.open(args[0])
	if err != nil {
		return fmt.Errorf("there is no flow to attach: %w", err)
	}
	if old, _ := r.attached(); old != nil && samePlace(old, b) && len(old.defined()) > 0 {
		st.print("The edits of %s are forgotten.", strings.Join(old.defined(), ", "))
	}
	return r.enter(ctx, b, st)
}

// samePlace says whether both are the same flow.
func samePlace(a, b book) bool {
	one, _ := a.place()
	other, _ := b.place()
	return one == other
}

// enter attaches a book and says what it is.
func (r *Runner) enter(ctx context.Context, b book, st *stage) error {
	s, err := r.attach(ctx, b)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.origin, r.warned, r.configs = "", false, nil
	r.mu.Unlock()
	r.host.Prepare(context.WithoutCancel(ctx), s, st)
	r.introduce(ctx, s, st)
	return nil
}

func (r *Runner) introduce(ctx context.Context, s *Source, st *stage) {
	names := s.Graph.Order
	st.print("%s of %s: %s", s.Flow.Name, r.short(s.File), strings.Join(names, ", "))
	standing, done, err := r.look(ctx)
	if err != nil {
		st.Stream("stderr", "The workbench can't be read: "+err.Error()+"\n")
		return
	}
	defer done()
	switch spun := spunSteps(standing); {
	case standing.Origin == "" && len(spun) == 0:
		st.print("It has no run yet: %%run runs it, %%spin STEP --bootstrap what comes before a step.")
	case len(spun) == 0:
		st.print("The workbench stands on run %s.", standing.Origin)
	default:
		st.print("The workbench stands on run %s; spun: %s.", orNone(standing.Origin), strings.Join(spun, ", "))
	}
}

func orNone(run string) string {
	if run == "" {
		return "none"
	}
	return run
}

func (r *Runner) magicRuns(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	return r.host.Command(ctx, append([]string{"runs", s.Flow.Name}, args...), st)
}

func (r *Runner) magicOrigin(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		v, done, err := r.host.View(ctx, s)
		if err != nil {
			return err
		}
		defer done()
		found, err := spin.FindOrigin(ctx, v.Origins, v.OriginMetadata, s.Flow.Name, args[0], v.Namespace)
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.origin = found
		r.mu.Unlock()
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		return err
	}
	defer done()
	st.print("The origin is run %s.", orNone(standing.Origin))
	return nil
}

func (r *Runner) magicSave(ctx context.Context, _ []string, st *stage) error {
	b, _, err := r.needed()
	if err != nil {
		return err
	}
	if !b.edited() {
		st.print("Nothing is edited.")
		return nil
	}
	next, files, err := b.saved(ctx)
	if err != nil {
		return err
	}
	if _, err := r.attach(ctx, next); err != nil {
		return err
	}
	for i, f := range files {
		files[i] = r.short(f)
	}
	if b.inCell() {
		st.print("Wrote %s.", strings.Join(files, ", "))
		return nil
	}
	n := len(b.defined())
	st.print("Wrote %d edited %s into %s.", n, plural(n, "step", "steps"), strings.Join(files, ", "))
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (r *Runner) magicRevert(ctx context.Context, args []string, st *stage) error {
	b, _, err := r.needed()
	if err != nil {
		return err
	}
	step := ""
	if len(args) > 0 {
		step = args[0]
	}
	next, names := b.without(step)
	if len(names) == 0 {
		st.print("There is no such edit.")
		return nil
	}
	if _, err := r.attach(ctx, next); err != nil {
		return err
	}
	st.print("Forgot the edits of %s.", strings.Join(names, ", "))
	return nil
}

func (r *Runner) magicSpin(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return fmt.Errorf("say which step: %s", strings.Join(s.Graph.Order, ", "))
	}
	return r.spin(ctx, s, args, st)
}

func (r *Runner) magicRun(ctx context.Context, args []string, st *stage) error {
	return r.follow(ctx, r.withConfigs(args), st, r.host.Run)
}

func (r *Runner) magicPromote(ctx context.Context, args []string, st *stage) error {
	return r.follow(ctx, args, st, r.host.Promote)
}

// follow shows a run with a picture that changes in place. What is spun next stands on the run.
func (r *Runner) follow(ctx context.Context, args []string, st *stage, do func(context.Context, *Source, []string, Stage) error) error {
	_, s, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	if err := judge(s, "", st); err != nil {
		return err
	}
	l := newLive(s.Graph, r.newID(), st)
	st.named = true
	st.watch = append(st.watch, l.event)
	s = s.debugged(st.debug)
	st.knows(s)
	err = do(ctx, s, args, st)
	l.end()
	if ctx.Err() != nil {
		return run.ErrInterrupted
	}
	if err == nil {
		r.mu.Lock()
		r.origin = l.run
		r.mu.Unlock()
	}
	return err
}
