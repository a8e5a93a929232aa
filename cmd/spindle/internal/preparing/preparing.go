// Package preparing makes a flow ready for a scheduler: Python says what the flow is under its configs, its code is packed, and it is known where in the
// datastore all of it will lie. [Prepared.Send] brings it there.
package preparing

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"sync"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/compute/remote/helper"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Request says what to prepare.
type Request struct {
	Spec string // the flow as the user names it: flow.py or flow.py:Class
	// With are decorators for all steps, beside those of the surroundings. Each step has @batch in any case.
	With    []string
	Flow    options.Flow // --branch and --production
	Configs workspace.ConfigFlags
	// Namespace is what the client API sees in tasks where View is set; else that of the user.
	Namespace *string
	View      bool
	// Adjust changes what Python says of the flow, before anything is made of it; nil for nothing.
	Adjust func(d *worker.Description) error
	// Parameters are what runs get that are given nothing else, as JSON by the parameters' names.
	Parameters map[string]json.RawMessage
	// Out and Err get what Python prints while it imports the flow.
	Out, Err io.Writer
}

// Preparer prepares flows. What is the same for all of them is read and sent once. It is safe for concurrent use.
type Preparer struct {
	helpers func() ([]helper.Binary, error)

	mu   sync.Mutex
	sent map[string]*sending // guarded by mu; helpers, by datastore
}

// sending is the sending of the helpers to one datastore.
type sending struct {
	once sync.Once
	err  error
}

// New returns a Preparer.
func New() *Preparer {
	return &Preparer{helpers: sync.OnceValues(helper.All), sent: map[string]*sending{}}
}

// Prepared is a deployment that is ready, but for what only its user knows: name, identity, schedule, tags, token.
type Prepared struct {
	*deploy.Deployment
	Flow    *workspace.Flow
	Package *codepackage.Package

	by       *Preparer
	included []included // files to send
	past     *history.Reader
	values   *artifact.Store
	objects  *objects.Client
	root     objects.Place
}

// Prepare makes a flow ready in the surroundings of ws, which say where it will run and keep its data. Nothing is sent, and no credentials are needed.
func (b *Preparer) Prepare(ctx context.Context, ws *workspace.Workspace, r Request) (*Prepared, error) {
	if err := ws.Prepare(); err != nil {
		return nil, err
	}
	user, err := ws.User()
	if err != nil {
		return nil, err
	}
	flow, err := ws.ReadFlow(ctx, r.Spec)
	if err != nil {
		return nil, err
	}
	if err := flow.Unusable(); err != nil {
		return nil, err
	}
	p := &Prepared{by: b, Flow: flow, Deployment: &deploy.Deployment{User: user, Version: version.Number, Recorded: version.Recorded(), Namespace: r.Namespace}}
	if !r.View {
		identity := ws.System(user, nil, nil).Identity()
		p.Namespace = &identity
	}
	return p, p.make(ctx, ws, r)
}

// make does the work, with a worker of its own.
func (p *Prepared) make(ctx context.Context, ws *workspace.Workspace, r Request) (err error) {
	program, err := ws.Program(ctx, p.Flow.Place, workspace.ProgramOptions{Python: ws.Top.Python, Out: r.Out, Err: r.Err})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, program.Close()) }()
	w, err := program.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := p.describe(ctx, ws, w, r); err != nil {
		return err
	}
	if err := p.place(ctx, ws); err != nil {
		return err
	}
	if err := p.settle(ws, program); err != nil {
		return err
	}
	if err := p.parameters(ctx, ws, &process{program, w}, r); err != nil {
		return err
	}
	return p.pack(ctx, program)
}

// describe asks the worker.
func (p *Prepared) describe(ctx context.Context, ws *workspace.Workspace, w *worker.Worker, r Request) error {
	settings, err := ws.Settings()
	if err != nil {
		return err
	}
	with := ws.Top.Decorators(append(slices.Clone(r.With), "batch"), settings.Lookup)
	p.Request = worker.DescribeRequest{
		Source: p.Flow.File, Class: p.Flow.Class, With: with, Options: r.Flow.Request(p.User, p.Namespace), Configs: ws.Configs(p.Flow, r.Configs),
	}
	if p.Description, err = workspace.DescribeFlow(ctx, w, r.Spec, p.Request); err != nil {
		return err
	}
	if p.Description.Configs != nil {
		p.Request.Options[worker.ConfigsOption] = p.Description.Configs
	} else if err := workspace.NoConfigs(r.Spec, r.Configs); err != nil {
		return err
	}
	if err := p.Flow.Describe(ctx, p.Description); err != nil {
		return err
	}
	if err := p.Flow.Unusable(); err != nil {
		return err
	}
	if r.Adjust != nil {
		if err := r.Adjust(p.Description); err != nil {
			return err
		}
	}
	p.Graph, p.SourceFile = p.Flow.Graph, filepath.Base(p.Flow.File)
	p.SystemTags = p.Description.SystemTags
	return nil
}

