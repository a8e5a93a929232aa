package spin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
)

// Config is what every spin of a flow works with.
type Config struct {
	// Engine is the flow, and a store, a metadata provider and a group of the spin store. Values, Resume and RunID are not looked at.
	Engine run.Config
	// Origins and OriginMetadata are the store that has the runs.
	Origins        *artifact.Store
	OriginMetadata metadata.Provider
	// Place is where the workbench is kept.
	Place Place
	// Note gets sentences the user should see before the step's output, each once. Nil: nobody reads them.
	Note func(string)
}

// Request is one spin.
type Request struct {
	Target Target
	Choice Choice
	// Origin is the run below the workbench when the user named one: a run's id. Latest is the one to take when neither he nor the workbench says.
	Origin, Latest string
	// Fresh takes inputs from the origin alone.
	Fresh bool
	Set   []Setting
	// Module is a Python file with a dict ARTIFACTS, empty for none.
	Module string
	// Bootstrap runs what is missing before the step.
	Bootstrap bool
}

// Result is what came of a spin.
type Result struct {
	Run, Step string
	Origin    string // empty when there is none
	Tasks     []TaskResult
}

// TaskResult is one spun task.
type TaskResult struct {
	Task    *run.Left
	Key     string
	Item    string
	Inputs  []string // pathspecs
	Against string   // what it is compared with: origin, input, or empty
	Of      string   // pathspec of that
	Changes []Change
	Took    time.Duration
	// Before is how long the origin's task took, 0 when nobody knows.
	Before time.Duration
}

// spin is one spin on its way.
type spin struct {
	cfg     Config
	req     Request
	bench   *Bench
	found   *Bench // as it was when the spin began, nil for none
	over    *overlay
	session *run.Session
}

func (s *spin) flow() string { return s.cfg.Engine.Description.Name }

func (s *spin) note(text string) {
	if s.cfg.Note != nil {
		s.cfg.Note(text)
	}
}

