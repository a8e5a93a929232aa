package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/near"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

// Parse reads a project's file. What can be read is read, whatever else is wrong; a file that is no YAML is an empty project.
func Parse(file string, data []byte) (*Project, []lint.Diagnostic) {
	p := &parser{file: file, lines: strings.Split(string(data), "\n")}
	var document yaml.Node
	if err := unmarshal(data, &document); err != nil {
		p.broken(err)
	} else if len(document.Content) > 0 {
		p.root(plain(document.Content[0]))
	}
	p.project.File = file
	return &p.project, p.found.Sorted()
}

// unmarshal guards against texts that the library panics on.
func unmarshal(data []byte, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return yaml.Unmarshal(data, into)
}

type parser struct {
	file    string
	lines   []string
	project Project
	found   lint.Findings
}

func (p *parser) report(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return p.found.Report(configs.Project(), at, detail, format, args...)
}

var errorLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?(?:line (\d+): )?`)

// broken reports a text that is no YAML. The library tells the line alone.
func (p *parser) broken(err error) {
	m := errorLine.FindStringSubmatch(err.Error())
	line, _ := strconv.Atoi(m[1])
	line = max(1, min(line, len(p.lines)))
	text := strings.TrimRight(p.lines[line-1], "\r")
	start := len(text) - len(strings.TrimLeft(text, " \t"))
	at := graph.Range{File: p.file, Start: graph.Pos{Line: line, Column: start + 1}, End: graph.Pos{Line: line, Column: utf8.RuneCountInString(text) + 1}}
	p.report(at, "", "%s is not YAML: %s", FileName, err.Error()[len(m[0]):])
}

func (p *parser) root(n *yaml.Node) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		p.report(p.span(n), "Put what it says under keys, such as variants and defaults.", "%s must be a mapping", FileName)
		return
	}
	p.project.Defaults = p.variant(p.mapping(get(n, "defaults"), "defaults"))
	list := p.mapping(get(n, "variants"), "variants")
	seen := map[string]graph.Range{}
	for key, value := range pairs(list) {
		at := p.span(key)
		if first, twice := seen[key.Value]; twice {
			p.report(at, "Give one of them another name.", "there are two variants %q", key.Value).Relate(first, "the other one is here")
			continue
		}
		seen[key.Value] = at
		v := p.variant(p.mapping(plain(value), fmt.Sprintf("variant %q", key.Value)))
		v.Name, v.NameRange = key.Value, at
		p.project.Variants = append(p.project.Variants, v)
	}
}

// mapping returns a node if it is a mapping, and nil where there is nothing.
func (p *parser) mapping(n *yaml.Node, what string) *yaml.Node {
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		p.report(p.span(n), "", "%s must be a mapping", what)
		return nil
	}
	return n
}

func (p *parser) variant(n *yaml.Node) Variant {
	var v Variant
	if n == nil {
		return v
	}
	if flow := get(n, "flow"); flow != nil && flow.Tag != "!!null" {
		if flow.Tag != "!!str" {
			p.report(p.span(flow), "A flow is given as its file: flow.py, or flow.py:Class.", "flow must be a path")
		} else {
			v.Flow = Word{flow.Value, p.span(flow)}
		}
	}
	v.Targets = append(p.targets(get(n, "target"), "target", nil), p.targets(get(n, "compute"), "compute", []string{"local"})...)
	return v
}

// targets reads a name or a list of names. Those in besides are no target and mean none.
func (p *parser) targets(n *yaml.Node, key string, besides []string) []Word {
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var out []Word
	for _, item := range list {
		switch item = plain(item); {
		case item.Kind != yaml.ScalarNode || item.Tag != "!!str":
			p.report(p.span(item), "Known are "+strings.Join(rules.Targets(), ", ")+".", "%s must be a name or a list of names", key)
		case strings.Contains(item.Value, "${") || slices.Contains(besides, item.Value):
		case slices.Contains(rules.Targets(), item.Value):
			out = append(out, Word{item.Value, p.span(item)})
		default:
			p.unknown(item, key)
		}
	}
	return out
}

func (p *parser) unknown(n *yaml.Node, key string) {
	detail := "Known are " + strings.Join(rules.Targets(), ", ") + "."
	if alike := near.Word(n.Value, rules.Targets()); alike != "" {
		detail = fmt.Sprintf("Did you mean %q?", alike)
	}
	p.report(p.span(n), detail, "%s %q is not known", key, n.Value).Severity = lint.Warning
}

// span is the place of a node: all of a scalar on one line, the first letter of anything else.
func (p *parser) span(n *yaml.Node) graph.Range {
	// YAML ends lines where editors don't, too: the place must be in the file all the same.
	start := graph.Pos{Line: max(1, min(n.Line, len(p.lines))), Column: max(n.Column, 1)}
	end := start
	end.Column++
	if n.Kind == yaml.ScalarNode && n.Line == start.Line {
		width := utf8.RuneCountInString(n.Value)
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			width += 2
		}
		if last := utf8.RuneCountInString(strings.TrimRight(p.lines[n.Line-1], "\r")) + 1; start.Column+width <= last {
			end.Column = start.Column + max(width, 1)
		}
	}
	return graph.Range{File: p.file, Start: start, End: end}
}
