package effective

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/lint/near"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Surroundings are where files and variables come from. Relative paths start at Dir.
type Surroundings struct {
	Dir       string
	ReadFile  func(path string) ([]byte, error)
	LookupEnv func(name string) (string, bool)
}

// Config is one config with its value: a tree, a text that the worker makes a value of, or neither.
type Config struct {
	Declared worker.ConfigDeclaration
	Value    *graph.Value
	Text     *string
	// Source is where a text comes from.
	Source graph.Range
	// Files are the layers.
	Files []string
}

// Wire is the value as a worker is told it.
func (c *Config) Wire() worker.ConfigValue {
	if c.Value == nil {
		return worker.ConfigValue{Text: c.Text}
	}
	text := document.Encode(c.Value)
	return worker.ConfigValue{JSON: &text}
}

// Resolve works out the values of all configs.
func Resolve(declared []worker.ConfigDeclaration, given Given, around Surroundings) ([]*Config, []lint.Diagnostic) {
	r := &resolver{around: around, given: given, dynamic: map[*graph.Value]bool{}, schemas: map[*Config][]schemaRef{}}
	for _, d := range declared {
		r.configs = append(r.configs, &Config{Declared: d})
	}
	r.checkNames()
	for _, c := range r.configs {
		r.read(c)
	}
	for _, s := range given.Sets {
		if c := r.config(s.Config); c != nil {
			r.set(c, s)
		}
	}
	if len(r.list) == 0 {
		r.interpolate()
	}
	if len(r.list) == 0 {
		r.check()
	}
	return r.configs, r.list
}

type resolver struct {
	findings
	around  Surroundings
	given   Given
	configs []*Config
	// dynamic are the texts in which references are replaced.
	dynamic map[*graph.Value]bool
	schemas map[*Config][]schemaRef
}

func (r *resolver) config(name string) *Config {
	for _, c := range r.configs {
		if c.Declared.Name == name {
			return c
		}
	}
	return nil
}

// checkNames reports what was given for configs that the flow does not have, and twice for one.
func (r *resolver) checkNames() {
	var names []string
	for _, c := range r.configs {
		names = append(names, c.Declared.Name)
	}
	for _, list := range [][]Choice{r.given.Files, r.given.Values, r.given.Sets} {
		for _, g := range list {
			if r.config(g.Config) != nil {
				continue
			}
			d := r.at(g.place(), "%s names %q, which is no config of the flow", option(g.From), g.Config)
			switch alike := near.Word(g.Config, names); {
			case alike != "":
				d.Detail = "Did you mean \"" + alike + "\"?"
			case len(names) > 0:
				d.Detail = "There is \"" + strings.Join(names, "\", \"") + "\"."
			default:
				d.Detail = "The flow has no configs."
			}
		}
	}
	for _, file := range r.given.Files {
		for _, value := range r.given.Values {
			if file.Config == value.Config {
				r.from(value.From, "config %q is given both as a file (%s) and as a value (%s)", file.Config, file.From, value.From).Detail = "Give one of them; to change single keys of a file, use --set NAME.KEY=VALUE or a second file."
			}
		}
	}
}

// option is the option without what was given to it.
func option(from string) string {
	word, _, _ := strings.Cut(from, " ")
	return word
}

func find(list []Choice, name string) *Choice {
	for i := range list {
		if list[i].Config == name {
			return &list[i]
		}
	}
	return nil
}

func (r *resolver) read(c *Config) {
	d := &c.Declared
	own := graph.Range{File: d.File, Start: graph.Pos{Line: d.Line, Column: 1}, End: graph.Pos{Line: d.Line, Column: 1}}
	if g := find(r.given.Files, d.Name); g != nil {
		r.files(c, g, g.place())
		return
	}
	if g := find(r.given.Values, d.Name); g != nil {
		r.text(c, g.From, g.place(), g.Text)
		return
	}
	switch {
	case d.Error != "":
		r.at(own, "config %q has no value: %s", d.Name, d.Error)
	case d.Default != nil:
		r.files(c, &Choice{Config: d.Name, Text: *d.Default, From: "default"}, own)
	case d.DefaultValue != nil:
		r.text(c, d.File, own, *d.DefaultValue)
	case d.Required:
		r.at(own, "config %q needs a value", d.Name).Detail = "Give it a file, --config " + d.Name + " FILE, or a value, --config-value " + d.Name + " JSON."
	}
}

// opaque is true for a config whose text is left to the worker.
func opaque(d *worker.ConfigDeclaration) bool { return d.Parser || d.Plain }

// layers are the files of a choice. A name with a comma in it is one file where that is there.
func (r *resolver) layers(g *Choice, own graph.Range) []Layer {
	if g.Layers != nil {
		return g.Layers
	}
	paths := []string{g.Text}
	if strings.Contains(g.Text, ",") && g.From != "default" { // what a flow's source names is one file, as in Metaflow
		if _, err := r.around.ReadFile(r.abs(g.Text)); err != nil {
			paths = strings.Split(g.Text, ",")
		}
	}
	var out []Layer
	for _, path := range paths {
		out = append(out, Layer{strings.TrimSpace(path), own})
	}
	return out
}

