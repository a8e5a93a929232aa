package python_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
)

const twoSteps = `
    @step
    def start(self):
        self.next(self.end)
    @step
    def end(self):
        pass
`

func TestWhichFlow(t *testing.T) {
	t.Parallel()
	const sdk = "from metaflow import FlowSpec, step\n"
	a, b := "class A(FlowSpec):"+twoSteps, "class B(FlowSpec):"+twoSteps
	tests := []struct {
		name, source, class string
		want                string
		fault               graph.FaultKind
	}{
		{name: "the only one", source: sdk + a, want: "A"},
		{name: "started at the bottom", source: sdk + a + b + "A()\n", want: "A"},
		{name: "started under main", source: sdk + a + b + "if __name__ == '__main__':\n    B()\n", want: "B"},
		{name: "started by a function", source: sdk + a + b + "def main():\n    print(1)\n    B(use_cli=True)\nif __name__ == '__main__':\n    main()\n", want: "B"},
		{name: "started into a variable", source: sdk + a + b + "flow = B()\n", want: "B"},
		{name: "started in a chain", source: sdk + a + b + "B().run()\n", want: "B"},
		{name: "the first of two", source: sdk + a + b + "B()\nA()\n", want: "B"},
		{name: "one or the other", source: sdk + a + b + "if x:\n    A()\nelse:\n    B()\n", fault: graph.FaultManyFlows},
		{name: "none started", source: sdk + a + b, fault: graph.FaultManyFlows},
		{name: "base of another", source: sdk + a + "class B(A):\n    pass\n", want: "B"},
		{name: "base that is started", source: sdk + a + "class B(A):\n    pass\nA()\n", want: "A"},
		{name: "asked for", source: sdk + a + b + "A()\n", class: "B", want: "B"},
		{name: "asked for a base", source: sdk + a + "class B(A):\n    pass\n", class: "A", want: "A"},
		{name: "asked for what is not there", source: sdk + a, class: "C", fault: graph.FaultNoClass},
		{name: "no flow", source: "class A:\n    pass\n", fault: graph.FaultNoFlow},
		{name: "empty", source: "", fault: graph.FaultNoFlow},
		{name: "defined again", source: sdk + "class A(FlowSpec):\n    pass\n" + a, want: "A"},
		{name: "in a try", source: sdk + "try:\n    import x\nexcept ImportError:\n    x = None\nif True:\n" +
			strings.ReplaceAll("    "+a, "\n", "\n    ") + "\n", want: "A"},
		{name: "imported", source: "from other import A\nA()\n", want: "A"},
		{name: "imported under another name", source: "from other import A as Z\nimport other\nZ()\n", want: "A"},
		{name: "started as an attribute", source: "import other\nother.A()\n", want: "A"},
		{name: "made by a call", source: "from elsewhere import make\nF = make()\nF()\n", fault: graph.FaultDynamic},
		{name: "imported from out of reach", source: "from elsewhere import F\nF()\n", fault: graph.FaultDynamic},
		{name: "metaclass", source: sdk + "class A(FlowSpec, metaclass=M):" + twoSteps, want: "A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := files{"ws/flow.py": tt.source, "ws/other.py": sdk + a}
			opts := f.options()
			opts.Class = tt.class
			r, err := python.Read(context.Background(), opts)
			if err != nil {
				t.Fatal(err)
			}
			if tt.fault != "" {
				if r.Flow != nil || len(r.Faults) != 1 || r.Faults[0].Kind != tt.fault {
					t.Fatalf("want the fault %s, got %+v and the flow %+v", tt.fault, r.Faults, r.Flow)
				}
				return
			}
			if r.Flow == nil || r.Flow.Name != tt.want || len(r.Faults) > 0 {
				t.Fatalf("want %s, got %+v, faults %+v", tt.want, r.Flow, r.Faults)
			}
		})
	}
}

