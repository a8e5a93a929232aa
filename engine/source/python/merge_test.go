package python_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

const mergeSource = `from metaflow import FlowSpec, step
from elsewhere import Base

class F(Base):
    @step
    def start(self):
        self.next(self.added)

    if BIG:
        @step
        def choice(self):
            self.next(self.end)
    else:
        @step
        def choice(self):
            self.next(self.start)
`

const elsewhere = `def factory():
    def added(self):
        """doc"""
        self.next(self.choice, foreach="xs")
    return added

class Base:
    @retry(times=1)
    @step
    def end(
        self
    ):
        pass
`

func TestMerge(t *testing.T) {
	t.Parallel()
	f := files{"ws/flow.py": mergeSource, "site/elsewhere.py": elsewhere}
	before := f.flow(t)
	if len(before.Dynamic) == 0 {
		t.Fatal("the flow is known without a description")
	}
	after, err := python.Merge(context.Background(), before, python.Described{Name: "F", File: "ws/flow.py", Line: 4, Steps: []python.DescribedStep{
		{Name: "added", File: "site/elsewhere.py", Line: 2, EndLine: 4, Doc: "doc", Parallel: true},
		{Name: "choice", File: "ws/flow.py", Line: 10, EndLine: 12},
		{Name: "end", File: "site/elsewhere.py", Line: 8, EndLine: 13},
		{Name: "start", File: "ws/flow.py", Line: 5, EndLine: 7, Start: true},
	}}, f.options())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range after.Steps {
		got[s.Name] = summary(s.Next)
	}
	want := map[string]string{"added": "foreach choice each xs", "choice": "linear end", "end": "none", "start": "linear added"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
	if len(after.Dynamic) > 0 {
		t.Errorf("still dynamic: %v", after.Dynamic)
	}
	if added := stepOf(t, after, "added"); added.Parallel != graph.Yes || added.NameRange.Start.Line != 2 || added.Uncertain {
		t.Errorf("added: %+v", added)
	}
	if !stepOf(t, after, "start").Start || stepOf(t, before, "start").Start {
		t.Error("the description's annotation is taken over, and the flow given is not changed")
	}
	if end := stepOf(t, after, "end"); len(end.Decorators) != 1 || end.Mark.Start.Line != 9 || end.Positional() != 1 {
		t.Errorf("end: %+v", end)
	}
}

func TestMergeWithoutSource(t *testing.T) {
	t.Parallel()
	f := one("")
	d := python.Described{Name: "G", File: "ws/flow.py", Line: 1, Steps: []python.DescribedStep{{Name: "made", File: "<string>", Line: 1}}}
	flow, err := python.Merge(context.Background(), nil, d, f.options())
	if err != nil {
		t.Fatal(err)
	}
	if flow.Name != "G" || len(flow.Steps) != 1 || len(flow.Dynamic) != 1 {
		t.Errorf("want one step that stays unknown, got %+v", flow)
	}
	d.Steps[0].Start, d.Steps[0].End = true, true
	if flow, err = python.Merge(context.Background(), nil, d, f.options()); err != nil || len(flow.Dynamic) > 0 {
		t.Errorf("a flow of one step needs no source: %v, %v", flow.Dynamic, err)
	}
}

func TestReadStep(t *testing.T) {
	t.Parallel()
	f := files{"x.py": strings.Repeat("\n", 3) + "@a\n@step\ndef one(self): self.next(self.b)\n\nasync def two(self):\n    pass\n"}
	for line, want := range map[int]string{1: "", 3: "", 4: "one", 5: "one", 6: "one", 7: "", 8: "two", 9: "", 99: ""} {
		s, err := python.ReadStep(context.Background(), python.DescribedStep{Name: "n", File: "x.py", Line: line}, f.options())
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s != nil {
			got = s.Name
		}
		if got != want {
			t.Errorf("line %d: got %q, want %q", line, got, want)
		}
	}
}
