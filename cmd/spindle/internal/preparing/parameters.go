package preparing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/local"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/worker"
)

// process is the worker that has described the flow.
type process struct {
	program workspace.Program
	worker  *worker.Worker
}

// included is a file of an IncludeFile, and where containers will find it.
type included struct {
	place objects.Place
	file  string
}

// parameters works out what runs get that are given nothing: that is the deployment's to say, as far as it depends on this machine.
func (p *Prepared) parameters(ctx context.Context, ws *workspace.Workspace, w *process, r Request) error {
	given := map[string][]string{}
	for name, value := range r.Parameters {
		i := slices.IndexFunc(p.Description.Parameters, func(d worker.Parameter) bool { return d.Name == name })
		if i < 0 {
			return fault.Usagef("%s has no parameter %q", p.Description.Name, name)
		}
		texts, err := scheduled.Texts(value, p.Description.Parameters[i].Multiple)
		if err != nil {
			return fmt.Errorf("parameter %q: %w", name, err)
		}
		if len(texts) > 0 {
			given[name] = texts
		}
	}
	p.Parameters = given
	ofThisMachine := func(d worker.Parameter) bool {
		return d.DeployTime || d.Kind == "include_file" && (d.HasDefault || given[d.Name] != nil)
	}
	if !slices.ContainsFunc(p.Description.Parameters, ofThisMachine) {
		return nil // what the source says holds anywhere
	}
	here, err := local.New(local.Options{
		Worker: w.worker, Describes: p.Description.Isolation, Isolation: local.Isolation(ws.Top.Isolation), Program: w.program.Task(),
		Engine: ws.Engine(), TimeoutGrace: w.program.Grace(), Now: ws.Now,
	})
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "spindle-deploy-")
	if err != nil {
		return err
	}
	p.past = history.New(p.values, stored.New(p.values, stored.Options{}), history.Options{
		Flow: p.Description.Name, User: p.User, IncludedS3: p.Datatools, Objects: ws.Objects, Now: ws.Now,
		Postpone: func(place objects.Place, file string) { p.included = append(p.included, included{place, ws.Abs(file)}) },
	})
	said := &strings.Builder{}
	p.Parameters, err = scheduled.Defaults(ctx, scheduled.Deploying{
		Flow: p.Description.Name, Request: p.Request, User: p.User, Given: given, Compute: here, Client: p.past, Scratch: scratch,
		Show: func(_ compute.Stream, text []byte) { fmt.Fprintf(said, "%s\n", text) },
	})
	if r.Err != nil {
		_, _ = r.Err.Write([]byte(said.String())) // that it cannot be shown is no reason not to deploy
	}
	return errors.Join(err, here.Close(), os.RemoveAll(scratch))
}
