package wanted

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Configs are what a variant gives for the configs of its flow, as options have it: files NAME=A,B from the project's folder, and settings NAME.KEY=VALUE.
func Configs(v *config.Variant) (files, sets []string) {
	for _, c := range v.Configs {
		var layers []string
		for _, f := range c.Files {
			layers = append(layers, filepath.FromSlash(f.Text))
		}
		files = append(files, c.Name+"="+strings.Join(layers, ","))
	}
	for _, s := range v.Sets {
		sets = append(sets, s.Name+"="+document.Encode(s.Value))
	}
	return files, sets
}

// configs are the values that a variant's configs have.
type configs struct {
	values   []deploy.Setting
	known    map[string]bool // configs whose values are among them
	problems []lint.Diagnostic
}

// covers says whether a setting of spindle.yaml is told by the values.
func (c configs) covers(setting string) bool {
	for name := range c.known {
		if under(setting, "configs."+name) || under(setting, "set."+name) {
			return true
		}
	}
	return false
}

func (r *Request) configs(v *config.Variant, f *flow) configs {
	out := configs{known: map[string]bool{}}
	if f.static == nil || len(f.static.Dynamic) > 0 {
		return out // running the flow tells which configs it has
	}
	files, sets := Configs(v)
	given, found := effective.Parse(files, nil, sets, func(string) (string, bool) { return "", false })
	declared := declarations(f.static, given, &given)
	asked := false
	around := effective.Surroundings{Dir: r.Project.Dir(), ReadFile: r.ReadFile, LookupEnv: func(name string) (string, bool) {
		asked = true
		return r.LookupEnv(name)
	}}
	resolved, more := effective.Resolve(declared, given, around)
	for _, d := range append(found, more...) {
		out.problems = append(out.problems, r.placed(d, v))
	}
	for _, c := range resolved {
		out.known[c.Declared.Name] = true
	}
	out.values = valuesOf(resolved)
	if asked {
		around.LookupEnv = Mark
		marked, _ := effective.Resolve(declared, given, around)
		hide(out.values, valuesOf(marked))
	}
	return out
}

func valuesOf(resolved []*effective.Config) (out []deploy.Setting) {
	for _, c := range resolved {
		if c.Value != nil {
			out = append(out, leaves("config."+c.Declared.Name, c.Value)...)
			continue
		}
		for _, leaf := range c.Leaves() { // a text, or nothing
			out = append(out, deploy.Setting{Name: "config." + leaf.Path, Value: leaf.Value, At: leaf.At})
		}
	}
	return out
}

// leaves are the values in a tree. A list without objects in it is one value: what is different about it is best seen at once.
func leaves(path string, v *graph.Value) (out []deploy.Setting) {
	nested := func(item *graph.Value) bool { return len(item.Entries)+len(item.Items) > 0 }
	switch {
	case len(v.Entries) > 0:
		for _, e := range v.Entries {
			key := e.Key
			if key == "" || strings.ContainsAny(key, ".\"") {
				key = strconv.Quote(key)
			}
			out = append(out, leaves(path+"."+key, e.Value)...)
		}
		return out
	case slices.ContainsFunc(v.Items, nested):
		for i, item := range v.Items {
			out = append(out, leaves(path+"."+strconv.Itoa(i), item)...)
		}
		return out
	}
	return []deploy.Setting{{Name: path, Value: document.Encode(v), At: v.Range}}
}

// declarations are the flow's configs as its source has them. What is given for those whose value only code can tell is taken out of left.
func declarations(f *graph.Flow, given effective.Given, left *effective.Given) []worker.ConfigDeclaration {
	var out []worker.ConfigDeclaration
	for _, c := range f.Configs.Declared {
		d, known := declaration(c)
		files := false
		for _, choice := range given.Files {
			files = files || choice.Config == c.Name
		}
		if c.Name == "" || !known && !files {
			left.Files, left.Sets = without(left.Files, c.Name), without(left.Sets, c.Name)
			continue
		}
		out = append(out, d)
	}
	return out
}

func without(list []effective.Choice, config string) []effective.Choice {
	var out []effective.Choice
	for _, c := range list {
		name, _, _ := strings.Cut(c.Config, ".")
		if name != config {
			out = append(out, c)
		}
	}
	return out
}

// declaration is one config. It is known when its default stands in the source.
func declaration(c *graph.Config) (d worker.ConfigDeclaration, known bool) {
	d = worker.ConfigDeclaration{
		Name: c.Name, Attr: c.Attr, Required: c.Says("required") == graph.Yes, Plain: c.Says("plain") == graph.Yes, File: c.Range.File, Line: c.Range.Start.Line,
	}
	if p := c.Arg("parser"); p != nil && (p.Value == nil || p.Value.Kind != graph.NullKind) {
		d.Format = document.NamedBy(p)
		d.Parser = d.Format == ""
	}
	known = !c.Uncertain && !c.Spread()
	for name, to := range map[string]**string{"default": &d.Default, "default_value": &d.DefaultValue} {
		a := c.Arg(name)
		switch {
		case a == nil:
		case a.Function || a.Reads || a.Value == nil || a.Value.Open:
			known = false
		case a.Value.Kind == graph.NullKind:
		case a.Value.Kind == graph.StringKind:
			*to = &a.Value.Text
		default:
			text := document.Encode(a.Value)
			*to = &text
		}
	}
	return d, known
}

// placed puts a finding about what was given, which has no place, to the variant that gives it.
func (r *Request) placed(d lint.Diagnostic, v *config.Variant) lint.Diagnostic {
	if d.Code == effective.Code {
		d.Code = "SP416"
	}
	if d.Range.Start.Line == 0 {
		d.Message = fmt.Sprintf("%s (%s)", d.Message, v.Name)
		d.Range = v.At
	}
	return d
}
