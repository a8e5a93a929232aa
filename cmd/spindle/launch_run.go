package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/heap"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/interrupt"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/worker"
)

// runHeap is what the heap of a run on this machine may grow to before garbage is collected. A thousand small tasks leave 500 megabytes of
// garbage behind, of which five at a time are alive.
const runHeap = 32 << 20

// run runs the flow and shows how it goes.
func (l *launch) run(ctx context.Context) error {
	if err := disk.EnableFailpoints(os.Getenv); err != nil {
		return fault.Usagef("%v", err)
	}
	away, err := l.remoteSteps()
	if err != nil {
		return err
	}
	stores, err := l.stores()
	if err != nil {
		return err
	}
	defer stores.Close()
	if stores.Created {
		l.say("Creating local datastore in current directory (%s)", stores.Root)
	}
	if away == nil && l.app.ws.Env("GOGC") == "" { // else somebody has chosen
		defer heap.KeepRoom(runHeap)()
	}
	if away != nil {
		heap.Spare()
		if err := away.prepare(ctx, l, stores); err != nil {
			return err
		}
	}
	compute, err := l.compute(ctx)
	if err != nil {
		return err
	}
	defer compute.Close()

	v := l.newView()
	l.atExit = append(l.atExit, func() { _ = v.Close() })
	guard := interrupt.New(&attributes{runView: v, file: l.options.AttrFile, metadata: stores.Metadata.String()}, interrupt.KillGroup, func(err error) {
		l.leave()
		l.exit(int(exitcode.Of(err)))
	})
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, interrupt.Signals()...)
	defer signal.Stop(signals)
	// A reader of our output that goes away (| head) must not take the run with it.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := guard.Watch(ctx, signals)
	defer stop()

	l.output.show(v)
	cfg := l.config(stores, compute, guard)
	cfg.Ended = l.hooks(stores.Env(), v.Print)
	if away != nil {
		away.onto(&cfg)
	}
	summary, err := run.Run(ctx, cfg)
	if away != nil {
		err = errors.Join(err, away.close(ctx))
	}
	l.output.show(nil)
	l.leave()
	if taken := (*run.ExistsError)(nil); errors.As(err, &taken) && l.verb == "resume" && l.options.Reentrant {
		err = l.follow(ctx, stores, taken)
	}
	return l.outcome(summary, err, guard.Signal())
}

// stores is where the run goes.
func (l *launch) stores() (*workspace.Stores, error) {
	if l.promotion != nil {
		return l.promotion, nil
	}
	return l.ws.Open(workspace.Write, l.user)
}

// compute runs tasks as processes here. From now on it owns the worker.
func (l *launch) compute(ctx context.Context) (*local.Local, error) {
	isolation := local.Isolation(l.top.Isolation)
	compute, err := local.New(local.Options{
		Worker: l.worker, Describes: l.description.Isolation, Isolation: isolation, Program: l.program.Task(),
		Engine: l.ws.Engine(), TimeoutGrace: l.program.Grace(),
		Restart: func(ctx context.Context) (*worker.Worker, error) {
			w, err := l.program.Start(ctx)
			if err != nil {
				return nil, err
			}
			if _, err := w.Describe(ctx, l.request); err != nil {
				return nil, errors.Join(err, w.Close())
			}
			return w, nil
		},
		Now: l.ws.Now,
	})
	if err != nil {
		return nil, err
	}
	l.worker = nil
	forks := l.program.Language().Name() != graph.Go // whose processes start at once
	if kind, why := compute.Isolation(); kind == local.Spawn && isolation != local.Spawn && forks {
		l.say("Each task gets a fresh interpreter: %s", why)
	}
	return compute, nil
}

