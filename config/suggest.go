package config

import (
	"context"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Suggestion is a name that may stand at a place of the file.
type Suggestion struct{ Text, Detail string }

// Suggest lists the names that may stand at a place, an offset in bytes: steps, parameters, configs and their keys, of the flows of the variant that the place is in;
// environments, templates and variants. Keys and words of the format are the schema's business. Start is where the word begins that they stand for.
func Suggest(ctx context.Context, file, text string, offset int, around Surroundings, read ReadFlow) (list []Suggestion, start int) {
	c := find(text, offset)
	kind := c.kind()
	if kind == "" {
		return nil, c.start
	}
	p, _ := Parse(file, []byte(mended(text, offset, c)), around)
	switch kind {
	case "extends":
		for _, top := range []string{"templates", "variants"} {
			for _, name := range keys(p.top(top)) {
				list = append(list, Suggestion{name, strings.TrimSuffix(top, "s")})
			}
		}
		return list, c.start
	case "environment":
		for _, name := range p.Environments {
			list = append(list, Suggestion{name.Text, "environment"})
		}
		return list, c.start
	}
	seen := map[string]bool{}
	for _, v := range c.variants(p) {
		flow := v.Flow.Path + ":" + v.Flow.Class
		if seen[flow] || v.Flow.Path == "" {
			continue
		}
		seen[flow] = true
		if r, err := v.Flow.read(ctx, read); err == nil && r.Flow != nil {
			list = append(list, p.suggested(kind, &v, r.Flow)...)
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int { return strings.Compare(a.Text, b.Text) })
	return slices.CompactFunc(list, func(a, b Suggestion) bool { return a.Text == b.Text }), c.start
}

// mended is the text with the word that is being typed made a whole entry, or taken out.
func mended(text string, offset int, c cursor) string {
	end := offset
	for end < len(text) && !strings.ContainsRune("\n\r,]}: ", rune(text[end])) {
		end++
	}
	if c.key && !strings.HasPrefix(text[end:], ":") {
		return text[:c.start] + "x: null" + text[end:]
	}
	if c.start == end {
		return text[:c.start] + "x" + text[end:]
	}
	return text
}

// kind is what may stand at the place, empty for nothing that is known here.
func (c *cursor) kind() string {
	rest := c.path
	if len(rest) == 0 {
		return ""
	}
	top, rest := rest[0], rest[1:]
	if (top == "variants" || top == "templates") && len(rest) > 0 {
		rest = rest[1:]
		switch {
		case len(rest) > 2 && rest[0] == "in":
			rest = rest[2:]
		case len(rest) > 3 && rest[0] == "matrix":
			rest = rest[3:]
		}
	} else if top == "environments" && len(rest) > 1 && (rest[1] == "defaults" || rest[1] == "overrides") {
		rest = rest[2:]
	} else if top != "defaults" {
		return ""
	}
	if len(rest) != 1 {
		return ""
	}
	kind := map[string]string{"resources": "step", "timeouts": "step", "parameters": "parameter", "configs": "config", "set": "key", "in": "environment"}[rest[0]]
	if !c.key {
		kind = map[string]string{"extends": "extends", "environments": "environment"}[rest[0]]
	}
	return kind
}

// variants are those that the place is about: of one that it stands in, or all.
func (c *cursor) variants(p *Project) []Variant {
	all, _ := p.ResolveAll()
	if c.path[0] != "variants" || len(c.lines) < 2 {
		return all
	}
	return slices.DeleteFunc(all, func(v Variant) bool { return v.At.Start.Line != c.lines[1] })
}

func (p *Project) suggested(kind string, v *Variant, flow *graph.Flow) []Suggestion {
	var out []Suggestion
	switch kind {
	case "step":
		for _, s := range flow.Steps {
			out = append(out, Suggestion{s.Name, "step of " + flow.Name})
		}
	case "parameter":
		for _, param := range flow.Parameters {
			if param.Class != "Config" && param.Name != "" {
				out = append(out, Suggestion{param.Name, strings.TrimSpace(param.Type + " " + param.Default)})
			}
		}
	case "config":
		for _, c := range flow.Configs.Declared {
			if c.Name != "" {
				out = append(out, Suggestion{c.Name, "config of " + flow.Name})
			}
		}
	case "key":
		v.Sets = nil
		values, _, _ := p.Effective(v, flow)
		for _, c := range values {
			for _, leaf := range c.Leaves() {
				if strings.Contains(leaf.Path, ".") {
					out = append(out, Suggestion{leaf.Path, short(leaf.Value)})
				}
			}
		}
	}
	return out
}
