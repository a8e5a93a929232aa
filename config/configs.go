package config

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/lint/near"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Given is what the variant gives for the configs of its flow. Its files are named from the project's folder.
func (v *Variant) Given() effective.Given {
	var g effective.Given
	for _, c := range v.Configs {
		choice := effective.Choice{Config: c.Name, From: "configs", At: c.At}
		for _, file := range c.Files {
			choice.Layers = append(choice.Layers, effective.Layer{Path: file.Text, At: file.Range})
		}
		if len(choice.Layers) > 0 {
			g.Files = append(g.Files, choice)
		}
	}
	for _, s := range v.Sets {
		name, keys, ok := cutName(s.Name)
		if ok && s.Value.Kind != graph.ComputedKind {
			g.Sets = append(g.Sets, effective.Choice{Config: name, Text: keys + "=" + document.Encode(s.Value), From: "set " + s.Name, At: s.At})
		}
	}
	return g
}

// cutName cuts the name of a config from the keys behind it.
func cutName(path string) (name, keys string, ok bool) {
	for i, r := range path {
		if r == '.' {
			return path[:i], path[i+1:], i > 0 && i+1 < len(path)
		}
	}
	return path, "", false
}

// Effective works out the values that the configs of a flow have in a variant, from files alone. Sure is false where only running the flow's code tells
// which configs there are, or what one is when nothing is given: then nothing is said of that.
func (p *Project) Effective(v *Variant, flow *graph.Flow) (values []*effective.Config, found []lint.Diagnostic, sure bool) {
	declared, sure := p.declared(flow)
	given := v.Given()
	if !sure {
		declared = append(declared, guessed(declared, given)...)
	}
	f := &findings{}
	for i := range declared {
		d := &declared[i]
		if d.Required && !v.gives(d.Name) {
			f.configured(v.At, "Give it a file, configs: {"+d.Name+": FILE}, or values, set: {"+d.Name+".KEY: VALUE}.", "config %q of %s needs a value", d.Name, flow.Name)
		}
		d.Required = false
	}
	values, list := effective.Resolve(declared, given, effective.Surroundings{Dir: p.Dir(), ReadFile: p.around.ReadFile, LookupEnv: p.around.LookupEnv})
	for _, d := range list {
		f.configuration(p, v, flow, d)
	}
	if len(list) == 0 {
		f.fit(p, v, flow, values)
	}
	return values, f.sorted(), sure
}

// fit holds the values that a variant gives against the types of the flow's fields. What is wrong with the flow's own files is told there.
func (f *findings) fit(p *Project, v *Variant, flow *graph.Flow, values []*effective.Config) {
	for _, value := range values {
		declared := flow.Configs.Named(value.Declared.Name)
		if declared == nil {
			continue
		}
		for _, d := range configs.Fit(declared, value.Value, func(at graph.Range) bool { return at.File == p.File }) {
			if v.wrote(p, d.Range) {
				f.configuration(p, v, flow, d).Severity = d.Severity
			}
		}
	}
}

// wrote reports whether a place is in the project's file, or in a file that the variant names.
func (v *Variant) wrote(p *Project, at graph.Range) bool {
	return at.File == p.File || slices.ContainsFunc(v.Configs, func(c ConfigFiles) bool {
		return slices.ContainsFunc(c.Files, func(file Word) bool { return file.Text == at.File })
	})
}

