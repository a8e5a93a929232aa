package workspace

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

// archVariable names the architectures of the machines on which a Go flow's remote tasks may run, separated by commas.
const archVariable = "SPINDLE_GO_ARCH"

// architectures are those that there are helpers for.
var architectures = []string{"amd64", "arm64"}

// targets are the machines that a Go flow is built for.
func (w *Workspace) targets() ([]gobinary.Target, error) {
	text := w.Env(archVariable)
	if text == "" {
		text = architectures[0]
	}
	var targets []gobinary.Target
	for arch := range strings.SplitSeq(text, ",") {
		arch = strings.TrimSpace(arch)
		if !slices.Contains(architectures, arch) {
			return nil, fault.Usagef("%s=%q: %q is no architecture of machines that run tasks; there are %s", archVariable, text, arch, strings.Join(architectures, " and "))
		}
		targets = append(targets, gobinary.Target(arch))
	}
	return targets, nil
}

// Code makes the code package of a flow: its program for the machines of remote tasks, and its sources for the record.
func (p *Go) Code(ctx context.Context, flow *Flow, d *worker.Description) (_ *codepackage.Package, err error) {
	o, err := p.ws.codeOptions(flow, d)
	if err != nil {
		return nil, err
	}
	o.Info["go_version"], o.Binaries = p.version, map[string]string{}
	if err := p.addSources(ctx, flow, &o); err != nil {
		return nil, err
	}
	targets, err := p.ws.targets()
	if err != nil {
		return nil, err
	}
	for _, target := range targets {
		b, buildErr := p.ws.build(ctx, gobinary.Options{Dir: flow.Dir(), Cache: p.ws.CacheDir(), Env: p.ws.Environ, Target: target})
		if buildErr != nil {
			return nil, buildFault(flow.Given, buildErr)
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		o.Binaries[string(target)] = b.Path
	}
	made, err := codepackage.Build(ctx, o)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	return made, nil
}

// sources are files of other packages as well. Where the go command can't tell them, its building has said why.
func (goLanguage) sources(ctx context.Context, w *Workspace, at Place) []string {
	sources, err := gobinary.Sources(ctx, gobinary.Options{Dir: at.Dir(), Env: w.Environ})
	if err != nil {
		return nil
	}
	files := make([]string, len(sources))
	for i, s := range sources {
		files[i] = s.Path
	}
	return files
}

// addSources adds the sources: those of the flow's folder where they are in it, those of the rest of its module among the package's notes.
func (p *Go) addSources(ctx context.Context, flow *Flow, o *codepackage.Options) error {
	sources, err := gobinary.Sources(ctx, gobinary.Options{Dir: flow.Dir(), Env: p.ws.Environ})
	if err != nil {
		return buildFault(flow.Given, err)
	}
	for _, s := range sources {
		if rel, err := filepath.Rel(flow.Dir(), s.Path); err == nil && filepath.IsLocal(rel) {
			o.Imported = append(o.Imported, s.Path)
			continue
		}
		o.Extra = append(o.Extra, codepackage.Source(s.Path, s.Name))
	}
	return nil
}
