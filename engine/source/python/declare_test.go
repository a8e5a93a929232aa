package python_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/spindle-flow/spindle/engine/graph"
)

const declared = `from metaflow import (Config, FlowSpec, IncludeFile, JSONType, Parameter, card,
    conda_base, parallel, project, retry, step)
from elsewhere import custom
import functools

@project(name="demo")
@conda_base(python="3.11")
class F(FlowSpec):
    """Says what it does.

    And how.
    """
    alpha = Parameter("alpha-rate", help="a " "rate", default=0.5, required=True)
    names: list = Parameter(name="names", type=JSONType, default='["a"]')
    count = Parameter("count", type=int, default=lambda ctx: 3)
    flag = Parameter('flag', default=False)
    free = Parameter('free')
    data = IncludeFile("data", default="data.csv", is_text=False)
    cfg = Config("cfg", default_value={"k": 1})
    LIMIT = 10
    A, (B, *C) = 1, (2, 3)
    D = E = "x"
    note: str
    _private = 1
    run = lambda self: 1
    later = functools.partial(print)
    gone = 1
    del gone
    class Inner:
        pass
    import os
    @property
    def double(self):
        return 2

    @custom(level=1)
    @retry(times=3)
    @card
    @step(start=True, node_info={"a": 1})
    def first(self):
        r"""raw \n doc"""
        self.next(self.work, num_parallel=2)

    @parallel
    @step
    def work(self):
        'one' ' two'
        self.next(self.joined)

    @step
    def joined(self, inputs):
        f"""no doc"""
        self.next(self.last)

    @step(end=True)
    def last(self):
        b"no doc"
`

func TestDeclarations(t *testing.T) {
	t.Parallel()
	f := one(declared).flow(t)
	want := []*graph.Parameter{
		{Name: "alpha-rate", Attr: "alpha", Class: "Parameter", Type: "float", Default: "0.5", Required: true, Help: "a rate"},
		{Name: "names", Attr: "names", Class: "Parameter", Type: "JSON", Default: `'["a"]'`},
		{Name: "count", Attr: "count", Class: "Parameter", Type: "int", Default: "lambda ctx: 3"},
		{Name: "flag", Attr: "flag", Class: "Parameter", Type: "bool", Default: "False"},
		{Name: "free", Attr: "free", Class: "Parameter", Type: "str"},
		{Name: "data", Attr: "data", Class: "IncludeFile", Type: "path", Default: `"data.csv"`},
		{Name: "cfg", Attr: "cfg", Class: "Config", Default: `{"k": 1}`},
	}
	if diff := cmp.Diff(want, f.Parameters, cmpopts.IgnoreFields(graph.Parameter{}, "NameRange", "Range", "Value")); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"LIMIT", "A", "B", "C", "D", "E", "later"}, f.Constants); diff != "" {
		t.Errorf("constants (-want +got):\n%s", diff)
	}
	if graph.CleanDoc(f.Doc) != "Says what it does.\n\nAnd how." {
		t.Errorf("doc %q", f.Doc)
	}
	if len(f.Decorators) != 2 || f.Decorators[0].Name != "project" || f.OpenDecorators {
		t.Errorf("decorators %+v, open %t", f.Decorators, f.OpenDecorators)
	}
}

func TestStepDeclarations(t *testing.T) {
	t.Parallel()
	f := one(declared).flow(t)
	first, work, joined, last := stepOf(t, f, "first"), stepOf(t, f, "work"), stepOf(t, f, "joined"), stepOf(t, f, "last")
	if !first.Start || first.End || !last.End || work.Start || work.End {
		t.Error("first is the start and last the end")
	}
	docs := []string{first.Doc, work.Doc, joined.Doc, last.Doc}
	if diff := cmp.Diff([]string{`raw \n doc`, "one two", "", ""}, docs); diff != "" {
		t.Errorf("docs (-want +got):\n%s", diff)
	}
	answers := []graph.Answer{first.Parallel, work.Parallel, joined.Parallel}
	if diff := cmp.Diff([]graph.Answer{graph.Maybe, graph.Yes, graph.No}, answers); diff != "" {
		t.Errorf("parallel (-want +got):\n%s", diff)
	}
	var decorators []string
	for _, d := range first.Decorators {
		decorators = append(decorators, d.Name+" "+d.Text)
	}
	if diff := cmp.Diff([]string{"custom custom(level=1)", "retry retry(times=3)", "card card"}, decorators); diff != "" {
		t.Errorf("decorators (-want +got):\n%s", diff)
	}
	want := []graph.DecoratorArg{{Name: "times", Value: "3"}}
	if diff := cmp.Diff(want, first.Decorators[1].Args, cmpopts.IgnoreFields(graph.DecoratorArg{}, "Range", "NameRange", "Literal")); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

func TestOpenDecorators(t *testing.T) {
	t.Parallel()
	source := strings.Replace(declared, "@project", "@mutator", 1)
	if !one(source).flow(t).OpenDecorators {
		t.Error("a class decorator that is not the SDK's may add decorators to steps")
	}
}