// declared are the configs of a flow as its source shows them.
func (p *Project) declared(flow *graph.Flow) (out []worker.ConfigDeclaration, sure bool) {
	sure = len(flow.Dynamic) == 0
	for _, s := range configs.Sources(flow, configs.Options{ReadFile: p.around.ReadFile, Dir: p.Dir()}) {
		c := s.Config
		if c.Name == "" || c.Uncertain || c.Spread() {
			sure = false
			continue
		}
		d := worker.ConfigDeclaration{
			Name: c.Name, Attr: c.Attr, File: c.Range.File, Line: c.Range.Start.Line,
			Required: c.Says("required") == graph.Yes, Plain: c.Says("plain") != graph.No,
		}
		if p := c.Arg("parser"); p != nil {
			d.Format = document.NamedBy(p)
			d.Parser = d.Format == ""
		}
		switch value := c.Arg("default_value"); {
		case s.File != "":
			d.Default = &s.File
		case s.Missing:
			d.Default = &s.Path
		case value != nil && value.Value.Kind == graph.StringKind:
			d.DefaultValue = &value.Value.Text
		case value != nil && value.Value.Kind == graph.ObjectKind && !value.Value.Open:
			text := document.Encode(value.Value)
			d.DefaultValue = &text
		case !s.Empty:
			sure = false
		}
		out = append(out, d)
	}
	return out, sure
}

// guessed are the configs that a variant gives values for and that the source does not show.
func guessed(declared []worker.ConfigDeclaration, given effective.Given) []worker.ConfigDeclaration {
	known := map[string]bool{}
	for _, d := range declared {
		known[d.Name] = true
	}
	var out []worker.ConfigDeclaration
	for _, list := range [][]effective.Choice{given.Files, given.Sets} {
		for _, c := range list {
			if !known[c.Config] {
				known[c.Config] = true
				out = append(out, worker.ConfigDeclaration{Name: c.Config, Attr: c.Config})
			}
		}
	}
	return out
}

func (v *Variant) gives(config string) bool {
	for _, c := range v.Configs {
		if c.Name == config && len(c.Files) > 0 {
			return true
		}
	}
	for _, s := range v.Sets {
		if name, _, _ := cutName(s.Name); name == config {
			return true
		}
	}
	return false
}

// configured is about the values that configs have in a variant.
func (f *findings) configured(at graph.Range, detail, format string, args ...any) *lint.Diagnostic {
	return f.list.Report(configs.VariantConfig(), at, detail, format, args...)
}

// configuration passes on what is wrong with the value of a config. What the flow's own source is to blame for stands at the variant, since the flow
// is right wherever its defaults are; files are named from the project's folder.
func (f *findings) configuration(p *Project, v *Variant, flow *graph.Flow, d lint.Diagnostic) *lint.Diagnostic {
	if d.Range.File == flow.File {
		return f.configured(v.At, "Give the config a file under configs, or mend its default.", "%s", d.Message).Relate(d.Range, "the config is declared here")
	}
	if strings.HasSuffix(d.Message, "which is no config of the flow") {
		return f.missing(d.Range, d.Detail, "%s", d.Message)
	}
	for _, c := range v.Configs {
		if file := c.at(d.Range); file != "" && strings.Contains(d.Message, "can't be read") {
			return f.missing(d.Range, p.meant(file), "%s", d.Message)
		}
	}
	at, detail := d.Range, d.Detail
	if at.File != p.File {
		at.File = p.path(filepath.ToSlash(at.File))
		if detail == "" {
			detail = fmt.Sprintf("Variant %q has it among its configs.", v.Name)
		}
	} else if detail == "" {
		detail = "What the config has without it is in its files."
	}
	out := f.configured(at, detail, "%s", d.Message)
	out.Related = d.Related
	return out
}

// at is the file that is named at a place, empty for none.
func (c *ConfigFiles) at(place graph.Range) string {
	for _, file := range c.Files {
		if file.Range == place {
			return file.Text
		}
	}
	return ""
}

// meant is a hint for a file that is not there.
func (p *Project) meant(file string) string {
	if strings.ContainsAny(file, "*?[") {
		return "A pattern of files is an axis of a matrix: matrix: {country: \"" + file + "\"}, and ${country.file} each of them."
	}
	if p.around.ReadDir != nil {
		var names []string
		entries, _ := p.around.ReadDir(filepath.Dir(p.path(file)))
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if name := near.Word(path.Base(file), names); name != "" {
			return fmt.Sprintf("Did you mean %q?", path.Join(path.Dir(file), name))
		}
	}
	return "Files are named from the project's folder, " + p.Dir() + "."
}
