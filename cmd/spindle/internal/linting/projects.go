package linting

import (
	"path/filepath"
	"sync"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/project"
)

// projects are the spindle.yaml files of the flows, each read once a folder.
type projects struct {
	read func(path string) ([]byte, error)

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
	f.project, f.faults = config.Find(file, p.read)
	if p.list == nil {
		p.list = map[string]found{}
	}
	p.list[dir] = f
	return f
}

// targets adds what a file's flows are deployed to, unless the command line says what they are meant for.
func (in *Inputs) targets(file string, o *files.Options) {
	if o.Targets = in.Targets; len(in.Targets) > 0 {
		return
	}
	o.Targets = in.of(filepath.Dir(file)).Targets
	if p := in.projects.of(file).project; p != nil {
		o.TargetsOf = func(class string) []string { return p.Targets(file, class) }
	}
}

// Complete adds to a report what is wrong with the projects of the flows in it.
func (in *Inputs) Complete(r *project.Report) {
	for _, f := range r.Files {
		if len(f.Flows) == 0 {
			continue
		}
		for _, d := range in.projects.of(f.File).faults {
			if d, wanted := in.choice(d.Range.File).Judge(d); wanted {
				r.Findings = append(r.Findings, d)
			}
		}
	}
	r.Findings = files.Distinct(r.Findings)
}
