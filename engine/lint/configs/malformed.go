package configs

import (
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// checkMalformed reports defaults that can't be read as a config, at their place in the file.
func checkMalformed(c *checker) {
	told := map[graph.Range]*lint.Diagnostic{}
	for _, s := range c.sources {
		at, problem := s.malformed()
		if problem == "" {
			continue
		}
		if told[at] == nil {
			told[at] = c.report(at, s.remedy(), "%s", problem)
		}
		if at.File != s.Config.Range.File || s.File != "" {
			told[at].Relate(s.Config.Range, "config %q reads this file", owner(s.Config))
		}
	}
}

// malformed says what is wrong with a default, and where.
func (s *Source) malformed() (at graph.Range, problem string) {
	what := "the value of config \"" + owner(s.Config) + "\""
	if s.File != "" {
		what = filepath.Base(s.File)
	}
	switch {
	case s.Fault != nil:
		return s.Fault.Range, what + " is not " + string(s.Format) + ": " + s.Fault.Message
	case s.Value == nil || s.Config.Says("plain") != graph.No:
		return at, ""
	}
	switch s.Value.Kind {
	case graph.ObjectKind, graph.NullKind, graph.ComputedKind:
		return at, ""
	}
	return head(s.Value.Range), what + " holds " + s.Value.Kind.InWords() + ", and a config must be an object"
}

// head is the part of a range that is on its first line, or its first letter.
func head(at graph.Range) graph.Range {
	if at.End.Line > at.Start.Line {
		at.End = graph.Pos{Line: at.Start.Line, Column: at.Start.Column + 1}
	}
	return at
}

func (s *Source) remedy() string {
	switch strings.ToLower(filepath.Ext(s.File)) {
	case ".ini", ".cfg", ".conf", ".py":
		return "A config without a parser is JSON, or YAML or TOML by the file's name; a parser can be given with parser=."
	}
	if s.Fault != nil && s.Format == document.JSON {
		return "A config without a parser is JSON; a parser can be given with parser=."
	}
	if s.Fault != nil {
		return ""
	}
	return "Put it under a key of an object, or give the config plain=True or a parser."
}
