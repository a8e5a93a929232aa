// Package flowgraph is a flow's graph as data for views: nodes with what is wrong at them and how they went last, and the edges between them.
//
// The JSON is documented in docs/language-server.md.
package flowgraph

import (
	"cmp"
	"slices"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/lastrun"
)

// Graph is a flow's graph.
type Graph struct {
	Flow    string         `json:"flow"`
	Flows   []string       `json:"flows"` // all flows of the file, in the order of the source
	File    uri.URI        `json:"file"`
	Version *int32         `json:"version,omitempty"` // of the document, when it is open
	Range   protocol.Range `json:"range"`             // the class statement
	Doc     string         `json:"doc"`
	Start   string         `json:"start"` // empty where none or several could be meant
	End     string         `json:"end"`
	// Dynamic is true where the source can't be followed, so that the flow may have more steps and edges than these.
	Dynamic bool    `json:"dynamic"`
	Nodes   []Node  `json:"nodes"`
	Edges   []Edge  `json:"edges"`
	Faults  []Fault `json:"faults"` // those that are at no step
	Last    *Last   `json:"last"`   // the newest run, null where there is none
}

// Node is a step.
type Node struct {
	Name           string         `json:"name"`
	Kind           graph.Type     `json:"kind"`
	File           uri.URI        `json:"file"` // where the step stands: a base class may be in another file
	Range          protocol.Range `json:"range"`
	SelectionRange protocol.Range `json:"selectionRange"`
	Owner          string         `json:"owner"` // the class that defines it
	Decorators     []string       `json:"decorators"`
	Doc            string         `json:"doc"`
	Join           string         `json:"join,omitempty"`      // for a split: the join that closes it
	Splits         []string       `json:"splits"`              // the splits that are open here, outermost first
	Reachable      bool           `json:"reachable"`           // from the start step
	Foreach        string         `json:"foreach,omitempty"`   // the artifact a foreach walks
	Condition      string         `json:"condition,omitempty"` // the artifact a switch reads
	Faults         []Fault        `json:"faults"`
	Last           *Last          `json:"last"`
}

// Edge leads from a step to another one, or to a name that is no step.
type Edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Kind is linear, split, foreach, parallel or switch.
	Kind    graph.Kind     `json:"kind"`
	Label   string         `json:"label,omitempty"`   // a switch's case, a foreach's artifact
	Range   protocol.Range `json:"range"`             // where the edge is named, in the file of the step it leads from
	Missing bool           `json:"missing,omitempty"` // there is no such step
}

// Fault is something wrong.
type Fault struct {
	Code     string         `json:"code"`
	Severity lint.Severity  `json:"severity"`
	Message  string         `json:"message"`
	File     uri.URI        `json:"file"`
	Range    protocol.Range `json:"range"`
}

// Last is how the newest run went, or a step in it.
type Last struct {
	Run     string  `json:"run,omitempty"`
	State   string  `json:"state"`
	Seconds float64 `json:"seconds"`
	Tasks   int     `json:"tasks"`
	Done    int     `json:"done"`
}

// Source is what a graph is made of.
type Source struct {
	Flow     *graph.Flow
	Graph    *graph.Graph
	Findings []lint.Diagnostic
	Run      *lastrun.Run // may be nil
	// Locate converts places of any file; ok is false where the file is gone.
	Locate func(at graph.Range) (where protocol.Location, ok bool)
}

// New makes the graph of a flow. Flows, File and Version are left to the caller.
func New(s Source) *Graph {
	g := &Graph{
		Flow: s.Flow.Name, Doc: graph.CleanDoc(s.Flow.Doc), Start: s.Graph.Start, End: s.Graph.End, Dynamic: len(s.Flow.Dynamic) > 0,
		Range: s.place(s.Flow.Range).Range, Nodes: []Node{}, Edges: []Edge{}, Faults: []Fault{},
	}
	nodes := s.Graph.Nodes()
	slices.SortStableFunc(nodes, func(a, b *graph.Node) int { return order(s.Flow, a) - order(s.Flow, b) })
	for _, n := range nodes {
		g.Nodes = append(g.Nodes, s.node(n))
		g.Edges = append(g.Edges, s.edges(n)...)
	}
	for _, d := range s.Findings {
		if !slices.ContainsFunc(nodes, func(n *graph.Node) bool { return within(n.Step.Body, d.Range) }) {
			g.Faults = append(g.Faults, s.fault(d))
		}
	}
	if s.Run != nil {
		g.Last = &Last{Run: s.Run.ID, State: string(s.Run.State), Seconds: seconds(s.Run.Duration), Tasks: s.Run.Tasks, Done: s.Run.TasksDone}
	}
	return g
}

func order(f *graph.Flow, n *graph.Node) int { return slices.Index(f.Steps, n.Step) }

func (s Source) place(at graph.Range) protocol.Location {
	where, _ := s.Locate(at)
	return where
}

func (s Source) node(n *graph.Node) Node {
	body := s.place(n.Step.Body)
	out := Node{
		Name: n.Name, Kind: n.Type, File: body.URI, Range: body.Range, SelectionRange: s.place(n.Step.NameRange).Range, Owner: n.Step.Owner,
		Decorators: []string{}, Doc: graph.CleanDoc(n.Step.Doc), Join: n.MatchingJoin, Splits: append([]string{}, n.SplitParents...),
		Reachable: n.Reachable, Faults: []Fault{},
	}
	for _, d := range n.Step.Decorators {
		out.Decorators = append(out.Decorators, d.Text)
	}
	if t := n.Step.Next; t != nil {
		out.Foreach, out.Condition = t.Foreach, t.Condition
	}
	for _, d := range s.Findings {
		if within(n.Step.Body, d.Range) {
			out.Faults = append(out.Faults, s.fault(d))
		}
	}
	if step := s.Run.Step(n.Name); step != nil {
		out.Last = &Last{State: string(step.State), Seconds: seconds(step.Duration), Tasks: step.Tasks, Done: step.Done}
	}
	return out
}

func (s Source) edges(n *graph.Node) []Edge {
	var out []Edge
	if n.Step.Next == nil {
		return nil
	}
	for _, t := range n.Step.Next.Targets {
		out = append(out, Edge{
			From: n.Name, To: t.Step, Kind: n.Step.Next.Kind, Label: cmp.Or(t.Case, n.Step.Next.Foreach),
			Range: s.place(t.Range).Range, Missing: s.Graph.Node(t.Step) == nil,
		})
	}
	return out
}

func (s Source) fault(d lint.Diagnostic) Fault {
	where := s.place(d.Range)
	return Fault{Code: d.Code, Severity: d.Severity, Message: d.Message, File: where.URI, Range: where.Range}
}

// within reports whether a finding starts inside a step.
func within(body, at graph.Range) bool {
	return body.File == at.File && !before(at.Start, body.Start) && before(at.Start, body.End)
}

func before(a, b graph.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column }

func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }
