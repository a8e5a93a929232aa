package workspace

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/worker"
)

// suffixesVariable names more suffixes of files that are sent.
const suffixesVariable = "METAFLOW_DEFAULT_PACKAGE_SUFFIXES"

// codeOptions say what the code package of a flow is made of, in any language. d is the flow as its worker describes it.
func (w *Workspace) codeOptions(flow *Flow, d *worker.Description) (o codepackage.Options, err error) {
	o.Flow, o.Imported = flow.File, d.Files
	if o.Configs, err = packedConfigs(d.Configs); err != nil {
		return codepackage.Options{}, err
	}
	if o.Extra, err = extraFiles(d.Package); err != nil {
		return codepackage.Options{}, err
	}
	for _, list := range []string{w.Env(suffixesVariable), w.Env("METAFLOW_PACKAGE_SUFFIXES"), w.Top.PackageSuffixes} {
		if list != "" {
			o.Suffixes = append(o.Suffixes, strings.Split(list, ",")...)
		}
	}
	o.Info = map[string]any{
		"platform": strings.ToUpper(runtime.GOOS[:1]) + runtime.GOOS[1:], "environment_type": "local", "use_r": false,
		"metaflow_version": version.Recorded(), "runtime": "dev",
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

// extraFiles are what mutators add.
func extraFiles(wish *worker.PackageWish) ([]codepackage.Extra, error) {
	if wish == nil {
		return nil, nil
	}
	if wish.Error != "" {
		return nil, fault.Usagef("the code package: %s", wish.Error)
	}
	kinds := map[string]codepackage.Kind{"user": codepackage.User, "code": codepackage.SDK, "other": codepackage.Surplus}
	var extra []codepackage.Extra
	for _, f := range wish.Files {
		extra = append(extra, codepackage.Extra{Path: f.Path, Name: f.Name, Kind: kinds[f.Kind]})
	}
	return extra, nil
}

// packedConfigs are the values of a flow's configs as Metaflow keeps them in a code package: the value, and whether it may be anything.
func packedConfigs(described json.RawMessage) (map[string]any, error) {
	if len(described) == 0 {
		return nil, nil
	}
	var values map[string]worker.ConfigValue
	if err := json.Unmarshal(described, &values); err != nil {
		return nil, fmt.Errorf("the worker tells the values of configs in a form that is not known: %w", err)
	}
	configs := map[string]any{}
	for name, v := range values {
		switch {
		case v.JSON != nil:
			configs[name] = []any{json.RawMessage(*v.JSON), v.Plain}
		case v.Text != nil:
			configs[name] = []any{*v.Text, v.Plain}
		default:
			configs[name] = []any{nil, v.Plain}
		}
	}
	return configs, nil
}
