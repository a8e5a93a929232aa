package files

import (
	"bytes"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/source"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// sieve lets through what the user wants to hear.
type sieve struct {
	main    string // a file of source, whatever its name
	opts    Options
	ignores map[string]*rules.Ignores
}

func newSieve(file string, opts Options) *sieve {
	return &sieve{main: file, opts: opts, ignores: map[string]*rules.Ignores{}}
}

func (s *sieve) pass(found []lint.Diagnostic) []lint.Diagnostic {
	var out []lint.Diagnostic
	for _, d := range found {
		d, wanted := s.opts.choice(s.main, d.Range.File).Judge(d)
		if wanted && !s.of(d.Range.File).Silences(d) {
			out = append(out, d)
		}
	}
	return out
}

// of are the ignore comments of a file; only source has any.
func (s *sieve) of(file string) *rules.Ignores {
	if g, ok := s.ignores[file]; ok {
		return g
	}
	text := ""
	if file == s.main || strings.HasSuffix(file, ".py") || strings.HasSuffix(file, ".go") {
		// Nearly no file has such a comment, and to decode one takes another copy of it.
		if data, err := s.opts.ReadFile(file); err == nil && bytes.Contains(data, []byte("spindle:")) {
			text = decoded(file, data)
		}
	}
	s.ignores[file] = rules.ParseIgnores(file, text)
	return s.ignores[file]
}

func decoded(file string, data []byte) string {
	if source.Of(file) == source.Go {
		return string(data)
	}
	return python.Text(data)
}

// comments reports what is wrong with the ignore comments of a file, and of the others of its package. That one is of no use is said only where
// nothing that is unknown could make use of it: other code that derives from a class of the file, rules that were not applied or are silent as long as
// the graph has faults, parts of the flow that depend on running code.
func (s *sieve) comments(file string, flows *source.Flows, judged []Judged) []lint.Diagnostic {
	if len(judged) == 0 {
		return nil
	}
	about := []string{file}
	if source.Of(file) == source.Go {
		about = flows.Files
	}
	var found []lint.Diagnostic
	unused := settled(flows, judged)
	for _, file := range about {
		g := s.of(file)
		found = append(found, g.Wrong()...)
		if unused {
			found = append(found, g.Unused(s.judged)...)
		}
	}
	return s.pass(found)
}

func (s *sieve) judged(code string) bool {
	target := strings.HasPrefix(code, "SP5") // depends on the targets of each call
	own := code == "SP002" || code == "SP003"
	return s.opts.Choice.Counts(code) && !target && !own
}

func settled(flows *source.Flows, judged []Judged) bool {
	if len(flows.Faults) > 0 || slices.ContainsFunc(flows.List, func(f source.Found) bool { return !f.Started }) {
		return false
	}
	return !slices.ContainsFunc(judged, func(j Judged) bool { return len(j.Flow.Dynamic) > 0 || j.Template || j.faulty || unclear(j.Flow) })
}

func unclear(f *graph.Flow) bool {
	return slices.ContainsFunc(f.Steps, func(s *graph.Step) bool { return len(s.Dynamic) > 0 || s.Uncertain })
}
