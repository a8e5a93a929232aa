// Package actions is what a user can let the editor do about a flow: the fixes of findings, steps and transitions that are missing, comments that
// silence a rule, and lines of a step made a step of their own.
//
// Every change that is offered for a finding has been tried: with it the finding is gone and no error is there that was not there before. What does
// not stand that test is not offered.
package actions

import (
	"context"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/lsp/position"
)

// Kind is the protocol's kind of an action.
type Kind string

// The kinds that there are.
const (
	QuickFix Kind = "quickfix"
	FixAll   Kind = "source.fixAll.spindle"
	Extract  Kind = "refactor.extract"
)

// Action is one change that a user may choose.
type Action struct {
	Title     string
	Kind      Kind
	Preferred bool // the one that a key for "fix it" applies
	Edits     []lint.Edit
	// For is the finding it does something about, nil for none.
	For *lint.Diagnostic
	// Disabled says why it can't be done here, empty when it can.
	Disabled string
}

// Workspace is what actions look at.
type Workspace interface {
	// Map is the text of a file, nil where there is none.
	Map(file string) *position.Map
	// Try returns what would be told about a file if some edits were made.
	Try(ctx context.Context, file string, edits []lint.Edit) ([]lint.Diagnostic, error)
}

// Site is where actions are asked for.
type Site struct {
	Workspace
	File  string
	Flows []files.Judged    // the flows of the file
	Found []lint.Diagnostic // all findings of the file
	Range graph.Range       // what is selected
}

// ForFindings returns what can be done about the findings that the selection touches.
func (s *Site) ForFindings(ctx context.Context) ([]Action, error) {
	var out []Action
	for i := range s.Found {
		d := &s.Found[i]
		if !s.touches(d.Range) {
			continue
		}
		if d.Fix != nil {
			out = append(out, Action{Title: d.Fix.Title, Kind: QuickFix, Preferred: true, Edits: d.Fix.Edits, For: d})
		}
		made, err := s.made(ctx, d)
		if err != nil {
			return nil, err
		}
		out = append(out, made...)
		silence, err := s.silence(ctx, d)
		if err != nil {
			return nil, err
		}
		out = append(out, silence...)
	}
	return out, nil
}

// maxOffered bounds how many ways out of one finding are offered.
const maxOffered = 3

// made are the proposals for a finding that help. Of those with the same title the first that helps is taken.
func (s *Site) made(ctx context.Context, d *lint.Diagnostic) ([]Action, error) {
	var out []Action
	if source.Of(s.File) != source.Python { // what they write is Python
		return nil, nil
	}
	for _, make := range makers()[d.Code] {
		for _, a := range make(s, d) {
			if len(out) == maxOffered || slices.ContainsFunc(out, func(b Action) bool { return b.Title == a.Title }) {
				continue
			}
			ok, err := s.helps(ctx, d, a.Edits)
			if err != nil {
				return nil, err
			}
			if ok {
				a.Kind, a.For = QuickFix, d
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// maker proposes changes that remove a finding.
type maker func(s *Site, d *lint.Diagnostic) []Action

// makers are the proposals by code.
func makers() map[string][]maker {
	return map[string][]maker{
		"SP103": {addStart},
		"SP106": {addEnd},
		"SP112": {addSelf},
		"SP115": {addTransition},
		"SP118": {addStep},
		"SP121": {addJoin},
		"SP128": {addBetween},
		"SP129": {addBetween},
		"SP203": {mergeArtifacts},
		"SP205": {mergeArtifacts},
	}
}

func (s *Site) touches(r graph.Range) bool {
	return r.File == s.File && !before(r.End, s.Range.Start) && !before(s.Range.End, r.Start)
}

func before(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

// helps reports whether a change removes a finding and makes no new error.
func (s *Site) helps(ctx context.Context, d *lint.Diagnostic, edits []lint.Edit) (bool, error) {
	if len(edits) == 0 {
		return false, nil
	}
	after, err := s.Try(ctx, s.File, edits)
	if err != nil {
		return false, err
	}
	return times(after, *d) < times(s.Found, *d) && !s.worse(after), nil
}

// times counts findings that say the same, wherever they are: places move with edits.
func times(list []lint.Diagnostic, d lint.Diagnostic) int {
	n := 0
	for _, other := range list {
		if other.Code == d.Code && other.Message == d.Message {
			n++
		}
	}
	return n
}

// worse reports whether there are errors that there were not.
func (s *Site) worse(after []lint.Diagnostic) bool {
	return slices.ContainsFunc(after, func(d lint.Diagnostic) bool {
		return d.Severity == lint.Error && times(after, d) > times(s.Found, d)
	})
}

// stepOf is the step of the file's flows that a place is in, with its flow.
func (s *Site) stepOf(at graph.Range) (*files.Judged, *graph.Node) {
	for i := range s.Flows {
		j := &s.Flows[i]
		for n := range j.Graph.All() {
			if n.Step.Body.File == at.File && !before(at.Start, n.Step.Body.Start) && !before(n.Step.Body.End, at.End) {
				return j, n
			}
		}
	}
	return nil, nil
}

// flowOf is the flow whose class a place is in.
func (s *Site) flowOf(at graph.Range) *files.Judged {
	for i := range s.Flows {
		f := s.Flows[i].Flow
		if f.Range.File == at.File && !before(at.Start, f.Range.Start) && !before(f.Range.End, at.End) {
			return &s.Flows[i]
		}
	}
	return nil
}
