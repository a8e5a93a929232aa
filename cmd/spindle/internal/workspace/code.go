package workspace

import (
	"context"
	"runtime"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/worker"
	sdk "github.com/spindle-flow/spindle/python"
)

// suffixesVariable names more suffixes of files that are sent.
const suffixesVariable = "METAFLOW_DEFAULT_PACKAGE_SUFFIXES"

// CodeOptions say what the code package of a flow is made of. d is the flow as Python describes it, python the version of that.
func (w *Workspace) CodeOptions(flow *Flow, d *worker.Description, python string) (codepackage.Options, error) {
	sources, err := sdk.Sources()
	if err != nil {
		return codepackage.Options{}, err
	}
	o := codepackage.Options{Flow: flow.File, Imported: d.Files, SDK: sources}
	for _, list := range []string{w.Env(suffixesVariable), w.Env("METAFLOW_PACKAGE_SUFFIXES"), w.Top.PackageSuffixes} {
		if list != "" {
			o.Suffixes = append(o.Suffixes, strings.Split(list, ",")...)
		}
	}
	o.Info = map[string]any{
		"platform": strings.ToUpper(runtime.GOOS[:1]) + runtime.GOOS[1:], "environment_type": "local", "use_r": false,
		"python_version": python, "python_version_code": python, "metaflow_version": version.Recorded(),
		"runtime": "dev",
	}
	for key, value := range map[string]string{"runtime": w.Env("METAFLOW_RUNTIME_NAME"), "production_token": w.Env("METAFLOW_PRODUCTION_TOKEN")} {
		if value != "" {
			o.Info[key] = value
		}
	}
	if user, err := w.User(); err == nil {
		o.Info["username"] = user
	}
	return o, nil
}

// Code makes the code package of a flow.
func (w *Workspace) Code(ctx context.Context, flow *Flow, d *worker.Description, python string) (*codepackage.Package, error) {
	o, err := w.CodeOptions(flow, d, python)
	if err != nil {
		return nil, err
	}
	p, err := codepackage.Build(ctx, o)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	return p, nil
}
