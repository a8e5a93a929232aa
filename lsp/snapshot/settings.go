package snapshot

import (
	"errors"
	"path/filepath"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/settings"
)

// options are what a file is linted with: the choices of its project with the editor's above them, and what its flows are deployed to. What is
// wrong with the files that say so is returned beside.
func (s *Snapshot) options(path string, r *recorder) (files.Options, []lint.Diagnostic) {
	o := files.Options{ReadFile: r.read, Roots: s.roots, Dir: filepath.Dir(path), Targets: s.rules.Targets}
	o.Go = s.goOptions()
	o.ChoiceOf = func(file string) rules.Choice { return s.choice(file, r) }
	var found []lint.Diagnostic
	own, err := s.env.settingsOf(filepath.Dir(path), r.read)
	if err != nil {
		found = append(found, settingsFault(err)...)
		own = &settings.Settings{}
	}
	o.Choice = s.rules.Choice.Over(own.Choice(path))
	deployed, faults := s.env.projectOf(path, r.read)
	for _, d := range faults {
		if d, wanted := o.ChoiceOf(d.Range.File).Judge(d); wanted {
			found = append(found, d)
		}
	}
	if len(o.Targets) == 0 { // else the editor says what is meant
		o.Targets = own.Targets
		o.TargetsOf = func(class string) []string { return deployed.Targets(path, class) }
		o.GivenOf = func(class string) []string { return deployed.Given(path, class) }
	}
	return o, found
}

// choice is that for the findings in one file. Settings that can't be read choose nothing.
func (s *Snapshot) choice(file string, r *recorder) rules.Choice {
	own, err := s.env.settingsOf(filepath.Dir(file), r.read)
	if err != nil {
		return s.rules.Choice
	}
	return s.rules.Choice.Over(own.Choice(file))
}

// found is a result with what keeps it from being one.
type found struct {
	settings *settings.Settings
	err      error
	project  *config.Project
	faults   []lint.Diagnostic
}

// settingsOf are the settings that hold in a folder.
func (e *environment) settingsOf(dir string, read func(path string) ([]byte, error)) (*settings.Settings, error) {
	f := e.settings.get(dir, read, func(read func(path string) ([]byte, error)) (f found) {
		f.settings, f.err = settings.Find(dir, read)
		return f
	})
	return f.settings, f.err
}

// projectOf is the project that a flow's file belongs to.
func (e *environment) projectOf(path string, read func(path string) ([]byte, error)) (*config.Project, []lint.Diagnostic) {
	f := e.projects.get(filepath.Dir(path), read, func(read func(path string) ([]byte, error)) (f found) {
		f.project, f.faults = config.Find(path, config.Surroundings{ReadFile: read})
		return f
	})
	return f.project, f.faults
}

// settingsFault is what is wrong with the project's settings, as a finding in their file; none for what has no place there.
func settingsFault(err error) []lint.Diagnostic {
	fault, ok := errors.AsType[*settings.Fault](err)
	if !ok {
		return nil
	}
	return []lint.Diagnostic{{Severity: lint.Error, Range: fault.Range, Message: fault.Message, Detail: fault.Hint}}
}

// LintOptions are those a file is linted with.
func (s *Snapshot) LintOptions(path string) files.Options {
	o, _ := s.options(path, &recorder{s: s, files: map[string]struct{}{}})
	o.ReadFile = s.ReadFile
	return o
}
