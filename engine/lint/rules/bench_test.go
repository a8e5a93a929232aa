package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// everydayFlow is a flow of n steps: splits and their joins one after the other, each step with a few lines about artifacts.
func everydayFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, Parameter, retry, step\n\n\nclass Everyday(FlowSpec):\n    \"\"\"Forecast demand.\"\"\"\n\n    rate = Parameter(\"rate\", default=0.5)\n\n")
	step := func(name, args, body, next string) {
		fmt.Fprintf(&b, "    @retry(times=2)\n    @step\n    def %s(self%s):\n        \"\"\"Do %s.\"\"\"\n%s        self.next(%s)\n\n", name, args, name, body, next)
	}
	step("start", "", "        self.rows = [1, 2, 3]\n", "self.split_0")
	for i := 0; i < n-2; i += 4 {
		next := fmt.Sprintf("self.split_%d", i+4)
		if i+4 >= n-2 {
			next = "self.end"
		}
		step(fmt.Sprintf("split_%d", i), "", "        self.total = sum(self.rows)\n        print(f\"{self.total} at {self.rate}\")\n", fmt.Sprintf("self.low_%[1]d, self.high_%[1]d", i))
		for _, side := range []string{"low", "high"} {
			step(fmt.Sprintf("%s_%d", side, i), "", fmt.Sprintf("        rows = [r * self.rate for r in self.rows]\n        if rows:\n            self.most_%[1]s_%[2]d = max(rows)\n        else:\n            self.most_%[1]s_%[2]d = None\n", side, i),
				fmt.Sprintf("self.join_%d", i))
		}
		step(fmt.Sprintf("join_%d", i), ", inputs", fmt.Sprintf("        self.merge_artifacts(inputs)\n        print(self.most_low_%[1]d, self.most_high_%[1]d)\n", i), next)
	}
	b.WriteString("    @step\n    def end(self):\n        print(self.rows)\n\n\nif __name__ == \"__main__\":\n    Everyday()\n")
	return b.String()
}

// BenchmarkEdit measures what an editor waits for: the text is parsed from its older version, read and judged by every group of rules.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{100, 1000} {
		texts := [2]string{everydayFlow(n), strings.Replace(everydayFlow(n), "sum(self.rows)", "sum(self.rows, 1)", 1)}
		b.Run(fmt.Sprintf("all/%d", n), func(b *testing.B) {
			var old *python.Parsed
			for i := 0; b.Loop(); i++ {
				p := parse(b, texts[i%2], old)
				old.Release()
				old = p
				f := read(b, p)
				judge(b, f)
			}
		})
		p := parse(b, texts[0], nil)
		b.Run(fmt.Sprintf("parse/%d", n), func(b *testing.B) {
			old := p
			for i := 1; b.Loop(); i++ {
				next := parse(b, texts[i%2], old)
				if old != p {
					old.Release()
				}
				old = next
			}
		})
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			for b.Loop() {
				read(b, p)
			}
		})
		f := read(b, p)
		b.Run(fmt.Sprintf("judge/%d", n), func(b *testing.B) {
			for b.Loop() {
				judge(b, f)
			}
		})
	}
}

func parse(b *testing.B, text string, old *python.Parsed) *python.Parsed {
	p, err := python.ParseText(context.Background(), "flow.py", text, old)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func read(b *testing.B, p *python.Parsed) *graph.Flow {
	flows, err := python.ReadFlows(context.Background(), python.Options{
		File:     "flow.py",
		ReadFile: func(string) ([]byte, error) { return nil, nil },
		Parsed:   func(context.Context, string, []byte) (*python.Parsed, error) { return p, nil },
	})
	if err != nil || len(flows.List) != 1 {
		b.Fatalf("%v: %+v", err, flows)
	}
	return flows.List[0].Flow
}

func judge(b *testing.B, f *graph.Flow) {
	if found := rules.Check(f, graph.New(f), rules.Options{}); len(found) > 0 {
		b.Fatalf("%d findings, the first %+v", len(found), found[0])
	}
}
