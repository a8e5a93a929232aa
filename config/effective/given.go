package effective

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// Code is that of all findings of this package.
const Code = "config"

// The variables that give files and values where the command line does not.
const (
	FilesVariable  = "METAFLOW_FLOW_CONFIG"
	ValuesVariable = "METAFLOW_FLOW_CONFIG_VALUE"
)

// Choice is what was given for one config, and by what: an option or a variable, or a place in a file.
type Choice struct {
	Config, Text, From string
	// At is the place of what was given; nothing for options and variables, which have none.
	At graph.Range
	// Layers are files that are given one by one, in place of Text.
	Layers []Layer
}

// Layer is a file with the place that names it.
type Layer struct {
	Path string
	At   graph.Range
}

// place is where to tell what is wrong with the choice.
func (c *Choice) place() graph.Range {
	if c.At != (graph.Range{}) {
		return c.At
	}
	return graph.Range{File: c.From}
}

// Given is what was given for the configs of a flow.
type Given struct {
	Files, Values, Sets []Choice
}

// Empty is true when nothing was given.
func (g Given) Empty() bool { return len(g.Files)+len(g.Values)+len(g.Sets) == 0 }

// Parse reads options and variables. Files and values are NAME=TEXT, sets NAME.KEY=VALUE. For one name the last counts.
// A variable counts where its option is not given at all.
func Parse(files, values, sets []string, lookupEnv func(string) (string, bool)) (Given, []lint.Diagnostic) {
	f := &findings{}
	g := Given{Files: f.choices(files, "--config", "FILE"), Values: f.choices(values, "--config-value", "JSON")}
	if len(files) == 0 {
		g.Files = f.variable(FilesVariable, lookupEnv)
	}
	if len(values) == 0 {
		g.Values = f.variable(ValuesVariable, lookupEnv)
	}
	for _, text := range sets {
		path, value, ok := strings.Cut(text, "=")
		name, keys, dotted := strings.Cut(path, ".")
		if !ok || !dotted || name == "" || keys == "" {
			f.from("--set", "--set %s is not of the form NAME.KEY=VALUE", text)
			continue
		}
		g.Sets = append(g.Sets, Choice{Config: name, Text: keys + "=" + value, From: "--set " + path})
	}
	return g, f.list
}

func (f *findings) choices(texts []string, option, what string) []Choice {
	var out []Choice
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			f.from(option, "%s %s is not of the form NAME %s", option, text, what)
			continue
		}
		out = add(out, Choice{Config: name, Text: value, From: option})
	}
	return out
}

func add(list []Choice, c Choice) []Choice {
	list = slices.DeleteFunc(list, func(other Choice) bool { return other.Config == c.Config })
	return append(list, c)
}

// variable reads a variable: a JSON object of texts. What is no text is taken as JSON.
func (f *findings) variable(name string, lookupEnv func(string) (string, bool)) []Choice {
	text, ok := lookupEnv(name)
	if !ok || text == "" {
		return nil
	}
	v, fault := document.ReadJSON(graph.Range{File: name, Start: graph.Pos{Line: 1, Column: 1}}, []byte(text))
	if fault != nil {
		f.from(name, "%s is not JSON: %s, at character %d", name, fault.Message, fault.Range.Start.Column)
		return nil
	}
	if v.Kind != graph.ObjectKind {
		f.from(name, "%s must be a JSON object of config names", name)
		return nil
	}
	var out []Choice
	for _, e := range v.Entries {
		value := document.Encode(e.Value)
		if e.Value.Kind == graph.StringKind {
			value = e.Value.Text
		}
		out = add(out, Choice{Config: e.Key, Text: value, From: name})
	}
	return out
}

// findings gathers all that is wrong.
type findings struct{ list []lint.Diagnostic }

func (f *findings) at(r graph.Range, format string, args ...any) *lint.Diagnostic {
	f.list = append(f.list, lint.Diagnostic{Code: Code, Severity: lint.Error, Range: r, Message: fmt.Sprintf(format, args...)})
	return &f.list[len(f.list)-1]
}

// from is about what an option or a variable gave.
func (f *findings) from(source, format string, args ...any) *lint.Diagnostic {
	return f.at(graph.Range{File: source}, format, args...)
}
