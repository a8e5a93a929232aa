package task

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// deployed runs a task of a deployment: nobody watches it, and what would be told to an engine is done here.
func (h *helper) deployed() int {
	ctx, stop := h.stoppable()
	defer stop()
	if err := h.openFolder(); err != nil {
		return h.refuse(ctx, err)
	}
	defer os.RemoveAll(h.folder)
	at, d, err := h.deployment(ctx)
	if err != nil {
		return h.refuse(ctx, err)
	}
	h.job = jobOf(at, d)
	e := &elsewhere{h: h, d: d}
	defer e.close()
	report, err := e.run(ctx, at)
	switch {
	case err != nil:
		return h.refuse(ctx, err)
	case report.Done && report.Before:
		fmt.Fprintf(h.Stderr, "spindle: this task is done already (attempt %d); it is not run again\n", report.Attempt)
	case report.Before:
		fmt.Fprintf(h.Stderr, "spindle: attempt %d has failed in a way that another would not better: %s\n", report.Attempt, report.Failure)
	case !report.Done:
		fmt.Fprintf(h.Stderr, "spindle: attempt %d failed: %s\n", report.Attempt, report.Failure)
	}
	if !report.Done {
		return remote.ExitFailed
	}
	return remote.ExitDone
}

// refuse says what kept the helper from doing its part.
func (h *helper) refuse(ctx context.Context, err error) int {
	if cause := (stopped{}); errors.As(context.Cause(ctx), &cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	h.fail("deployment", err)
	fmt.Fprintf(h.Stderr, "spindle: %s\n", h.out.Failure.Message)
	return remote.ExitHelper
}

// deployment reads which task this is, and of what.
func (h *helper) deployment(ctx context.Context) (at scheduled.Coordinates, d *scheduled.Deployment, err error) {
	if at, err = scheduled.FromEnvironment(h.env); err != nil {
		return at, nil, err
	}
	place, err := objects.Parse(at.Deployment)
	if err != nil {
		return at, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	d, err = scheduled.Read(ctx, h.client, place)
	return at, d, err
}

// jobOf is the deployment as far as it is what a job has, too.
func jobOf(at scheduled.Coordinates, d *scheduled.Deployment) *remote.Job {
	return &remote.Job{
		Task:   worker.Task{Flow: d.Flow, RunID: d.RunID(at.Execution), User: d.User, Tags: d.Tags},
		Engine: d.Engine, Root: d.Root, Datatools: d.Datatools, Package: d.Package, Environment: d.Environment,
		SystemTags: metadata.SystemTags(metadata.System{User: d.User, ProductionToken: d.Token, Runtime: d.Runtime, Version: d.Recorded, Extra: d.SystemTags}),
	}
}

// elsewhere is what a task of a deployment has around it.
type elsewhere struct {
	h      *helper
	d      *scheduled.Deployment
	store  *artifact.Store
	meta   metadata.Provider // for the client API
	closes []func()
}

func (e *elsewhere) close() {
	for _, f := range e.closes {
		f()
	}
}

// run carries out the task.
func (e *elsewhere) run(ctx context.Context, at scheduled.Coordinates) (scheduled.Report, error) {
	h := e.h
	around := remote.LookAround(ctx, h.env)
	e.closes = append(e.closes, func() { around.Facts() })
	var err error
	if e.store, err = h.store(); err != nil {
		return scheduled.Report{}, err
	}
	cfg := scheduled.Config{
		Deployment: e.d, At: at, Objects: h.client, Store: e.store, Group: h.group, Ready: e.ready, PythonVersion: h.env("SPINDLE_PYTHON_VERSION"),
		Records: around.Facts, Show: h.show, Now: h.Now, Random: rand.Reader,
	}
	e.meta = stored.New(e.store, stored.Options{Known: h.known})
	if e.d.Service != "" {
		s, err := h.service(e.d.Service)
		if err != nil {
			return scheduled.Report{}, err
		}
		e.closes = append(e.closes, func() { _ = s.Close() })
		cfg.Metadata, e.meta = s, s
	}
	return scheduled.Run(ctx, cfg)
}

// ready unpacks the code and makes folders.
func (e *elsewhere) ready(ctx context.Context) (*scheduled.Place, error) {
	h := e.h
	fetching, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := h.unpack(fetching); err != nil {
		return nil, err
	}
	dirs, drop, err := h.folders()
	if err != nil {
		return nil, err
	}
	e.closes = append(e.closes, drop)
	place, err := h.place()
	if err != nil {
		return nil, err
	}
	e.closes = append(e.closes, func() { _ = place.Close() })
	temp := h.setting("METAFLOW_TEMPDIR")
	if temp == "" {
		temp = "."
	}
	return &scheduled.Place{
		Compute: place, Code: h.code(), Folders: task.Folders{Scratch: dirs.scratch, Spill: dirs.spill}, TempDir: temp,
		Client: func() scheduled.Client { return h.past(e.store, e.meta, dirs) }, Started: volunteer,
	}, nil
}

// show shows a line in the container's own log.
func (h *helper) show(s compute.Stream, text []byte) {
	w := h.Stdout
	if s == compute.Stderr {
		w = h.Stderr
	}
	_, _ = w.Write(append(text[:len(text):len(text)], '\n')) // who does not keep the container's log does not want it
}
