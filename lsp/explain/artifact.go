package explain

import (
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/lastrun"
	"github.com/spindle-flow/spindle/lsp/names"
)

// Artifact explains what a spot names: an artifact, or what the class binds for all steps.
func (c *Context) Artifact(s *names.Spot) string {
	if p := c.parameter(s.Name); p != nil {
		return c.Parameter(p)
	}
	data := c.Artifacts().Data
	if m := data.Member(s.Name); m != nil {
		return blocks("**constant** "+code(s.Name)+constant(m.Content), c.users(s.Name))
	}
	return blocks("**artifact** "+code(s.Name)+c.doubt(s), c.users(s.Name), c.value(c.stepAt(s), s.Name))
}

func (c *Context) parameter(attr string) *graph.Parameter {
	for _, p := range c.Facts.Flow.Parameters {
		if p.Attr == attr {
			return p
		}
	}
	return nil
}

func constant(v graph.Content) string {
	switch v.Kind {
	case graph.ContentString:
		return " = " + code(lastrun.Short(v.Text))
	case graph.ContentNumber, graph.ContentBool, graph.ContentNone:
		return " = " + code(v.Text)
	case graph.ContentUnknown:
		return ""
	}
	return " · " + v.Text
}

// stepAt is the step whose function a spot is in, or that an input comes from; empty elsewhere.
func (c *Context) stepAt(s *names.Spot) string {
	if s.Mention == nil {
		return ""
	}
	if s.Mention.Via == graph.ViaInput && s.Mention.Step != "" {
		return s.Mention.Step
	}
	if i := s.Mention.Body; i >= 0 && c.Artifacts().Data.Bodies[i].Step {
		return c.Artifacts().Data.Bodies[i].Name
	}
	return ""
}

// doubt says where an artifact that is read may not be there.
func (c *Context) doubt(s *names.Spot) string {
	step := c.stepAt(s)
	b := c.Artifacts().Body(step)
	if b == nil || s.Mention == nil || s.Mention.Via != graph.ViaSelf {
		return ""
	}
	start := c.Artifacts().Start(step)
	for i := range b.Uses {
		u := &b.Uses[i]
		if u.Mention != s.Mention || u.Assigned == graph.Yes || u.Guarded || start.Open {
			continue
		}
		if start.Maybe.Has(u.ID) && !start.Surely.Has(u.ID) && u.MaybeMerged == 0 {
			return " · set on some ways here only"
		}
	}
	return ""
}

// users says which steps set an artifact and which read it.
func (c *Context) users(name string) string {
	id := c.Artifacts().Data.ID(name)
	if id < 0 {
		return ""
	}
	var writers, readers, mergers []string
	for _, step := range c.order() {
		b := c.Artifacts().Data.Step(step)
		if b == nil {
			continue
		}
		if at, ok := writes(c.Artifacts().Data, b, id); ok {
			writers = append(writers, c.to(step, at))
		}
		if at, ok := reads(b, id); ok {
			readers = append(readers, c.to(step, at))
		}
		if c.merges(step, b, id) {
			mergers = append(mergers, c.step(step))
		}
	}
	var parts []string
	for _, p := range []struct {
		verb  string
		steps []string
	}{{"set in", writers}, {"merged in", mergers}, {"read in", readers}} {
		if len(p.steps) > 0 {
			parts = append(parts, p.verb+" "+shortened(p.steps))
		}
	}
	if len(readers) == 0 && c.Artifacts().Data.Member(name) == nil {
		parts = append(parts, "read nowhere")
	}
	return strings.Join(parts, " · ")
}

const mostSteps = 8

func shortened(steps []string) string {
	if n := len(steps); n > mostSteps {
		return strings.Join(steps[:mostSteps], ", ") + " and more"
	}
	return strings.Join(steps, ", ")
}

// order lists the steps as a run takes them, those that it can't reach last.
func (c *Context) order() []string {
	out := slices.Clone(c.Graph.Order)
	for n := range c.Graph.All() {
		if !n.Reachable {
			out = append(out, n.Name)
		}
	}
	return out
}

func writes(data *graph.Data, b *graph.Body, id int) (graph.Range, bool) {
	for i := range b.Writes {
		if w := &b.Writes[i]; w.ID == id && w.Kind != graph.Delete {
			if w.Mention != nil {
				return w.Mention.Range, true
			}
			return w.At, true
		}
	}
	return graph.Range{}, false
}

func reads(b *graph.Body, id int) (graph.Range, bool) {
	for i := range b.Uses {
		if b.Uses[i].ID == id {
			return b.Uses[i].At, true
		}
	}
	return graph.Range{}, false
}

// merges reports whether a join brings an artifact on by merging.
func (c *Context) merges(step string, b *graph.Body, id int) bool {
	if len(b.Merges) == 0 || b.Exit.Always.Has(id) {
		return false
	}
	return c.Artifacts().Brought(step, b.Exit.Merged, b.Exit.MaybeMerged).Maybe.Has(id)
}

// value says what an artifact was in the last run at the end of a step, else of the last step that had it.
func (c *Context) value(step, name string) string {
	if c.Run == nil || c.Value == nil {
		return ""
	}
	v := (*lastrun.Value)(nil)
	if step != "" {
		v = c.Value(step, name)
	}
	for _, other := range slices.Backward(c.Graph.Order) {
		if v != nil {
			break
		}
		if b := c.Artifacts().Data.Step(other); b != nil && hasWrite(b, c.Artifacts().Data.ID(name)) {
			v = c.Value(other, name)
		}
	}
	if v == nil {
		return ""
	}
	return "---\n" + valueLine(v) + " · after " + c.step(v.Step) + first(v) + " · " + c.run() + valueText(v)
}

func hasWrite(b *graph.Body, id int) bool {
	return slices.ContainsFunc(b.Writes, func(w graph.Assignment) bool { return w.ID == id })
}

func valueLine(v *lastrun.Value) string {
	s := lastrun.Size(v.Size)
	if v.Type != "" {
		s = code(v.Type) + ", " + s
	}
	return s
}

func first(v *lastrun.Value) string {
	if v.Tasks > 1 {
		return ", first task"
	}
	return ""
}

func valueText(v *lastrun.Value) string {
	if v.Text == "" {
		return ""
	}
	return "\n\n```python\n" + v.Text + "\n```"
}

// Parameter explains a parameter or a config.
func (c *Context) Parameter(p *graph.Parameter) string {
	if p.Class == "Config" {
		return c.config(p)
	}
	kind := "parameter"
	if p.Class == "IncludeFile" {
		kind = "included file"
	}
	words := []string{"**" + kind + "** " + code(p.Attr)}
	if p.Type != "" {
		words = append(words, p.Type)
	}
	switch {
	case p.Default != "":
		words = append(words, "default "+code(cutSource(p.Default)))
	case p.Required:
		words = append(words, "required")
	}
	if p.Name != "" {
		words = append(words, code("--"+p.Name))
	}
	return blocks(strings.Join(words, " · "), doc(p.Help), c.users(p.Attr), c.value(c.Graph.Start, p.Attr))
}

const longestSource = 80

func cutSource(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestSource {
		return string(r[:longestSource]) + "…"
	}
	return s
}
