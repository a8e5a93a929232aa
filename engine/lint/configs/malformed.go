package configs

import (
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
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
		return s.Fault.Range, what + " is not JSON: " + s.Fault.Message
	case s.Value == nil || s.Config.Says("plain") != graph.No:
		return at, ""
	}
	switch s.Value.Kind {
	case graph.ObjectKind, graph.NullKind, graph.ComputedKind:
		return at, ""
	}
	return head(s.Value.Range), what + " holds " + a(s.Value.Kind) + ", and a config must be an object"
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
	case ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".py":
		return "A config without a parser is JSON: give the config one, as in parser=\"yaml.safe_load\"."
	}
	if s.Fault != nil {
		return "A config without a parser is JSON; a parser can be given with parser=."
	}
	return "Put it under a key of an object, or give the config plain=True or a parser."
}

// a names a kind of value in a sentence.
func a(kind graph.ValueKind) string {
	switch kind {
	case graph.ObjectKind:
		return "an object"
	case graph.ArrayKind:
		return "a list"
	case graph.StringKind:
		return "a text"
	case graph.IntegerKind:
		return "an integer"
	case graph.NumberKind:
		return "a number"
	case graph.BoolKind:
		return "true or false"
	case graph.NullKind:
		return "null"
	}
	return "a value"
}