func TestManyFlowsListsThem(t *testing.T) {
	t.Parallel()
	r := one("from metaflow import *\nclass A(FlowSpec):" + twoSteps + "class B(FlowSpec):" + twoSteps).result(t)
	var names []string
	for _, c := range r.Faults[0].Classes {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"A", "B"}, names); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	if !strings.Contains(r.Faults[0].Message, "A, B") {
		t.Errorf("the message names neither: %s", r.Faults[0].Message)
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, head := range []string{
		"from metaflow import FlowSpec as FS, step as st\n",
		"from spindle import FlowSpec as FS, step as st\n",
		"import metaflow\nFS = metaflow.FlowSpec\nst = metaflow.step\n",
		"import spindle as sp\nFS, st = None, None\nFS = (sp.FlowSpec)\nst = sp.step\n",
		"from metaflow.flowspec import FlowSpec as FS\nfrom metaflow.decorators import step as st\n",
		"from sdk import FS, st\n",
		"from sdk import *\n",
		"import sdk\nfrom sdk import FS\nst = sdk.st\n",
		"try:\n    from spindle import FlowSpec as FS, step as st\nexcept ImportError:\n    from nowhere import FS, st\n",
		"from deep.pkg import FS, st\n",
		"import deep.pkg.inner as i\nFS = i.FS\nst = i.st\n",
	} {
		t.Run(head, func(t *testing.T) {
			t.Parallel()
			f := files{
				"ws/flow.py":               head + "class F(FS):" + strings.ReplaceAll(twoSteps, "@step", "@st"),
				"ws/sdk.py":                "from metaflow import FlowSpec as FS, step as st\n",
				"lib/deep/pkg/__init__.py": "from .inner import *\n",
				"lib/deep/pkg/inner.py":    "from metaflow import FlowSpec as FS, step as st\n",
			}.flow(t)
			if diff := cmp.Diff([]string{"start", "end"}, stepNames(f)); diff != "" || len(f.Dynamic) > 0 {
				t.Errorf("steps (-want +got):\n%s\ndynamic: %v", diff, f.Dynamic)
			}
		})
	}
}

