package golang_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

const farPipeline = `package pipeline

import "github.com/spindle-flow/spindle/flow"

// Train is run by a program of its own.
type Train struct {
	flow.Flow
	Rows int
	Why  *flow.Failure
}

func (t *Train) Start(ctx flow.Context) (flow.Next, error) {
	t.Rows = 1
	return flow.To(t.End), nil
}

func (t *Train) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }

type Other struct{ flow.Flow }

func (o *Other) Start(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }
`

const farMain = `package main

import (
	"example.org/demand/pipeline"
	"github.com/spindle-flow/spindle/flow"
)

func main() {
	flow.Main(&pipeline.Train{}, flow.Step((*pipeline.Train).Start, flow.Retry{Times: 4}, flow.Catch{Field: "Why"}), flow.Step((*pipeline.Other).Start, flow.Retry{}))
}
`

// TestFar: flow.Main may be given a flow of another package. It is read there, with the options of the call.
func TestFar(t *testing.T) {
	t.Parallel()
	dir := module(t, 0)
	write(t, filepath.Join(dir, "pipeline", "train.go"), farPipeline)
	write(t, filepath.Join(dir, "job", "main.go"), farMain)
	session := golang.NewSession()
	for _, class := range []string{"", "Train"} {
		r, err := session.Read(context.Background(), golang.Options{Dir: filepath.Join(dir, "job"), Class: class})
		if err != nil || r.Flow == nil || len(r.Faults) > 0 {
			t.Fatalf("%q: %v %+v", class, err, r)
		}
		f := r.Flow
		if f.Name != "Train" || len(f.Steps) != 2 || f.Doc != "Train is run by a program of its own." || filepath.Base(f.File) != "train.go" {
			t.Errorf("read %+v", f)
		}
		if !slices.ContainsFunc(f.Files, func(name string) bool { return filepath.Base(name) == "main.go" }) {
			t.Errorf("files %v", f.Files)
		}
		d := f.Steps[0].Decorators
		if len(d) != 2 || d[0].Name != "retry" || d[0].Range.Start.Line != 9 || filepath.Base(d[0].Range.File) != "main.go" || d[1].Arg("var").Literal.Text != "why" {
			t.Errorf("decorators %+v", d)
		}
		if len(f.Oddities) != 1 || f.Oddities[0].Kind != graph.OddOption { // what is said of another flow's step
			t.Errorf("oddities %+v", f.Oddities)
		}
	}
	if r, err := session.Read(context.Background(), golang.Options{Dir: filepath.Join(dir, "job"), Class: "Other"}); err != nil || r.Flow != nil || len(r.Faults) != 1 {
		t.Errorf("another flow: %v %+v", err, r)
	}
	flows, err := session.ReadFlows(context.Background(), golang.Options{Dir: filepath.Join(dir, "job")})
	if err != nil || len(flows.List)+len(flows.Faults) > 0 {
		t.Errorf("the program's own flows: %v %+v", err, flows)
	}

	// An edit of the other package is seen, and one that it can't be compiled with is told there.
	path := filepath.Join(dir, "pipeline", "train.go")
	write(t, path, strings.Replace(farPipeline, "t.Rows = 1", "t.Rows = nonsense", 1))
	session.Changed(path)
	r, err := session.Read(context.Background(), golang.Options{Dir: filepath.Join(dir, "job")})
	if err != nil || r.Flow == nil || r.Flow.Name != "Train" {
		t.Fatalf("%v %+v", err, r)
	}
	if !slices.ContainsFunc(r.Faults, func(f graph.Fault) bool {
		return strings.Contains(f.Message, "nonsense") && filepath.Base(f.Range.File) == "train.go"
	}) {
		t.Errorf("faults %+v", r.Faults)
	}
}
