package linting

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
)

// projects are the spindle.yaml files of the flows, each read once a folder.
type projects struct {
	around config.Surroundings

	mu   sync.Mutex
	list map[string]found // by folder; guarded by mu
}

type found struct {
	project *config.Project
	faults  []lint.Diagnostic
}

// of is the project of a flow's file.
func (p *projects) of(file string) found {
	p.mu.Lock()
	defer p.mu.Unlock()
	dir := filepath.Dir(file)
	if f, ok := p.list[dir]; ok {
		return f
	}
	var f found
	f.project, f.faults = config.Find(file, p.around)
	if p.list == nil {
		p.list = map[string]found{}
	}
	p.list[dir] = f
	return f
}

// isProject is true for a project's file, which is linted with its variants.
func isProject(path string) bool { return filepath.Base(path) == config.FileName }

// targets adds what a file's flows are deployed to, unless the command line says what they are meant for.
func (in *Inputs) targets(file string, o *files.Options) {
	if o.Targets = in.Targets; len(in.Targets) > 0 {
		return
	}
	o.Targets = in.of(filepath.Dir(file)).Targets
	if p := in.projects.of(file).project; p != nil {
		o.TargetsOf = func(class string) []string { return p.Targets(file, class) }
		o.GivenOf = func(class string) []string { return p.Given(file, class) }
	}
}

// Complete adds to a report what is wrong with the projects of the flows in it, and of the folders that were asked for. Of a project that is only partly
// asked for, the variants of other flows are not held against these.
func (in *Inputs) Complete(ctx context.Context, r *project.Report) error {
	var flows []string
	asked := map[string]found{}
	note := func(file string) {
		if f := in.projects.of(file); f.project != nil {
			asked[f.project.File] = f
		}
	}
	for _, f := range r.Files {
		if len(f.Flows) > 0 {
			flows = append(flows, f.File)
			note(f.File)
		}
	}
	for _, dir := range in.folders {
		note(filepath.Join(dir, config.FileName))
	}
	for _, f := range asked {
		list, err := in.judged(ctx, f, flows)
		if err != nil {
			return err
		}
		for _, d := range list {
			if d, wanted := in.choice(d.Range.File).Judge(d); wanted {
				r.Findings = append(r.Findings, d)
			}
		}
	}
	for _, file := range in.named {
		r.Files = append(r.Files, project.Judged{Source: project.Source{File: file}, Result: &files.Result{Files: []string{file}}})
	}
	r.Findings = files.Distinct(r.Findings)
	return nil
}

// judged is all that is wrong with a project.
func (in *Inputs) judged(ctx context.Context, f found, flows []string) ([]lint.Diagnostic, error) {
	variants, list := f.project.ResolveAll()
	list = append(slices.Clone(f.faults), list...)
	if !slices.ContainsFunc(in.folders, func(dir string) bool { return inside(dir, f.project.Dir()) }) {
		variants = slices.DeleteFunc(variants, func(v config.Variant) bool {
			if v.Flow.Go { // any file of the package stands for it
				return !slices.ContainsFunc(flows, func(file string) bool { return filepath.Dir(file) == v.Flow.Dir() })
			}
			return !slices.Contains(flows, v.Flow.File)
		})
	}
	more, err := f.project.Judge(ctx, variants, f.project.Reader())
	return append(list, more...), err
}

// inside is true for a folder that is another one or below it.
func inside(dir, folder string) bool {
	rel, err := filepath.Rel(dir, folder)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// around are the files of projects: no variable of this machine is looked at, since another one deploys them.
func (in *Inputs) around() config.Surroundings {
	return config.Surroundings{ReadFile: in.ReadFile, ReadDir: os.ReadDir}
}
