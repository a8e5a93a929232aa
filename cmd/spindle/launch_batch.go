package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/run"
)

// elsewhere is what a run has that sends steps to AWS Batch.
type elsewhere struct {
	steps map[string]*batch.Step
	batch *batch.Batch
	code  string // what is recorded with tasks of the code package
}

// remoteSteps are the steps that do not run here. What they ask for is judged before anything is run.
func (l *launch) remoteSteps() (*elsewhere, error) {
	var settings *batch.Settings
	e := &elsewhere{steps: map[string]*batch.Step{}}
	for i := range l.description.Steps {
		d := &l.description.Steps[i]
		if !batch.Wanted(d) {
			continue
		}
		if l.source != nil {
			return nil, fault.WithHint(fault.Usagef("step %q runs on AWS Batch, and flows that are written in cells run on this machine only", d.Name),
				"write the flow to a file, and run that")
		}
		if l.ws.Top.Datastore != "s3" {
			return nil, fault.WithHint(fault.Usagef("step %q runs on AWS Batch, which requires --datastore=s3: its container reads and writes values there", d.Name),
				"give --datastore s3, with METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/prefix (or --datastore-root)")
		}
		if settings == nil {
			var err error
			if settings, err = l.ws.BatchSettings(l.program); err != nil {
				return nil, err
			}
		}
		step, err := batch.StepOf(d, *settings)
		if err != nil {
			return nil, workspace.BatchFault(err)
		}
		e.steps[d.Name] = step
	}
	if len(e.steps) == 0 {
		return nil, nil
	}
	return e, nil
}

// prepare makes the Batch of a run: its queues are looked at, and what containers need is sent.
func (e *elsewhere) prepare(ctx context.Context, l *launch, stores *workspace.Stores) error {
	client, err := batch.Open(ctx, batch.Connection{})
	if err != nil {
		return fault.WithHint(err, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	opts, err := l.batchOptions(client, stores, e.steps)
	if err != nil {
		return err
	}
	blob, err := e.send(ctx, l, stores)
	if err != nil {
		return err
	}
	opts.Package = func(context.Context) (remote.Blob, error) { return blob, nil }
	e.batch = batch.New(opts)
	return workspace.BatchFault(e.batch.Check(ctx))
}

// send stores the code package. Its tasks are recorded with it.
func (e *elsewhere) send(ctx context.Context, l *launch, stores *workspace.Stores) (remote.Blob, error) {
	if _, err := helper.All(); err != nil {
		return remote.Blob{}, err
	}
	p, err := l.program.Code(ctx, l.flow, l.description)
	if err != nil {
		return remote.Blob{}, err
	}
	l.packageWarnings(p)
	key, place, err := stores.Values.PutRaw(ctx, l.description.Name, p.Bytes)
	if err != nil {
		return remote.Blob{}, &fault.Store{Err: err}
	}
	e.code, err = codepackage.Record(stores.Values.Kind(), string(key), place)
	return remote.Blob{Place: place, SHA256: p.SHA256, Size: int64(len(p.Bytes))}, err
}

func (l *launch) batchOptions(client *batch.Client, stores *workspace.Stores, steps map[string]*batch.Step) (batch.Options, error) {
	store, err := l.ws.Objects()
	if err != nil {
		return batch.Options{}, err
	}
	root, err := objects.Parse(stores.Values.Root())
	if err != nil {
		return batch.Options{}, err
	}
	opts := batch.Options{
		Client: client, Objects: store, Root: root, Folder: stores.Root, Flow: l.description.Name, User: l.user, Steps: steps,
		Code: filepath.Dir(l.flow.File), SystemTags: metadata.SystemTags(l.ws.System(l.user, l.program, l.description.SystemTags)), Datatools: l.ws.Env("METAFLOW_DATATOOLS_S3ROOT"),
		Environment: l.ws.ContainerEnv(l.user, l.flow.File, stores.Values.Root()), Container: workspace.BatchContainer(client.Region),
		Endpoint: l.ws.Env("METAFLOW_S3_ENDPOINT_URL"), Region: client.Region, Version: version.Number, PID: os.Getpid(),
		Helpers: func(ctx context.Context) (map[string]remote.Blob, error) {
			binaries, err := helper.All()
			if err != nil {
				return nil, err
			}
			return helper.Upload(ctx, store, root, binaries)
		},
	}
	if l.verb == "resume" && l.resume == nil {
		if opts.Origin = l.options.Origin; opts.Origin == "" {
			opts.Origin, _ = stores.Values.LatestRun(opts.Flow) // the run says what is wrong
		}
		opts.Again = l.stepsAgain()
	}
	return opts, nil
}

// stepsAgain are the steps that a resumed run runs in any case: the one named, and what follows it.
func (l *launch) stepsAgain() map[string]bool {
	again := map[string]bool{}
	open := []string{l.step}
	for len(open) > 0 {
		node := l.flow.Graph.Node(open[0])
		open = open[1:]
		if node != nil && !again[node.Name] {
			again[node.Name] = true
			open = append(open, node.Out...)
		}
	}
	return again
}

// onto makes a run's configuration one that sends its steps away.
func (e *elsewhere) onto(cfg *run.Config) {
	there := map[string]compute.Compute{}
	for name := range e.steps {
		there[name] = e.batch
	}
	cfg.Compute = &compute.Chooser{Here: cfg.Compute, There: there}
	cfg.Code = func(step string) string {
		if e.steps[step] == nil {
			return ""
		}
		return e.code
	}
}

// close ends what the run has left on Batch.
func (e *elsewhere) close(ctx context.Context) error {
	if err := e.batch.Close(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("end the jobs left on AWS Batch: %w", err)
	}
	return nil
}