// Run spins a step. When a task fails the error is a [run.StepError], and the others of --all are in the result.
func Run(ctx context.Context, cfg Config, req Request) (res *Result, err error) {
	s := &spin{cfg: cfg, req: req}
	release, err := cfg.Place.Use(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if s.bench, err = cfg.Place.Load(); err != nil {
		return nil, err
	}
	s.found = s.bench
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if s.session != nil {
			err = errors.Join(err, s.session.Close())
		}
	}()
	groups, err := s.choose(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	values, err := s.values(ctx, groups)
	if err != nil {
		return nil, err
	}
	res = &Result{Run: s.session.Run(), Step: req.Target.Step, Origin: s.bench.Origin}
	res.Tasks, err = s.all(ctx, groups, values)
	return res, err
}

// settle decides on the origin and opens the overlay on it.
func (s *spin) settle(ctx context.Context) (err error) {
	named := s.req.Target.Run
	if named == "" {
		named = s.req.Origin
	}
	origin := named
	switch {
	case named != "":
	case s.bench != nil && !s.bench.Empty():
		origin = s.bench.Origin
		if s.req.Latest != "" && origin != "" && s.req.Latest != origin {
			s.note(fmt.Sprintf("the workbench stands on run %s; run %s is newer: --origin latest starts anew on it", origin, s.req.Latest))
		}
	default:
		origin = s.req.Latest
	}
	if s.bench != nil && s.bench.Origin != origin {
		if n := len(s.bench.Tasks); n > 0 {
			s.note(fmt.Sprintf("the origin is now run %s, %s: the workbench, %d spun %s, was reset", origin, formerly(s.bench.Origin), n, plural(n, "task", "tasks")))
		}
		s.bench = nil
	}
	if s.bench == nil {
		s.bench = newBench(s.flow(), origin)
	}
	s.over, err = openOverlay(ctx, s.cfg, s.bench, s.req.Fresh)
	return err
}

// openOverlay is a workbench as the machine sees it.
func openOverlay(ctx context.Context, cfg Config, b *Bench, fresh bool) (*overlay, error) {
	plan, err := run.PlanOf(cfg.Engine.Graph, cfg.Engine.Description)
	if err != nil {
		return nil, err
	}
	o := &overlay{plan: plan}
	if !fresh {
		o.bench = b
	}
	if b.Origin == "" {
		if b.Parameters != nil {
			o.parameters = b.Parameters.finished()
		}
		return o, nil
	}
	past := cfg.Engine
	past.Store, past.Elsewhere = cfg.Origins, nil
	if o.origin, err = run.OpenOrigin(past, b.Origin); err != nil {
		return nil, err
	}
	o.parameters, err = o.origin.Parameters(ctx)
	return o, err
}

// formerly says what the origin was.
func formerly(run string) string {
	if run == "" {
		return "where there was none"
	}
	return "no longer run " + run
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// choose finds the tasks, after what is missing before them was run if that is wanted.
func (s *spin) choose(ctx context.Context) ([][]Candidate, error) {
	step := s.req.Target.Step
	choice := s.req.Choice
	choice.Task = s.req.Target.Task
	if s.over.step(step) == nil {
		return s.over.choose(ctx, step, choice, s.note)
	}
	if s.over.parameters == nil {
		if err := s.firstParameters(ctx); err != nil {
			return nil, err
		}
	}
	for {
		groups, err := s.over.choose(ctx, step, choice, s.note)
		var missing *NotReadyError
		if !errors.As(err, &missing) || !s.req.Bootstrap {
			return groups, err
		}
		if err := s.bootstrap(ctx, missing); err != nil {
			return nil, err
		}
	}
}

// firstParameters evaluates the parameters of a flow that has never run.
func (s *spin) firstParameters(ctx context.Context) error {
	if !s.req.Bootstrap {
		return &NotReadyError{Step: s.req.Target.Step, Missing: s.path()}
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	p, err := s.session.Parameters(ctx)
	if err != nil {
		return err
	}
	s.over.parameters = p
	return s.keep(ctx, func(b *Bench) { b.Parameters = entryOf(&run.Left{Finished: *p}) })
}

// path are the steps before the one asked for, in the order of the graph.
func (s *spin) path() []string {
	before := s.over.before(s.req.Target.Step)
	names := []string{}
	for _, name := range s.cfg.Engine.Graph.Order {
		if before[name] {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return []string{"the parameters"}
	}
	return names
}

// bootstrap runs the tasks that are missing and can be run now.
func (s *spin) bootstrap(ctx context.Context, e *NotReadyError) error {
	w, err := s.over.reach(ctx, s.req.Target.Step, "", func(string) {})
	if err != nil {
		return err
	}
	if len(w.missing) == 0 {
		return e
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	_, err = s.all(ctx, gangs(w.missing), &overrides{})
	return err
}

func (s *spin) open(ctx context.Context) (err error) {
	if s.session == nil {
		s.session, err = run.OpenSession(ctx, s.cfg.Engine)
	}
	return err
}

// values are what the user wants instead of what the inputs have.
func (s *spin) values(ctx context.Context, groups [][]Candidate) (*overrides, error) {
	o := &overrides{all: artifact.Objects{}, by: map[string]artifact.Objects{}}
	first := groups[0][0]
	if s.req.Module != "" {
		if err := s.module(ctx, s.req.Module, first.start.Join, o); err != nil {
			return nil, fmt.Errorf("artifacts module %q: %w", s.req.Module, err)
		}
	}
	fromModule := len(o.all)
	if err := s.settings(ctx, s.req.Set, o); err != nil {
		return nil, err
	}
	if len(o.all) == fromModule {
		return o, nil
	}
	var names []string
	for _, setting := range s.req.Set {
		_, name, err := setting.value(s.cfg.Engine.Description.Parameters)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return o, known(first.Step(), names, first.inputs)
}

// all runs the tasks, several at a time. The first failure ends the others; what has finished is kept.
func (s *spin) all(ctx context.Context, groups [][]Candidate, values *overrides) ([]TaskResult, error) {
	results := make([][]TaskResult, len(groups))
	g, gctx := errgroup.WithContext(ctx)
	limit := s.cfg.Engine.MaxWorkers
	if limit < 1 {
		limit = run.DefaultMaxWorkers
	}
	g.SetLimit(limit)
	for i, group := range groups {
		id := s.session.NewID()
		g.Go(func() (err error) {
			results[i], err = s.one(gctx, id, group, values)
			return err
		})
	}
	err := g.Wait()
	done := slices.Concat(results...)
	if kept := s.record(ctx, done, values); kept != nil {
		return done, errors.Join(err, kept)
	}
	for i := range done {
		s.compare(ctx, &done[i])
	}
	return done, err
}

// one runs a task, or those of a parallel step.
func (s *spin) one(ctx context.Context, id string, group []Candidate, values *overrides) ([]TaskResult, error) {
	tasks := make([]run.Single, len(group))
	for i, c := range group {
		tasks[i] = run.Single{ID: id, Start: c.start, Inputs: values.apply(c.inputs)}
	}
	left, err := s.session.Gang(ctx, tasks)
	if err != nil {
		return nil, err
	}
	results := make([]TaskResult, len(left))
	for i, l := range left {
		results[i] = TaskResult{Task: l, Key: l.Key, Item: group[i].Item(), Took: l.Took}
		for _, in := range group[i].inputs {
			results[i].Inputs = append(results[i].Inputs, in.Pathspec())
		}
	}
	return results, nil
}

// record adds spun tasks to the workbench.
func (s *spin) record(ctx context.Context, done []TaskResult, values *overrides) error {
	if len(done) == 0 {
		return nil
	}
	return s.keep(context.WithoutCancel(ctx), func(b *Bench) {
		for _, r := range done {
			e := entryOf(r.Task)
			e.Seq, e.At, e.Set, e.Fresh = b.Next, s.now(), values.names(), s.req.Fresh
			b.Tasks[r.Key] = e
		}
		b.Next++
	})
}

func (s *spin) now() time.Time {
	if s.cfg.Engine.Clock != nil {
		return s.cfg.Engine.Clock.Now().UTC()
	}
	return time.Now().UTC()
}

func entryOf(l *run.Left) *Entry {
	return &Entry{
		Run: l.Run, Step: l.Step, Task: l.Task, Key: l.Key, Frames: l.Frames, Objects: l.Objects, Transition: l.Transition,
		Took: l.Took.Seconds(),
	}
}

// keep changes the workbench, here and on disk. One that another spin has meanwhile put on another origin is left alone.
func (s *spin) keep(ctx context.Context, change func(*Bench)) error {
	return s.cfg.Place.change(ctx, s.cfg.Engine.Group, func(b *Bench) (*Bench, error) {
		was := s.bench.Origin
		switch {
		case b == nil:
			b = newBench(s.flow(), was)
		case b.Origin != was && (s.found == nil || b.Origin != s.found.Origin || b.Next != s.found.Next):
			s.note("another spin has changed the workbench's origin; what was spun here is not on it")
			return b, nil
		case b.Origin != was:
			b = newBench(s.flow(), was)
		}
		change(b)
		s.bench = b
		if !s.req.Fresh {
			s.over.bench = b
		}
		return b, nil
	})
}
