package dataflow_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/dataflow"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// bigFlow is a flow of about n steps in which each step reads and sets a handful of artifacts, with splits, foreaches and helpers.
func bigFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step, Parameter, retry\n\n\nclass Big(FlowSpec):\n    rate = Parameter(\"rate\", default=0.5)\n\n")
	b.WriteString("    def scale(self, values):\n        self.scaled = [v * self.rate for v in values]\n        return self.scaled\n\n")
	step := func(name, args, body, next string) {
		fmt.Fprintf(&b, "    @retry(times=2)\n    @step\n    def %s(self%s):\n%s        self.next(%s)\n\n", name, args, body, next)
	}
	work := func(i int) string {
		return fmt.Sprintf("        self.rows_%[1]d = [r + 1 for r in self.base]\n        if self.rate > 0.3:\n            self.flag_%[1]d = len(self.rows_%[1]d)\n        else:\n"+
			"            self.flag_%[1]d = None\n        for row in self.rows_%[1]d:\n            self.total += row\n        try:\n            self.scale(self.rows_%[1]d)\n        except ValueError as e:\n            print(\"no scale\", e)\n"+
			"        print(f\"step {self.flag_%[1]d} of {self.rate}\")\n", i)
	}
	step("start", "", "        self.base = [1, 2, 3]\n        self.total = 0\n", "self.s0")
	for i := 0; i < n; i += 4 {
		next := fmt.Sprintf("self.s%d", i+4)
		if i+4 >= n {
			next = "self.end"
		}
		step(fmt.Sprintf("s%d", i), "", work(i), fmt.Sprintf("self.a%d, self.b%d", i, i))
		step(fmt.Sprintf("a%d", i), "", work(i+1), fmt.Sprintf("self.j%d", i))
		step(fmt.Sprintf("b%d", i), "", work(i+2), fmt.Sprintf("self.j%d", i))
		step(fmt.Sprintf("j%d", i), ", inputs", "        self.total = sum(i.total for i in inputs)\n        self.scaled = inputs[0].scaled\n        self.merge_artifacts(inputs)\n", next)
	}
	b.WriteString("    @step\n    def end(self):\n        print(self.total)\n\n\nif __name__ == \"__main__\":\n    Big()\n")
	return b.String()
}

func parsed(b testing.TB, source string) python.Options {
	b.Helper()
	opts := python.Options{File: "flow.py", ReadFile: func(string) ([]byte, error) { return []byte(source), nil }}
	p, err := python.Parse(context.Background(), "flow.py", []byte(source))
	if err != nil {
		b.Fatal(err)
	}
	opts.Parsed = func(context.Context, string, []byte) (*python.Parsed, error) { return p, nil }
	return opts
}

func BenchmarkDataflow(b *testing.B) {
	for _, n := range []int{100, 1000} {
		opts := parsed(b, bigFlow(n))
		r, err := python.Read(context.Background(), opts)
		if err != nil || r.Flow == nil {
			b.Fatalf("%v %v", err, r)
		}
		g := graph.New(r.Flow)
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := python.Read(context.Background(), opts); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("flow/%d", n), func(b *testing.B) {
			for b.Loop() {
				dataflow.New(g)
			}
		})
	}
}
