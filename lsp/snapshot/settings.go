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
	o.ChoiceOf = func(file string) rules.Choice { return s.choice(file, r) }
	var found []lint.Diagnostic
	own, err := settings.Find(filepath.Dir(path), r.read)
	if err != nil {
		found = append(found, settingsFault(err)...)
		own = &settings.Settings{}
	}
	o.Choice = s.rules.Choice.Over(own.Choice(path))
	deployed, faults := config.Find(path, r.read)
	for _, d := range faults {
		if d, wanted := o.ChoiceOf(d.Range.File).Judge(d); wanted {
			found = append(found, d)
		}
	}
	if len(o.Targets) == 0 { // else the editor says what is meant
		o.Targets = own.Targets
		o.TargetsOf = func(class string) []string { return deployed.Targets(path, class) }
	}
	return o, found
}

// choice is that for the findings in one file. Settings that can't be read choose nothing.
func (s *Snapshot) choice(file string, r *recorder) rules.Choice {
	own, err := settings.Find(filepath.Dir(file), r.read)
	if err != nil {
		return s.rules.Choice
	}
	return s.rules.Choice.Over(own.Choice(file))
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
