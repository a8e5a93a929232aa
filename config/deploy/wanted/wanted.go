// Package wanted works out from a project's files what is to be deployed: for each variant of an environment its settings, the values of its configs, the hashes
// of its code, and what its target cannot do of it.
//
// It runs nothing, sends nothing and needs no credentials, and each flow is read once, however many variants it has: a plan of a hundred variants is there at
// once.
package wanted

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Request says what to read, and what is known besides.
type Request struct {
	Project     *config.Project
	Environment string
	ReadFile    func(path string) ([]byte, error)
	LookupEnv   func(name string) (string, bool) // for references to variables in config files
	Environ     []string                         // of the go command, which says what flows in Go are made of
	// Marked is the same project read with [Mark] in the place of LookupEnv, where it refers to variables at all: what is different then is from one.
	Marked *config.Project
	// Machine looks up what the configuration of this machine says where the project says nothing.
	Machine func(name string) (value, origin string, ok bool)
	Targets func(kind string) (deploy.Target, error)
	// Engine is the version of Spindle: its library goes with the code.
	Engine string
	// Commit, Dirty and By are for identities.
	Commit string
	Dirty  bool
	By     string
}

// Result is what is wanted.
type Result struct {
	Wanted []*deploy.Wanted
	// Variants are those of Wanted, in the same order.
	Variants []config.Variant
	// Left are variants without a target, which are not deployed.
	Left []string
	// Problems are what is wrong with the project's file as a whole. With errors among them nothing can be planned.
	Problems []lint.Diagnostic
}

// Read works out what is wanted of an environment.
func Read(ctx context.Context, r Request) (*Result, error) {
	variants, problems := r.Project.Resolve(r.Environment)
	out := &Result{Problems: problems}
	flows := newFlows(r)
	marked := r.marked()
	for i := range variants {
		v := &variants[i]
		if v.Target.Text == "" {
			out.Left = append(out.Left, v.Name)
			continue
		}
		w, err := r.one(ctx, flows, v, marked[v.Name])
		if err != nil {
			return nil, err
		}
		out.Wanted, out.Variants = append(out.Wanted, w), append(out.Variants, *v)
	}
	return out, nil
}

func (r *Request) one(ctx context.Context, flows *flows, v *config.Variant, marked []config.Setting) (*deploy.Wanted, error) {
	w := &deploy.Wanted{
		Identity: deploy.Identity{Project: v.Project, Variant: v.Name, Environment: v.Environment.Name, Commit: r.Commit, Dirty: r.Dirty, By: r.By},
		Target:   v.Target.Text, Flow: v.Flow.Path, At: v.At,
	}
	target, err := r.Targets(v.Target.Text)
	if err != nil {
		w.Problems = append(w.Problems, lint.Diagnostic{Code: "SP417", Severity: lint.Error, Range: v.Target.Range, Message: err.Error()})
	} else {
		w.Name = target.Name(v.Project, v.Environment.Name, v.Name)
	}
	flow, err := flows.read(ctx, v)
	if err != nil {
		return nil, err
	}
	w.Problems = append(w.Problems, flow.judge(v)...)
	code, err := flows.code(v, flow)
	if err != nil {
		return nil, err
	}
	w.Files = code
	configs := r.configs(v, flow)
	w.Problems = append(w.Problems, configs.problems...)
	w.Settings = r.settings(v, configs, marked)
	w.Problems = append(w.Problems, missing(v, w.Settings)...)
	w.Identity.Flow, w.Identity.Config, w.Identity.Settings = code.Sum(), deploy.Sum(configs.values), deploy.Sum(w.Settings)
	return w, nil
}

// settings is all that the variant is made of: what spindle.yaml says, what this machine says where it says nothing, and the values of configs instead of the
// files and keys that give them.
func (r *Request) settings(v *config.Variant, c configs, marked []config.Setting) []deploy.Setting {
	var out []deploy.Setting
	said := map[string]bool{}
	for _, s := range v.Settings {
		if c.covers(s.Name) {
			continue
		}
		said[s.Name] = true
		out = append(out, deploy.Setting{Name: s.Name, Value: s.Value, At: s.At})
	}
	hide(out, plain(marked))
	for _, m := range Variables() {
		if said[m.Setting] || m.Setting == "branch" || r.Machine == nil {
			continue
		}
		for _, name := range m.Names {
			if value, origin, ok := r.Machine(name); ok && value != "" {
				out = append(out, deploy.Setting{Name: m.Setting, Value: quoted(value), At: graph.Range{File: origin}})
				break
			}
		}
	}
	out = append(out, c.values...)
	return append(out, deploy.Setting{Name: "spindle", Value: quoted(r.Engine)})
}

func quoted(s string) string {
	data, _ := json.Marshal(s) // texts always can be
	return string(data)
}

// missing are settings without which nothing can be deployed.
func missing(v *config.Variant, settings []deploy.Setting) []lint.Diagnostic {
	var out []lint.Diagnostic
	for _, m := range Variables() {
		if !m.Needed || slices.ContainsFunc(settings, func(s deploy.Setting) bool { return s.Name == m.Setting }) {
			continue
		}
		at := v.Environment.At
		if at.File == "" {
			at = v.At
		}
		out = append(out, lint.Diagnostic{
			Code: "SP409", Severity: lint.Error, Range: at, Message: fmt.Sprintf("environment %q has no %s", v.Environment.Name, m.Setting),
			Detail: fmt.Sprintf("Give it one, or set %s where it is deployed from.", m.Names[0]),
		})
	}
	return out
}

// under says whether a setting's name is key, or below it.
func under(name, key string) bool { return name == key || strings.HasPrefix(name, key+".") }
