package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/near"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/targets"
)

// table is the path of our table.
var table = [...]string{"tool", "spindle", "lint"}

// parser reads one file.
type parser struct {
	file   string
	places places
	out    *Settings
}

// parse reads a file. Mine is false where it has no table of ours.
func parse(file string, data []byte) (s *Settings, mine bool, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	p := &parser{file: file, out: &Settings{File: file}}
	if !bytes.Contains(data, []byte(table[1])) {
		return p.out, false, nil // what is wrong with a file that says nothing to us is not ours to tell
	}
	var document map[string]any
	if err := toml.Unmarshal(data, &document); err != nil {
		return nil, false, p.syntax(err)
	}
	p.places = index(file, data)
	var value any = document
	for i, name := range table {
		m, ok := value.(map[string]any)
		if !ok {
			return nil, true, p.fault(table[:i], "", "%s must be a table", strings.Join(table[:i], "."))
		}
		if i == 2 {
			mine = true
		}
		if value, ok = m[name]; !ok {
			return p.out, mine, nil
		}
	}
	m, ok := value.(map[string]any)
	if !ok {
		return nil, true, p.fault(table[:], "", "tool.spindle.lint must be a table")
	}
	if err := p.lint(m); err != nil {
		return nil, true, err
	}
	return p.out, true, nil
}

func (p *parser) syntax(err error) error {
	f := &Fault{Range: fileStart(p.file), Message: "not TOML: " + strings.TrimPrefix(err.Error(), "toml: ")}
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := d.Position()
		f.Range.Start = graph.Pos{Line: line, Column: column}
		f.Range.End = f.Range.Start
	}
	return f
}

// fault points at a key or value.
func (p *parser) fault(at []string, hint, format string, args ...any) error {
	return &Fault{Range: p.places.of(at), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// keys are what the table may hold, each with its reader.
func keys() map[string]func(p *parser, at []string, value any) error {
	return map[string]func(p *parser, at []string, value any) error{
		"select":           func(p *parser, at []string, v any) error { return p.codes(at, v, &p.out.choice.Select) },
		"ignore":           func(p *parser, at []string, v any) error { return p.codes(at, v, &p.out.choice.Ignore) },
		"per-file-ignores": (*parser).perFile,
		"targets":          (*parser).targets,
		"exclude":          (*parser).exclude,
		"severity":         (*parser).severity,
	}
}

func (p *parser) lint(m map[string]any) error {
	known := keys()
	for _, name := range p.places.inOrder(table[:], m) {
		at := append(slices.Clone(table[:]), name)
		read, ok := known[name]
		if !ok {
			hint := "The keys are exclude, ignore, per-file-ignores, select, severity and targets."
			if meant := near.Word(name, slices.Sorted(maps.Keys(known))); meant != "" {
				hint = fmt.Sprintf("Did you mean %q?", meant)
			}
			return p.fault(at, hint, "unknown key %q in [tool.spindle.lint]", name)
		}
		if err := read(p, at, m[name]); err != nil {
			return err
		}
	}
	return nil
}

// strings reads a list of texts.
func (p *parser) strings(at []string, value any, what string, take func(at []string, word string) error) error {
	list, ok := value.([]any)
	if !ok {
		return p.fault(at, "", "%q must be a list of %s", at[len(at)-1], what)
	}
	for i, v := range list {
		here := append(slices.Clone(at), strconv.Itoa(i))
		word, ok := v.(string)
		if !ok {
			return p.fault(here, "", "%q must be a list of %s", at[len(at)-1], what)
		}
		if err := take(here, word); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) codes(at []string, value any, into *[]string) error {
	return p.strings(at, value, "rule codes", func(at []string, word string) error {
		if err := p.known(at, word); err != nil {
			return err
		}
		*into = append(*into, word)
		return nil
	})
}

func (p *parser) known(at []string, word string) error {
	if rules.Known(word) {
		return nil
	}
	return p.noRule(at, word)
}

func (p *parser) noRule(at []string, word string) error {
	hint := "`spindle rule --list` shows the codes there are."
	if meant := rules.Nearest(word); meant != "" {
		hint = fmt.Sprintf("Did you mean %q?", meant)
	}
	return p.fault(at, hint, "there is no rule %q", word)
}

func (p *parser) perFile(at []string, value any) error {
	m, ok := value.(map[string]any)
	if !ok {
		return p.fault(at, "", "%q must be a table of patterns, each with a list of rule codes", at[len(at)-1])
	}
	for _, pattern := range p.places.inOrder(at, m) {
		here := append(slices.Clone(at), pattern)
		if err := p.pattern(here, pattern); err != nil {
			return err
		}
		entry := perFile{pattern: pattern}
		if err := p.codes(here, m[pattern], &entry.codes); err != nil {
			return err
		}
		p.out.perFile = append(p.out.perFile, entry)
	}
	return nil
}

func (p *parser) pattern(at []string, pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
		return p.fault(at, "", "%q is not a pattern of file names", pattern)
	}
	return nil
}

func (p *parser) exclude(at []string, value any) error {
	return p.strings(at, value, "patterns of file names", func(at []string, word string) error {
		p.out.exclude = append(p.out.exclude, word)
		return p.pattern(at, word)
	})
}

func (p *parser) targets(at []string, value any) error {
	return p.strings(at, value, "targets", func(at []string, word string) error {
		if unknown, ok := errors.AsType[*targets.UnknownError](targets.Known(word)); ok {
			hint := "The targets are " + strings.Join(rules.Targets(), ", ") + "."
			if unknown.Alike != "" {
				hint = fmt.Sprintf("Did you mean %q?", unknown.Alike)
			}
			return p.fault(at, hint, "there is no target %q", word)
		}
		p.out.Targets = append(p.out.Targets, word)
		return nil
	})
}

func (p *parser) severity(at []string, value any) error {
	m, ok := value.(map[string]any)
	if !ok {
		return p.fault(at, "", `"severity" must be a table of rule codes, each with "error", "warning" or "info"`)
	}
	p.out.choice.Severity = map[string]lint.Severity{}
	for _, code := range p.places.inOrder(at, m) {
		here := append(slices.Clone(at), code)
		if _, ok := rules.ByCode(code); !ok {
			return p.noRule(here, code)
		}
		if strings.HasPrefix(code, "SP1") {
			return p.fault(here, "`spindle run` refuses a flow with this fault, whatever is set here.", "the severity of %s can't be changed", code)
		}
		word, _ := m[code].(string)
		switch s := lint.Severity(word); s {
		case lint.Error, lint.Warning, lint.Info:
			p.out.choice.Severity[code] = s
		default:
			return p.fault(here, "", `the severity of %s must be "error", "warning" or "info"`, code)
		}
	}
	return nil
}
