package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/spin"
)

// configFlags are what the command line gives for configs, before it has been parsed strictly. Of a spin's settings those with a dot in
// their name are meant: no artifact has one.
func (l *launch) configFlags() workspace.ConfigFlags {
	flags := l.ws.ConfigFlags()
	more := func(name string) []string {
		if l.isParameter(name) {
			return nil
		}
		return l.scanned.Values[name]
	}
	sets := more("set")
	if l.verb == "spin" {
		sets = slices.DeleteFunc(slices.Clone(sets), func(s string) bool { return !ofConfig(s) })
	}
	return workspace.ConfigFlags{
		Files:  slices.Concat(flags.Files, more("config")),
		Values: slices.Concat(flags.Values, more("config-value")),
		Sets:   slices.Concat(flags.Sets, sets),
	}
}

// ofConfig is true for a setting of a key of a config.
func ofConfig(setting string) bool {
	name, _, _ := strings.Cut(setting, "=")
	return strings.Contains(name, ".")
}

// configs answers the worker that asks for the values of the flow's configs: what is given, for a resumed run that of the origin.
func (l *launch) configs(ctx context.Context, flow string, declared []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
	flags := l.configFlags()
	if l.verb == "spin" && flags.Empty() {
		if values, ok := l.spunConfigs(ctx, flow, declared); ok {
			return values, nil
		}
	}
	if l.verb != "resume" && l.resume == nil {
		return l.ws.Configs(l.flow, flags)(ctx, flow, declared)
	}
	if !flags.Empty() {
		return nil, fault.Usagef("resume takes the configs of the run that it resumes: --config, --config-value and --set can't be given")
	}
	stores, err := l.ws.Open(workspace.Read, l.user)
	if err != nil {
		return nil, err
	}
	defer stores.Close()
	return stores.StoredConfigs(ctx, flow, l.originRun(), declared)
}

// spunConfigs are the configs of the run that a spin stands on. Where there is none, or it has not got them, a spin takes what is given, like a run.
func (l *launch) spunConfigs(ctx context.Context, flow string, declared []worker.ConfigDeclaration) (map[string]worker.ConfigValue, bool) {
	stores, err := l.ws.OpenOrigins(l.user)
	if err != nil {
		return nil, false
	}
	defer stores.Close()
	name := spin.LatestRun
	if given, ok := l.scanned.Last("origin"); ok {
		name = given
	} else if n := len(l.scanned.Positional); n > 0 {
		if target, err := spin.ParseTarget(l.scanned.Positional[n-1], flow); err == nil && target.Run != "" {
			name = target.Run
		}
	}
	origin, err := spin.FindOrigin(ctx, stores.Values, stores.Metadata, flow, name, l.namespace())
	if err != nil || origin == "" {
		return nil, false
	}
	values, err := stores.StoredConfigs(ctx, flow, origin, declared)
	return values, err == nil
}

// originRun is the run to resume as far as it is given.
func (l *launch) originRun() string {
	if l.resume != nil {
		return l.resume.Origin
	}
	if given, ok := l.scanned.Last("origin-run-id"); ok {
		return given
	}
	given, _ := l.ws.LookupEnv("METAFLOW_RESUME_ORIGIN_RUN_ID")
	return given
}