func (l *launch) config(stores *workspace.Stores, compute *local.Local, observer run.Observer) run.Config {
	past := stores.History(l.ws, l.description.Name)
	cfg := run.Config{
		Graph: l.flow.Graph, Description: l.description, Request: l.request,
		Store: stores.Values, Metadata: stores.Metadata, Group: stores.Group, Compute: compute,
		Client:   func(dir string) run.Client { return past.Session(dir) },
		Observer: observer, Env: l.ws.Env,
		MaxWorkers: l.options.MaxWorkers, MaxSplits: l.options.MaxNumSplits, LogLimit: l.options.LogLimit(),
		RunID: l.options.RunID, RunIDFile: l.options.RunIDFile, Tags: l.options.Tags,
		System:      l.ws.System(l.user, l.program, l.description.SystemTags),
		Namespace:   l.options.View(l.identity()),
		TriggerRuns: l.ofFlow.Trigger,
	}
	if l.verb == "resume" {
		cfg.Resume = l.resumed()
	} else {
		cfg.Values = l.params.Values()
	}
	return cfg
}

// outcome puts the end of a run into words and an error for the exit code.
func (l *launch) outcome(s run.Summary, err error, interrupted *fault.Signal) error {
	if err == nil {
		return nil
	}
	var (
		step    *run.StepError
		wrong   *run.UsageError
		storage *run.StorageError
	)
	switch {
	case interrupted != nil && errors.Is(err, run.ErrInterrupted):
		if s.Run != "" {
			l.say("    To go on from what has finished:\n        %s", l.resumeCommand(s))
		}
		return &fault.Reported{Err: interrupted}
	case errors.As(err, &wrong):
		var problems []string
		for _, e := range wrong.Errors {
			problems = append(problems, "invalid value for --"+e.Parameter+": "+e.Message)
		}
		return l.badParameters(problems)
	case errors.As(err, &storage):
		return fault.WithHint(&fault.Store{Err: err}, "%s", l.afterStorage(storage))
	case errors.As(err, &step):
		p := l.io.ErrPalette()
		fmt.Fprintf(l.io.Err, "    %s\n    Step %s (task-id %s) failed.\n", p.Bold("Step failure:"), p.Red(step.Step), p.Red(step.Task))
		if reason := because(step); reason != "" {
			fmt.Fprintf(l.io.Err, "    %s\n", strings.ReplaceAll(reason, "\n", "\n    "))
		}
		l.say("\n    Once it is mended, go on from here:\n        %s", l.resumeCommand(s))
		return &fault.Reported{Err: err}
	}
	return err
}

// afterStorage is the way on after the store could not be written.
func (l *launch) afterStorage(e *run.StorageError) string {
	remedy := e.Remedy()
	if remedy == "" {
		remedy = "mend what the message names"
	}
	if e.Run == "" {
		return "Nothing was started. First " + remedy + ", then run again."
	}
	return "All tasks reported as finished are safely stored. First " + remedy + ", then go on from here:\n    spindle resume " + l.spec + " --origin-run-id " + e.Run
}

// because is what there is to say of a failure beyond the traceback that the task itself has printed.
func because(e *run.StepError) string {
	switch {
	case e.Err != nil:
		return e.Err.Error()
	case e.Exception == nil:
		for _, verb := range []string{"was ", "exited ", "ended ", "did "} {
			if strings.HasPrefix(e.Reason, verb) {
				return "The task " + e.Reason + "."
			}
		}
		return e.Reason
	case e.Exception.Message == "":
		return e.Exception.Type
	default:
		return e.Exception.Type + ": " + e.Exception.Message
	}
}

func (l *launch) resumeCommand(s run.Summary) string {
	return "spindle resume " + l.spec + " --origin-run-id " + s.Run
}

// attributes writes --runner-attribute-file as soon as the run has an id, on the way of an event to the view.
type attributes struct {
	runView
	file, metadata string
}

// Event implements run.Observer.
func (t *attributes) Event(ev run.Event) {
	if e, ok := ev.(run.RunStarted); ok && t.file != "" {
		if err := os.WriteFile(t.file, options.Attributes(e.Flow, e.Run, t.metadata), 0o666); err != nil {
			t.runView.Print([]byte("spindle: --runner-attribute-file: " + err.Error() + "\n"))
		}
	}
	t.runView.Event(ev)
}
