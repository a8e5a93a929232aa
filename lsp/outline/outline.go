package outline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/lsp/explain"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Kind is what an item is.
type Kind string

// The kinds of item.
const (
	Flow      Kind = "flow"
	Step      Kind = "step"
	Parameter Kind = "parameter"
	Config    Kind = "config"
	Constant  Kind = "constant"
)

// Item is one line of an outline.
type Item struct {
	Kind     Kind
	Name     string
	Detail   string
	Range    graph.Range // all of it
	At       graph.Range // its name
	Children []Item      // in the order of the source
}

// Of is the outline of a file: its flows with what stands in their classes. Steps of classes that are no flows, as those that flows of other files
// take them from, stand by themselves.
func Of(flows []*snapshot.Facts, file string) []Item {
	var out []Item
	seen := map[graph.Range]bool{}
	for _, f := range flows {
		if f.Flow.File == file {
			out = append(out, flow(f, seen))
		}
	}
	for _, f := range flows {
		for _, i := range members(f) {
			if i.Range.File == file && !seen[i.At] {
				seen[i.At] = true
				out = append(out, i)
			}
		}
	}
	byPlace(out)
	return out
}

func flow(f *snapshot.Facts, seen map[graph.Range]bool) Item {
	out := Item{Kind: Flow, Name: f.Flow.Name, Detail: "flow", Range: f.Flow.Range, At: f.Flow.NameRange}
	for _, i := range members(f) {
		if contains(f.Flow.Range, i.Range) {
			seen[i.At] = true
			out.Children = append(out.Children, i)
		}
	}
	byPlace(out.Children)
	return out
}

// members are all that a flow has, from whatever class.
func members(f *snapshot.Facts) []Item {
	var out []Item
	for _, p := range f.Flow.Parameters {
		kind := Parameter
		if p.Class == "Config" {
			kind = Config
		}
		whole := p.NameRange
		if p.Range.File == whole.File && compare(p.Range.End, whole.End) > 0 {
			whole.End = p.Range.End
		}
		out = append(out, Item{Kind: kind, Name: p.Attr, Detail: words(classes[p.Class], p.Type), Range: whole, At: p.NameRange})
	}
	if f.Flow.Data != nil {
		for _, m := range f.Flow.Data.Members {
			if m.Kind == graph.MemberConstant {
				out = append(out, Item{Kind: Constant, Name: m.Name, Detail: "constant", Range: m.Range, At: m.Range})
			}
		}
	}
	c := &explain.Context{Facts: f}
	for _, s := range f.Flow.Steps {
		out = append(out, Item{Kind: Step, Name: s.Name, Detail: c.Role(s.Name), Range: s.Body, At: s.NameRange})
	}
	return slices.DeleteFunc(out, func(i Item) bool { return i.At.File == "" || i.Name == "" })
}

// classes are the kinds of what a flow takes, in words.
var classes = map[string]string{"Parameter": "parameter", "IncludeFile": "included file", "Config": "config"}

func words(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), ", ")
}

func compare(a, b graph.Pos) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

func contains(outer, inner graph.Range) bool {
	return outer.File == inner.File && compare(outer.Start, inner.Start) <= 0 && compare(inner.End, outer.End) <= 0
}

func byPlace(list []Item) {
	slices.SortStableFunc(list, func(a, b Item) int { return compare(a.At.Start, b.At.Start) })
}