// files reads files, one layer over the other.
func (r *resolver) files(c *Config, g *Choice, own graph.Range) {
	layers := r.layers(g, own)
	if len(layers) > 1 && opaque(&c.Declared) {
		r.at(own, "config %q takes one file: what its %s makes of several can't be merged", c.Declared.Name, byWhat(&c.Declared)).Detail = "Without parser and plain, files of JSON, YAML and TOML are merged."
		return
	}
	for _, l := range layers {
		if l.Path == "" {
			r.at(own, "an empty file name for config %q in %q", g.Config, g.Text)
			continue
		}
		data, err := r.around.ReadFile(r.abs(l.Path))
		if err != nil {
			r.unreadable(c, l.Path, g.From, l.At, err)
			continue
		}
		c.Files = append(c.Files, l.Path)
		if opaque(&c.Declared) {
			text := string(data)
			c.Text, c.Source = &text, graph.Range{File: l.Path, Start: graph.Pos{Line: 1, Column: 1}}
			continue
		}
		format := formatOf(&c.Declared, l.Path)
		v, fault := document.ReadAs(format, l.Path, data)
		if fault != nil {
			r.at(fault.Range, "%s is not %s: %s", filepath.Base(l.Path), format, fault.Message)
			continue
		}
		r.layer(c, v, l.Path)
	}
}

// formatOf is the format that the flow says, else that of the file's name; a text without a file is JSON.
func formatOf(d *worker.ConfigDeclaration, path string) document.Format {
	if format, ok := document.Named(d.Format); ok {
		return format
	}
	return document.FormatOf(path)
}

func byWhat(d *worker.ConfigDeclaration) string {
	if d.Parser {
		return "parser"
	}
	return "plain=True"
}

func (r *resolver) unreadable(c *Config, path, from string, own graph.Range, err error) {
	var problem *fs.PathError
	why := err.Error()
	if errors.As(err, &problem) {
		why = problem.Err.Error()
	}
	what := "the file"
	if from == "default" {
		what = "the default file"
	}
	d := r.at(own, "%s %q of config %q can't be read: %s", what, path, c.Declared.Name, why)
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		d.Detail = "The path starts at the folder in which the flow is started."
	}
}

func (r *resolver) abs(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.around.Dir, path)
}

// text reads a value given as text: JSON, unless it is for the worker. own is where it was given.
func (r *resolver) text(c *Config, source string, own graph.Range, text string) {
	c.Source = own
	if opaque(&c.Declared) {
		c.Text = &text
		return
	}
	if format := formatOf(&c.Declared, ""); format != document.JSON {
		v, fault := document.ReadAs(format, source, []byte(text))
		if fault != nil {
			r.at(own, "the value of config %q is not %s: %s", c.Declared.Name, format, fault.Message)
			return
		}
		move(v, own)
		r.layer(c, v, "")
		return
	}
	v, fault := document.ReadJSON(graph.Range{File: source, Start: graph.Pos{Line: 1, Column: 1}}, []byte(text))
	if fault != nil {
		r.at(own, "the value of config %q is not JSON: %s, at character %d", c.Declared.Name, fault.Message, fault.Range.Start.Column)
		return
	}
	move(v, own)
	r.layer(c, v, "")
}

// move puts a value that stands in no file to the one place that is known of it.
func move(v *graph.Value, to graph.Range) {
	v.Range = to
	for _, item := range v.Items {
		move(item, to)
	}
	for i := range v.Entries {
		v.Entries[i].KeyRange = to
		move(v.Entries[i].Value, to)
	}
}

// layer merges a value over what the config has.
func (r *resolver) layer(c *Config, v *graph.Value, path string) {
	switch {
	case v.Kind == graph.NullKind && len(c.Files) < 2:
		if path != "" {
			r.at(head(v.Range), "%s holds nothing, and a config must be an object", filepath.Base(path))
			return
		}
		c.Value = nil
		return
	case v.Kind != graph.ObjectKind:
		what := "the value of config \"" + c.Declared.Name + "\""
		if path != "" {
			what = filepath.Base(path)
		}
		r.at(head(v.Range), "%s holds %s, and a config must be an object", what, v.Kind.InWords()).Detail = "Put it under a key of an object, or give the config plain=True or a parser."
		return
	}
	v = r.directives(c, v, path)
	if c.Value == nil {
		c.Value = v
		return
	}
	c.Value = merge(c.Value, v)
}

// merge puts one value over another: objects key by key, anything else as a whole.
func merge(below, above *graph.Value) *graph.Value {
	if below.Kind != graph.ObjectKind || above.Kind != graph.ObjectKind {
		return above
	}
	out := &graph.Value{Kind: graph.ObjectKind, Range: below.Range}
	for _, key := range below.Keys() {
		e := *below.Entry(key)
		if over := above.Entry(key); over != nil {
			e = graph.Entry{Key: key, KeyRange: over.KeyRange, Value: merge(e.Value, over.Value)}
		}
		out.Entries = append(out.Entries, e)
	}
	for _, key := range above.Keys() {
		if below.Entry(key) == nil {
			out.Entries = append(out.Entries, *above.Entry(key))
		}
	}
	return out
}

// head is the part of a range that is on its first line, or its first letter.
func head(at graph.Range) graph.Range {
	if at.End.Line > at.Start.Line {
		at.End = graph.Pos{Line: at.Start.Line, Column: at.Start.Column + 1}
	}
	return at
}