func TestInheritance(t *testing.T) {
	t.Parallel()
	f := files{
		"ws/flow.py": `
from metaflow import step
from shared.bases import Middle
class Mixin:
    @step
    def extra(self):
        self.next(self.end)
    end = None
class F(Mixin, Middle):
    @step
    def work(self):
        self.next(self.extra)
    def hidden(self):
        pass
`,
		"ws/shared/__init__.py": "",
		"ws/shared/bases.py": `
from . import root
class Middle(root.Base):
    @step
    def work(self):
        self.next(self.end)
    @step
    def hidden(self):
        self.next(self.end)
from metaflow import step
`,
		"ws/shared/root.py": `
from metaflow import FlowSpec, Parameter, step
class Base(FlowSpec):
    """Base doc."""
    alpha = Parameter("alpha", default=1)
    LIMIT = 2
    @step
    def start(self):
        self.next(self.work)
    @step
    def end(self):
        pass
`,
	}.flow(t)
	// Base first, then Middle, which gives nothing, then Mixin, then F; end and hidden are overridden by what is no step.
	if diff := cmp.Diff([]string{"start", "extra", "work"}, stepNames(f)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if s := stepOf(t, f, "work"); s.Owner != "F" || summary(s.Next) != "linear extra" {
		t.Errorf("work is %s of %s", summary(s.Next), s.Owner)
	}
	if s := stepOf(t, f, "start"); s.Owner != "Base" || s.NameRange.File != "ws/shared/root.py" {
		t.Errorf("start is of %s in %s", s.Owner, s.NameRange.File)
	}
	if diff := cmp.Diff([]string{"LIMIT", "end"}, f.Constants); diff != "" {
		t.Errorf("constants (-want +got):\n%s", diff)
	}
	if len(f.Parameters) != 1 || f.Doc != "" || len(f.Dynamic) > 0 {
		t.Errorf("parameters %v, doc %q, dynamic %v", f.Parameters, f.Doc, f.Dynamic)
	}
	if diff := cmp.Diff([]string{"ws/flow.py", "ws/shared/bases.py", "ws/shared/__init__.py", "ws/shared/root.py"}, f.Files, cmp.Transformer("set", asSet)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func asSet(list []string) map[string]bool {
	m := map[string]bool{}
	for _, x := range list {
		m[x] = true
	}
	return m
}

// TestResolutionOrder holds the order in which Python looks a name up in a diamond of classes.
func TestResolutionOrder(t *testing.T) {
	t.Parallel()
	const method = "\n    @step\n    def start(self):\n        self.next(self.%s)\n"
	f := one("from metaflow import FlowSpec, step\n" +
		"class A(FlowSpec):" + strings.ReplaceAll(method, "%s", "a") +
		"class B(A):\n    pass\n" +
		"class C(A):" + strings.ReplaceAll(method, "%s", "c") +
		"class D(B, C):\n    pass\n").flow(t)
	if got := summary(stepOf(t, f, "start").Next); f.Name != "D" || got != "linear c" {
		t.Errorf("%s.start is %s, want linear c: C comes before A", f.Name, got)
	}
}

func TestDynamic(t *testing.T) {
	t.Parallel()
	const sdk = "from metaflow import FlowSpec, step\n"
	for name, source := range map[string]string{
		"base out of reach":     "from metaflow import FlowSpec, step\nfrom pkg import M\nclass F(M, FlowSpec):" + twoSteps,
		"computed base":         sdk + "class F(make(FlowSpec)):" + twoSteps,
		"starred bases":         sdk + "class F(*BASES, FlowSpec):" + twoSteps,
		"metaclass":             sdk + "class F(FlowSpec, metaclass=M):" + twoSteps,
		"conditional step":      sdk + "class F(FlowSpec):\n    if X:\n        @step\n        def a(self):\n            pass\n" + twoSteps,
		"step by a call":        sdk + "class F(FlowSpec):\n    a = step(make())\n" + twoSteps,
		"computed attributes":   sdk + "class F(FlowSpec):\n    locals()['a'] = 1\n" + twoSteps,
		"exec":                  sdk + "class F(FlowSpec):\n    exec('x')\n" + twoSteps,
		"patched":               sdk + "class F(FlowSpec):" + twoSteps + "F.extra = step(f)\n",
		"setattr":               sdk + "class F(FlowSpec):" + twoSteps + "setattr(F, 'a', 1)\n",
		"computed annotation":   sdk + "class F(FlowSpec):\n    @step(start=X)\n    def a(self):\n        self.next(self.end)\n" + twoSteps,
		"contradicting bases":   sdk + "class A(FlowSpec): pass\nclass F(FlowSpec, A):" + twoSteps,
		"FlowSpec of a company": "from company import FlowSpec, step\nclass F(FlowSpec):" + twoSteps,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if f := one(source).flow(t); len(f.Dynamic) == 0 {
				t.Errorf("the flow counts as known: %v", stepNames(f))
			}
		})
	}
}

func TestNotDynamic(t *testing.T) {
	t.Parallel()
	const sdk = "from metaflow import FlowSpec, step, project\n"
	for name, source := range map[string]string{
		"standard bases":   sdk + "import abc, typing\nclass F(FlowSpec, abc.ABC, typing.Generic[T], object):" + twoSteps,
		"plain mixin":      sdk + "class M:\n    def help(self): pass\nclass F(M, FlowSpec):" + twoSteps,
		"class decorators": sdk + "@project(name='x')\n@unknown\nclass F(FlowSpec):" + twoSteps,
		"constants":        sdk + "class F(FlowSpec):\n    if X:\n        A = 1\n    else:\n        A = 2\n    for i in range(3): pass\n" + twoSteps,
		"instance patched": sdk + "class F(FlowSpec):" + twoSteps + "f = F()\nf.x = 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if f := one(source).flow(t); len(f.Dynamic) > 0 {
				t.Errorf("dynamic: %v", f.Dynamic)
			}
		})
	}
}

func TestUncertainSteps(t *testing.T) {
	t.Parallel()
	f := one("from metaflow import FlowSpec, step\nfrom pkg import M\nclass A(FlowSpec):" + twoSteps +
		"class F(M, A):\n    @step\n    def own(self):\n        pass\n").flow(t)
	if stepOf(t, f, "own").Uncertain || !stepOf(t, f, "start").Uncertain {
		t.Error("own is certain; start may be replaced by M, which comes first")
	}
}

// TestImportLoop holds that modules and classes that refer to one another in circles do not keep the reader.
func TestImportLoop(t *testing.T) {
	t.Parallel()
	files{
		"ws/flow.py": "from a import *\nfrom a import Base\nclass F(Base):" + twoSteps + "class G(H): pass\nclass H(G): pass\nX = Y\nY = X\nclass I(X): pass\n",
		"ws/a.py":    "from b import *\nfrom b import Base\n",
		"ws/b.py":    "from a import *\nfrom a import Base\n",
	}.result(t)
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	if _, err := python.Read(context.Background(), files{}.options()); err == nil {
		t.Error("want an error for a file that is not there")
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := python.Read(ctx, one("x = 1\n").options()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	r := one(strings.Repeat("x = 1\n", 2<<20)).result(t)
	if len(r.Faults) != 1 || r.Faults[0].Kind != graph.FaultUnreadable {
		t.Errorf("got %+v", r.Faults)
	}
}
