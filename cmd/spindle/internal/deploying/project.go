// Package deploying brings a project's variants to where they are deployed: it finds the project, makes surroundings of an environment, and a deployment of a
// variant.
package deploying

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/git"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/wanted"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Folder is where a project's folder has what Spindle knows of it.
const Folder = ".spindle"

// Project is a project with the environment that is meant.
type Project struct {
	*config.Project
	Environment string
	Git         git.State
	Problems    []lint.Diagnostic // of the file's text

	ws *workspace.Workspace
	// asked is true once the file has referred to a variable of the environment.
	asked *atomic.Bool
}

// Find is the project of the working folder: that of the nearest spindle.yaml at or above it. environment may be empty where there is only one, or none.
func Find(ctx context.Context, ws *workspace.Workspace, environment string) (*Project, error) {
	if err := ws.Prepare(); err != nil {
		return nil, err
	}
	dir := ws.Dir
	for {
		if _, err := os.Stat(filepath.Join(dir, config.FileName)); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, fault.WithHint(fault.Usagef("there is no %s in %q or above it", config.FileName, ws.Dir),
				"go to the project's folder, or write one: variants:\n    us-east: {flow: flow.py, target: step-functions}")
		}
		dir = up
	}
	p := &Project{ws: ws}
	if err := p.load(dir); err != nil {
		return nil, err
	}
	if err := p.choose(environment); err != nil {
		return nil, err
	}
	p.Git = git.Look(ctx, dir, Folder)
	return p, nil
}

func (p *Project) load(dir string) (err error) {
	p.asked = &atomic.Bool{}
	around := p.around(func(name string) (string, bool) {
		p.asked.Store(true)
		return p.ws.LookupEnv(name)
	})
	if p.Project, p.Problems, err = config.Load(dir, around); err != nil {
		return fault.Usagef("%v", err)
	}
	return nil
}

func (p *Project) around(lookupEnv func(string) (string, bool)) config.Surroundings {
	return config.Surroundings{ReadFile: os.ReadFile, ReadDir: os.ReadDir, LookupEnv: lookupEnv}
}

// marked is the project with every variable marked, nil where it refers to none.
func (p *Project) marked() *config.Project {
	p.Resolve(p.Environment)
	if !p.asked.Load() {
		return nil
	}
	marked, _, err := config.Load(p.Dir(), p.around(wanted.Mark))
	if err != nil {
		return nil // it was read a moment ago; what is wrong now is said where it is read again
	}
	return marked
}

func (p *Project) choose(environment string) error {
	var names []string
	for _, e := range p.Environments {
		names = append(names, e.Text)
	}
	switch {
	case environment == "" && len(names) == 1:
		environment = names[0]
	case environment == "" && len(names) > 1:
		return fault.WithHint(fault.Usagef("which environment? %s has %s", config.FileName, strings.Join(names, ", ")), "give --env %s", names[0])
	case environment != "" && !slices.Contains(names, environment):
		err := fault.Usagef("%s has no environment %q", config.FileName, environment)
		if len(names) == 0 {
			return fault.WithHint(err, "it has none at all: leave --env out")
		}
		return fault.WithHint(err, "it has %s", strings.Join(names, ", "))
	}
	p.Environment = environment
	return nil
}

// Wanted works out what the project's files want deployed.
func (p *Project) Wanted(ctx context.Context, targets func(string) (deploy.Target, error)) (*wanted.Result, error) {
	settings, err := p.ws.Settings()
	if err != nil {
		return nil, err
	}
	by, _ := p.ws.User() // only who deploys has to have a name
	r, err := wanted.Read(ctx, wanted.Request{
		Project: p.Project, Environment: p.Environment, ReadFile: os.ReadFile, LookupEnv: p.ws.LookupEnv, Environ: p.ws.Environ, Marked: p.marked(), Machine: settings.Lookup, Targets: targets,
		Engine: version.Number, Commit: p.Git.Commit, Dirty: p.Git.Dirty, By: by,
	})
	if err != nil {
		return nil, err
	}
	r.Problems = config.Distinct(append(r.Problems, p.Problems...))
	return r, nil
}

// Then is the project as it was in a commit, unpacked to a folder.
func (p *Project) Then(ctx context.Context, ref, to string) (*Project, error) {
	if _, err := git.Extract(ctx, p.Dir(), ref, to); err != nil {
		return nil, fault.Usagef("%v", err)
	}
	then := &Project{ws: p.ws, Environment: p.Environment}
	if _, err := os.Stat(filepath.Join(to, config.FileName)); err != nil {
		return then, nil // there was no project yet
	}
	return then, then.load(to)
}

// recordFile is where the project's folder remembers what was applied.
func (p *Project) recordFile() string {
	name := p.Environment
	if name == "" {
		name = "default"
	}
	return filepath.Join(p.Dir(), Folder, "deployed", name+".json")
}

// EnvironmentName is how the environment is called in the datastore.
func (p *Project) EnvironmentName() string {
	if p.Environment == "" {
		return "default"
	}
	return p.Environment
}

func (p *Project) String() string {
	if p.Environment == "" {
		return fmt.Sprintf("project %s", p.Name.Text)
	}
	return fmt.Sprintf("project %s, environment %s", p.Name.Text, p.Environment)
}
