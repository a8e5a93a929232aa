package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
)

type showJSON struct {
	Flow       string          `json:"flow"`
	File       string          `json:"file"`
	Line       int             `json:"line"`
	Doc        string          `json:"doc"`
	Start      string          `json:"start"`
	End        string          `json:"end"`
	Parameters []parameterJSON `json:"parameters"`
	Steps      []stepJSON      `json:"steps"` // in topological order
}

type parameterJSON struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`    // Parameter, IncludeFile, Config
	Type     string `json:"type"`    // empty where only running the code tells
	Default  string `json:"default"` // as written in the source
	Required bool   `json:"required"`
	Help     string `json:"help"`
}

type stepJSON struct {
	Name       string   `json:"name"`
	Type       string   `json:"type"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Doc        string   `json:"doc"`
	Decorators []string `json:"decorators"`
	Next       []string `json:"next"`
	Foreach    string   `json:"foreach,omitempty"`
	Condition  string   `json:"condition,omitempty"`
}

func newShow(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show FLOW", Short: "Describe a flow step by step", GroupID: groupFlow,
		Example: "  spindle show flow.py",
		Args:    arguments(1, 1, "a flow: flow.py"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.show(cmd, args[0]) },
	}
	a.bindJSON(cmd)
	return cmd
}

func (a *app) show(cmd *cobra.Command, spec string) error {
	flow, extra, err := a.usable(cmd.Context(), spec)
	if err != nil {
		return err
	}
	if a.json {
		report.WriteJSON(a.io.Out, showOf(flow.Static, flow.Graph))
		return nil
	}
	listing := view.Show(flow.Graph, extra)
	fmt.Fprintf(a.io.Err, "\n%s\n\n", listing.Doc)
	for _, step := range listing.Steps {
		fmt.Fprintln(a.io.Out, step)
	}
	return nil
}

func showOf(f *graph.Flow, g *graph.Graph) showJSON {
	out := showJSON{
		Flow: f.Name, File: f.File, Line: f.NameRange.Start.Line, Doc: graph.CleanDoc(f.Doc), Start: g.Start, End: g.End,
		Parameters: []parameterJSON{}, Steps: []stepJSON{},
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, parameterJSON{p.Name, p.Class, p.Type, p.Default, p.Required, p.Help})
	}
	for _, name := range g.Order {
		out.Steps = append(out.Steps, stepOf(g.Node(name)))
	}
	return out
}

func stepOf(n *graph.Node) stepJSON {
	s := stepJSON{
		Name: n.Name, Type: string(n.Type), File: n.Step.NameRange.File, Line: n.Step.NameRange.Start.Line,
		Doc: graph.CleanDoc(n.Step.Doc), Decorators: []string{}, Next: append([]string{}, n.Out...),
	}
	for _, d := range n.Step.Decorators {
		s.Decorators = append(s.Decorators, d.Text)
	}
	if n.Step.Next != nil {
		s.Foreach, s.Condition = n.Step.Next.Foreach, n.Step.Next.Condition
	}
	return s
}
