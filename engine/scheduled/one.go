package scheduled

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/task"
)

// ParametersStep and ParametersTask name the task that holds a run's parameters, which the container of the start step makes.
const (
	ParametersStep = "_parameters"
	ParametersTask = "t"
)

// one is one task being carried out.
type one struct {
	Config
	step   *Step
	path   []int
	run    string
	root   objects.Place
	loops  bool // the flow has loops
	keeper task.Keeper
	system metadata.System
	place  *Place
	values *task.Values
}

// Run carries out one attempt of the task that the coordinates name, or finishes one that was cut short when it was nearly done. Whatever happens to it, it can
// be called again. A step that failed is no error but in the report; an error says what kept the task from being run or stored. ctx ends only the process.
func Run(ctx context.Context, cfg Config) (Report, error) {
	o, err := newOne(cfg)
	if err != nil {
		return Report{}, err
	}
	storing := context.WithoutCancel(ctx)
	report, err := o.carryOut(ctx, storing)
	if err == nil && o.Metadata != nil {
		err = o.Metadata.Flush(storing)
	}
	return report, err
}

func newOne(cfg Config) (*one, error) {
	d := cfg.Deployment
	o := &one{Config: cfg, step: d.Step(cfg.At.Step), run: d.RunID(cfg.At.Execution), loops: loops(d), values: task.NewValues(cfg.Store, d.Flow)}
	var err error
	if o.step == nil {
		return nil, fmt.Errorf("%s=%q: flow %s has no such step; the deployment is another one than the scheduler's", EnvStep, cfg.At.Step, d.Flow)
	}
	if o.step.Node.Parallel {
		return nil, fmt.Errorf("step %q starts a parallel step, which a deployment cannot run", o.step.Name)
	}
	if o.path, err = indexes(cfg.At.Path); err != nil {
		return nil, err
	}
	if len(o.path) != len(o.step.Foreach) {
		return nil, fmt.Errorf("%s=%q has %d indexes, and step %q is in %d foreaches", EnvPath, cfg.At.Path, len(o.path), o.step.Name, len(o.step.Foreach))
	}
	if o.root, err = objects.Parse(d.Root); err != nil {
		return nil, err
	}
	o.root.Key = strings.Trim(o.root.Key, "/")
	if d.GoVersion != "" {
		o.PythonVersion = "" // the container's, which the step has nothing to do with
	}
	o.system = metadata.System{
		Runtime: d.Runtime, PythonVersion: o.PythonVersion, GoVersion: d.GoVersion, User: d.User, ProductionToken: d.Token, Version: d.Recorded, Extra: d.SystemTags,
	}
	o.keeper = task.Keeper{
		Store: cfg.Store, Metadata: unrecorded{}, Tags: metadata.Tags{User: d.Tags, System: metadata.SystemTags(o.system)},
		PythonVersion: o.PythonVersion, Settle: true,
	}
	if cfg.Metadata != nil {
		o.keeper.Metadata = cfg.Metadata
	}
	return o, nil
}

func (o *one) key() artifact.Task {
	return artifact.Task{Flow: o.Deployment.Flow, Run: o.run, Step: o.step.Name, Task: o.At.TaskID()}
}

func (o *one) id() metadata.TaskID { return metadata.TaskID(o.key()) }

// carryOut finds out what there is to do and does it. storing is for what has to be done in any case.
func (o *one) carryOut(ctx, storing context.Context) (Report, error) {
	last, table, err := o.before(ctx)
	if err != nil {
		return Report{}, err
	}
	if table != nil { // it was done, or only the last touches were missing
		return Report{Done: true, Before: true, Attempt: last}, o.finish(storing, last, table)
	}
	if failed, err := o.failedForGood(ctx, last); err != nil || failed != nil {
		if err != nil {
			return Report{}, err
		}
		return Report{Failure: failed.Reason, Before: true, Attempt: last}, nil
	}
	number := last + 1
	if number >= artifact.MaxAttempts {
		return Report{}, fmt.Errorf("task %s has begun %d attempts, and readers look at no more: start the run again", o.key(), number)
	}
	return o.attempt(ctx, storing, number)
}

// before looks at what was done of the task: the number of its last attempt, -1 for none, and its table if that one has succeeded. The table is written after
// all it names is stored: an attempt that has left one has done its work, though it may have been ended before it could say so.
func (o *one) before(ctx context.Context) (last int, table artifact.Objects, err error) {
	attempts, err := o.Store.Attempts(o.key())
	if err != nil || len(attempts) == 0 {
		return -1, nil, err
	}
	last = attempts[len(attempts)-1].Attempt
	data, err := o.Store.Data(o.key(), last)
	if errors.Is(err, artifact.ErrMissing) {
		return last, nil, nil
	}
	if err != nil {
		return last, nil, err
	}
	ok, err := value[bool](ctx, o, data.Objects, "_task_ok")
	if err != nil || !ok {
		return last, nil, err
	}
	return last, data.Objects, nil
}

// ready makes the place ready.
func (o *one) ready(ctx context.Context) error {
	if o.place != nil {
		return nil
	}
	var err error
	o.place, err = o.Ready(ctx)
	return err
}

// start is what is recorded when an attempt begins.
func (o *one) start(number int, l *lineage) metadata.Start {
	d := o.Deployment
	s := metadata.Start{
		Attempt: number, DSType: o.Store.Kind(), DSRoot: o.Store.Root(), Script: path.Base(d.Source), Code: d.CodeRecord, System: o.system,
	}
	if l != nil {
		for _, f := range l.frames {
			s.Frames = append(s.Frames, metadata.Frame{Step: f.Step, Var: f.Var, Value: f.Value, Index: f.Index})
		}
	}
	return s
}

// records are those of the deployment and of the container.
func (o *one) records(number int) []metadata.Record {
	tags := []string{metadata.AttemptTag(number)}
	var list []metadata.Record
	add := func(field, value string) {
		if value != "" {
			list = append(list, metadata.Record{Field: field, Value: value, Tags: tags})
		}
	}
	for field, value := range o.Deployment.Records {
		add(field, value)
	}
	for _, field := range o.Deployment.Execution {
		add(field, o.At.Execution)
	}
	if o.Records != nil {
		for field, value := range o.Records() {
			add(field, value)
		}
	}
	return list
}

// alive keeps telling the service that the task runs, until the function it returns is called.
func (o *one) alive() func() {
	if o.Metadata == nil {
		return func() {}
	}
	return o.Metadata.Alive(o.id())
}
