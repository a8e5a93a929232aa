package mutate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// File is the name under which flows are read.
const File = "flow.py"

// Flow is a right flow to be broken.
type Flow struct {
	Source string
	Graph  *graph.Graph
	// Program and Text are what it was written from, nil for a flow that somebody wrote.
	Program *flowgen.Program
	Text    *flowgen.Text
}

// Broken is a flow with a fault.
type Broken struct {
	Source string
	Want   []Place
	May    []Place  // what may be reported besides
	Allow  []string // codes that may be reported besides, because they follow from the fault
}

// Place is a finding that must be there: one of the codes at one of the lines.
type Place struct {
	Codes []string
	Lines []int
}

// Breaker breaks flows in one way.
type Breaker struct {
	Name string
	// Break returns nil for a flow that can't be broken this way.
	Break func(r *rand.Rand, f *Flow) *Broken
}

// Write makes a flow of a program.
func Write(p *flowgen.Program) (*Flow, error) {
	text := p.Write()
	f, err := Read(text.Source)
	if err == nil {
		f.Program, f.Text = p, text
	}
	return f, err
}

// Read reads a flow of one file.
func Read(source string) (*Flow, error) {
	r, err := python.Read(context.Background(), python.Options{File: File, ReadFile: Files(source)})
	switch {
	case err != nil:
		return nil, err
	case len(r.Faults) > 0:
		return nil, errors.New(r.Faults[0].Message)
	}
	return &Flow{Source: python.Text([]byte(source)), Graph: graph.New(r.Flow)}, nil
}

// Files reads a source as the only file there is.
func Files(source string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if path == File {
			return []byte(source), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
}

// Plain reports whether all of the flow is known from one class: a step that is taken away is gone.
func (f *Flow) Plain() bool {
	flow := f.Graph.Flow
	return len(flow.Dynamic) == 0 && !slices.ContainsFunc(flow.Steps, func(s *graph.Step) bool { return s.Owner != flow.Name || s.Uncertain })
}

// nodes are the steps for which something holds, in the order of their names.
func (f *Flow) nodes(keep func(n *graph.Node) bool) []*graph.Node {
	return slices.DeleteFunc(f.Graph.Nodes(), func(n *graph.Node) bool { return !keep(n) })
}

func (f *Flow) inner(n *graph.Node) bool { return n.Name != f.Graph.Start && n.Name != f.Graph.End }

// text is the source of a range.
func (f *Flow) text(r graph.Range) string { return f.Source[f.offset(r.Start):f.offset(r.End)] }

func (f *Flow) offset(p graph.Pos) int {
	at := 0
	for range p.Line - 1 {
		at += strings.IndexByte(f.Source[at:], '\n') + 1
	}
	return at + len(string([]rune(f.Source[at:])[:p.Column-1]))
}

// change is a range with another text.
type change struct {
	at   graph.Range
	text string
}

// with is the source with ranges replaced; lines that a text has fewer than its range are added to it as empty ones.
func (f *Flow) with(changes ...change) string {
	slices.SortFunc(changes, func(a, b change) int { return f.offset(b.at.Start) - f.offset(a.at.Start) })
	out := f.Source
	for _, c := range changes {
		missing := c.at.End.Line - c.at.Start.Line - strings.Count(c.text, "\n")
		if missing < 0 {
			panic(fmt.Sprintf("a change of line %d moves what is below it", c.at.Start.Line))
		}
		out = out[:f.offset(c.at.Start)] + c.text + strings.Repeat("\n", missing) + out[f.offset(c.at.End):]
	}
	return out
}

// targets are all places that name a step in a transition.
func (f *Flow) targets(step string) []graph.Target {
	var out []graph.Target
	for _, s := range f.Graph.Flow.Steps {
		if s.Next == nil {
			continue
		}
		for _, t := range s.Next.Targets {
			if t.Step == step {
				out = append(out, t)
			}
		}
	}
	return out
}

// whole is the range of a target with the self before its name; ok is false where that is written in another way than self.name.
func (f *Flow) whole(t graph.Target) (r graph.Range, ok bool) {
	r = t.Range
	if !strings.HasSuffix(f.Source[:f.offset(r.Start)], "self.") {
		return r, false
	}
	r.Start.Column -= len("self.")
	return r, true
}

func places(code string, targets []graph.Target) []Place {
	var out []Place
	for _, t := range targets {
		out = append(out, at(t.Range, code))
	}
	return out
}

func at(r graph.Range, codes ...string) Place { return Place{codes, []int{r.Start.Line}} }

// or lets the finding be in another range as well.
func (p Place) or(others ...graph.Range) Place {
	for _, r := range others {
		p.Lines = append(p.Lines, r.Start.Line)
	}
	return p
}

// one picks one of a list; ok is false for an empty one.
func one[T any](r *rand.Rand, list []T) (pick T, ok bool) {
	if len(list) == 0 {
		return pick, false
	}
	return list[r.IntN(len(list))], true
}
