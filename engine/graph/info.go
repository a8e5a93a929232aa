package graph

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

// Extra is what only running the code can tell about a flow, in plain types. The zero value stands for a flow that was
// only read.
type Extra struct {
	Parameters []Named // configs included, by attribute
	Constants  []Named
	Decorators []Attached
	Steps      map[string]StepExtra
	Extensions any // nil for none
	// CasePairs writes the cases of a switch as a list of [case, step] instead of an object, whose keys could only be text.
	CasePairs bool
}

// Named is the name and type of a parameter or constant.
type Named struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// StepExtra is what running the code tells about one step. Empty fields leave what the source says.
type StepExtra struct {
	Decorators []Attached
	NodeInfo   json.RawMessage
	Doc        string
	File       string
}

// Attached is a decorator with the values of its attributes.
type Attached struct {
	Name              string
	Attributes        json.RawMessage // an object; nil for none
	StaticallyDefined bool
	InsertedBy        json.RawMessage // a list of strings; nil or null for none
}

// GraphInfo builds the value of the artifact _graph_info.
func GraphInfo(g *Graph, x Extra) Object {
	extensions := x.Extensions
	if extensions == nil {
		extensions = Object{{"installed", Object{}}}
	}
	steps, structure := Outline(g, x)
	return Object{
		{"file", filepath.Base(g.Flow.File)},
		{"start_step", nullable(g.Start)},
		{"end_step", nullable(g.End)},
		{"parameters", listed(x.Parameters)},
		{"constants", listed(x.Constants)},
		{"steps", steps},
		{"graph_structure", structure},
		{"doc", CleanDoc(g.Flow.Doc)},
		{"decorators", attachedObjects(x.Decorators)},
		{"extensions", extensions},
	}
}

// Outline describes the steps, in the order a reader of the nested structure meets them, and that structure.
func Outline(g *Graph, x Extra) (steps Object, structure []any) {
	o := &outline{g: g, extra: x, seen: map[string]bool{}}
	structure = []any{}
	if g.Start != "" && g.End != "" {
		if g.Start != g.End {
			structure = o.block(g.Start, g.End, map[string]bool{})
			for _, name := range g.Order { // what a structure cut short left out
				if name != g.End {
					o.add(name)
				}
			}
		}
		o.add(g.End)
		structure = append(structure, g.End)
	}
	return o.steps, structure
}

func (g *Graph) stepObject(n *Node, x StepExtra, pairs bool) Object {
	file, doc := x.File, x.Doc
	if file == "" {
		file = n.Step.NameRange.File
	}
	if doc == "" {
		doc = n.Step.Doc
	}
	info := x.NodeInfo
	if len(info) == 0 || string(info) == "null" {
		info = json.RawMessage("{}")
	}
	o := Object{
		{"name", n.Name},
		{"type", n.Type},
		{"line", n.Step.NameRange.Start.Line},
		{"source_file", file},
		{"doc", CleanDoc(doc)},
		{"decorators", attachedObjects(x.Decorators)},
		{"next", listed(n.Out)},
		{"node_info", info},
	}
	o = append(o, splitMembers(n, pairs)...)
	if n.MatchingJoin != "" {
		o = append(o, Member{"matching_join", n.MatchingJoin})
	}
	return o
}

func splitMembers(n *Node, pairs bool) Object {
	switch n.Type {
	case TypeForeach:
		return Object{{"foreach_artifact", nullable(n.Step.Next.Foreach)}}
	case TypeParallel:
		return Object{{"num_parallel", n.Step.Next.NumParallel}}
	case TypeSwitch:
		var cases any = namedCases(n.Step.Next.Targets)
		if pairs {
			cases = pairedCases(n.Step.Next.Targets)
		}
		return Object{{"condition", n.Step.Next.Condition}, {"switch_cases", cases}}
	}
	return nil
}

func namedCases(targets []Target) Object {
	cases := Object{}
	for _, t := range targets {
		cases = append(cases, Member{t.JSONCase(), t.Step})
	}
	return cases
}

func pairedCases(targets []Target) [][2]any {
	cases := [][2]any{}
	for _, t := range targets {
		cases = append(cases, [2]any{t.jsonValue(), t.Step})
	}
	return cases
}

// jsonValue is a switch's case in its own type, where JSON has that type.
func (t Target) jsonValue() any {
	switch t.CaseType {
	case "bool":
		return t.Case == "True"
	case "int", "float":
		if json.Valid([]byte(t.Case)) {
			return json.RawMessage(t.Case)
		}
	}
	return t.Case
}

// JSONCase is a switch's case as the key of a JSON object, the way Python writes keys that are not strings.
func (t Target) JSONCase() string {
	if t.CaseType != "bool" {
		return t.Case
	}
	if t.Case == "True" {
		return "true"
	}
	return "false"
}

func attachedObjects(list []Attached) []Object {
	out := []Object{}
	for _, a := range list {
		if strings.HasPrefix(a.Name, "_") && !strings.Contains(a.Name, ".") { // the user's own are called __main__.name
			continue
		}
		attributes := a.Attributes
		if len(attributes) == 0 {
			attributes = json.RawMessage("{}")
		}
		var inserted any
		if len(a.InsertedBy) > 0 {
			inserted = a.InsertedBy
		}
		out = append(out, Object{
			{"name", a.Name},
			{"attributes", attributes},
			{"statically_defined", a.StaticallyDefined},
			{"inserted_by", inserted},
		})
	}
	return out
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
