package python_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
)

const oneStep = `from metaflow import FlowSpec, step

class F(FlowSpec):
    @step
    def start(%s):
%s
`

// summary writes a transition in short: kind, targets, and what belongs to its kind.
func summary(n *graph.Transition) string {
	if n == nil {
		return "none"
	}
	var b strings.Builder
	b.WriteString(string(n.Kind))
	for _, t := range n.Targets {
		b.WriteString(" ")
		if t.CaseType != "" {
			fmt.Fprintf(&b, "%s:%s=", t.CaseType, t.Case)
		}
		b.WriteString(t.Step)
	}
	if n.Foreach != "" {
		b.WriteString(" each " + n.Foreach)
	}
	if n.Condition != "" {
		b.WriteString(" by " + n.Condition)
	}
	if n.NumParallel != nil {
		fmt.Fprintf(&b, " nodes %d", *n.NumParallel)
	}
	if n.Flaw != "" {
		b.WriteString(" flaw " + string(n.Flaw))
	}
	return b.String()
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	tests := []struct{ body, want string }{
		{"self.next(self.a)", "linear a"},
		{"(self.next((self.a)))", "linear a"},
		{"self . next(\n            self.a, # why\n            self.b,\n        )", "split a b"},
		{"self.x = 1; self.next(self.a);", "linear a"},
		{"self.next(self.a, foreach='xs')", "foreach a each xs"},
		{"self.next(self.a, foreach=r\"xs\" 'y')", "foreach a each xsy"},
		{"self.next(self.a, foreach='x\\x73')", "foreach a each xs"},
		{"self.next(self.a, foreach=NAME)", "foreach a"},
		{"self.next(self.a, foreach=f'{x}')", "foreach a"},
		{"self.next(self.a, foreach='')", "invalid a flaw foreach"},
		{"self.next(self.a, foreach=3)", "invalid a flaw foreach"},
		{"self.next(self.a, self.b, foreach='xs')", "invalid a b"},
		{"self.next(self.a, num_parallel=4)", "parallel a nodes 4"},
		{"self.next(self.a, num_parallel=0x10)", "parallel a nodes 16"},
		{"self.next(self.a, num_parallel=self.n)", "parallel a"},
		{"self.next(self.a, num_parallel=0)", "invalid a"},
		{"self.next({'a': self.x, \"b\": self.y}, condition='c')", "switch str:a=x str:b=y by c"},
		{"self.next({1: self.x, 2.50: self.y, True: self.z, self.cfg.k: self.w}, condition='c')", "switch int:1=z float:2.5=y config:config:cfg.k=w by c"},
		{"self.next({0x10: self.x, 1e20: self.y, b'q': self.z, False: self.w}, condition='c')",
			"switch int:16=x float:1e+20=y bytes:b'q'=z bool:False=w by c"},
		{"self.next({'a': self.x, 'a': self.y}, condition='c')", "switch str:a=y by c"},
		{"self.next({-1: self.x, 'b': self.y}, condition='c')", "invalid x str:b=y by c"},
		{"self.next({None: self.x, 'b': self.y}, condition='c')", "invalid x str:b=y by c"},
		{"self.next({'a': x, 'b': self.y}, condition='c')", "invalid str:b=y by c"},
		{"self.next({**cases}, condition='c')", "invalid by c"},
		{"self.next({'a': self.x}, condition=C)", "invalid str:a=x flaw condition"},
		{"self.next({'a': self.x}, condition='')", "invalid str:a=x flaw condition"},
		{"self.next({'a': self.x})", "invalid str:a=x flaw condition"},
		{"self.next({}, condition='c')", "invalid by c flaw cases"},
		{"self.next({'a': self.x, 'b': self.y}, condition='c', foreach='xs')", "invalid str:a=x str:b=y"},
		{"self.next(self.a, condition='c')", "invalid a"},
		{"self.next(self.a, when='c')", "invalid a"},
		{"self.next(self.a, foreach='x', num_parallel=2)", "invalid a"},
		{"self.next(*targets)", "invalid"},
		{"self.next(self.a, **kw)", "invalid a"},
		{"self.next(s for s in steps)", "invalid"},
		{"self.next(getattr(self, 'a'))", "invalid"},
		{"self.next(a)", "invalid"},
		{"self.next('a')", "invalid"},
		{"self.next()", "invalid"},
		{"self.next(foreach='xs')", "invalid"},
		{"return self.next(self.a)", "none"},
		{"x = self.next(self.a)", "none"},
		{"self.next(self.a), 1", "none"},
		{"self.next(self.a)\n        pass", "none"},
		{"this.next(self.a)", "none"},
		{"self.next", "none"},
		{"self.next.then(self.a)", "none"},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			t.Parallel()
			f := one(fmt.Sprintf(oneStep, "self", "        "+tt.body)).flow(t)
			s := stepOf(t, f, "start")
			if got := summary(s.Next); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if s.Next != nil && (s.Next.Kind == graph.Invalid) != (s.Next.Problem != "") {
				t.Errorf("problem %q of kind %s", s.Next.Problem, s.Next.Kind)
			}
		})
	}
}

func TestStrayCalls(t *testing.T) {
	t.Parallel()
	f := one(fmt.Sprintf(oneStep, "self", `        if self.x:
            self.next(self.a)
        for i in []:
            y = self.next(self.b)
        def helper():
            self.next(self.c)
        z = lambda: self.next(self.d)
        "self.next(self.e)"  # self.next(self.f)
        self.next(self.g)`)).flow(t)
	s := stepOf(t, f, "start")
	var got []string
	for _, n := range s.Stray {
		got = append(got, summary(n))
	}
	if diff := cmp.Diff([]string{"linear a", "linear b"}, got); diff != "" {
		t.Errorf("stray calls (-want +got):\n%s", diff)
	}
	if summary(s.Next) != "linear g" {
		t.Errorf("the last statement is %s", summary(s.Next))
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	f := one("\ufefffrom metaflow import FlowSpec, step\r\n\r\nclass F(FlowSpec):\r\n\t@step\r\n\tdef start(self):\r\n" +
		"\t\tx = 'é日😀'; self.next({'k': self.a, 'l': self.b}, condition='c')\r\n").flow(t)
	s := stepOf(t, f, "start")
	at := func(line, from, to int) graph.Range {
		return graph.Range{File: "ws/flow.py", Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}}
	}
	got := []graph.Range{f.NameRange, s.NameRange, s.Mark, s.Next.Range, s.Next.Targets[0].CaseRange, s.Next.Targets[0].Range, s.Next.ConditionRange}
	want := []graph.Range{at(3, 7, 8), at(5, 6, 11), at(4, 2, 7), at(6, 14, 66), at(6, 25, 28), at(6, 35, 36), at(6, 62, 65)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	if s.Body.Start != (graph.Pos{Line: 4, Column: 2}) {
		t.Errorf("the body starts with its decorators, got %v", s.Body.Start)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	f := one(fmt.Sprintf(oneStep, "self, a, /, b: int = 1, *args: str, c, d=2, **kw", "        pass")).flow(t)
	var got []string
	s := stepOf(t, f, "start")
	for _, a := range s.Args {
		got = append(got, strings.TrimSpace(a.Name+" "+string(a.Kind)))
	}
	if diff := cmp.Diff([]string{"self", "a", "b", "args args", "c keyword", "d keyword", "kw kwargs"}, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if s.Positional() != 3 {
		t.Errorf("%d positional arguments, want 3", s.Positional())
	}
}