// place says where in the datastore things will lie.
func (p *Prepared) place(ctx context.Context, ws *workspace.Workspace) (err error) {
	if ws.Top.Datastore != "s3" {
		return fault.WithHint(fault.Usagef("a deployment requires --datastore=s3: its containers read and write values there"),
			"give --datastore s3, with METAFLOW_DATASTORE_SYSROOT_S3=s3://bucket/prefix (or --datastore-root)")
	}
	if p.values, err = ws.RemoteValues(); err != nil {
		return err
	}
	if p.objects, err = ws.Objects(); err != nil {
		return err
	}
	if p.root, err = objects.Parse(p.values.Root()); err != nil {
		return err
	}
	client, err := batch.Open(ctx, batch.Connection{Region: ws.Region()})
	if err != nil {
		return fault.WithHint(err, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	p.Region = client.Region
	return nil
}

// settle works out what containers are given.
func (p *Prepared) settle(ws *workspace.Workspace, program workspace.Program) error {
	settings, err := ws.BatchSettings(program)
	if err != nil {
		return err
	}
	p.Batch = *settings
	for i := range p.Description.Steps {
		step, err := batch.StepOf(&p.Description.Steps[i], p.Batch)
		if err == nil && step.Queue == "" {
			err = step.Fault("no job queue is named, and a scheduler looks for none", "set METAFLOW_BATCH_JOB_QUEUE, or give @batch(queue=…)")
		}
		if err != nil {
			return workspace.BatchFault(err)
		}
	}
	if program.Language().Name() == graph.Go {
		p.GoVersion = program.Version()
	}
	p.Root, p.Datatools, p.Endpoint = p.values.Root(), ws.Env("METAFLOW_DATATOOLS_S3ROOT"), ws.Env("METAFLOW_S3_ENDPOINT_URL")
	p.Environment = ws.ContainerEnv(p.User, p.Flow.File, p.Root)
	p.Container = workspace.BatchContainer(p.Region)
	return nil
}

// pack makes the code package, and says where it and the helpers will be.
func (p *Prepared) pack(ctx context.Context, program workspace.Program) (err error) {
	if p.Package, err = program.Code(ctx, p.Flow, p.Description); err != nil {
		return err
	}
	key := artifact.KeyOf(p.Package.Bytes)
	place, err := p.values.Location(p.Description.Name, key)
	if err != nil {
		return err
	}
	p.Code = remote.Blob{Place: place, SHA256: p.Package.SHA256, Size: int64(len(p.Package.Bytes))}
	if p.CodeRecord, err = codepackage.Record(p.values.Kind(), string(key), place); err != nil {
		return err
	}
	binaries, err := p.by.helpers()
	if err != nil {
		return err
	}
	p.Helpers = helper.Places(p.root, binaries)
	return nil
}

// Send brings the code package, included files and the helpers to their places. What is there is not sent again.
func (p *Prepared) Send(ctx context.Context) error {
	if _, _, err := p.values.PutRaw(ctx, p.Description.Name, p.Package.Bytes); err != nil {
		return workspace.WithRemedy(&fault.Store{Err: err})
	}
	for _, f := range p.included {
		if err := p.past.SendIncluded(ctx, f.place, f.file); err != nil {
			return workspace.WithRemedy(&fault.Store{Err: err})
		}
	}
	if err := p.by.sendHelpers(ctx, p.objects, p.root); err != nil {
		return workspace.WithRemedy(&fault.Store{Err: err})
	}
	return nil
}

// sendHelpers brings the helpers to a datastore, once. An error is that of all who asked: they will not fare better in the same breath.
func (b *Preparer) sendHelpers(ctx context.Context, store *objects.Client, root objects.Place) error {
	b.mu.Lock()
	s := b.sent[root.String()]
	if s == nil {
		s = &sending{}
		b.sent[root.String()] = s
	}
	b.mu.Unlock()
	s.once.Do(func() {
		var binaries []helper.Binary
		if binaries, s.err = b.helpers(); s.err == nil {
			_, s.err = helper.Upload(ctx, store, root, binaries)
		}
	})
	return s.err
}
