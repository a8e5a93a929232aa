package python

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// longFlow is a flow of n steps in a row, each with some control flow around its artifacts.
func longFlow(n int) []byte {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step, Parameter\n\n\nclass Long(FlowSpec):\n    rate = Parameter(\"rate\", default=0.5)\n\n")
	b.WriteString("    def scale(self, values):\n        self.scaled = [v * self.rate for v in values]\n        return self.scaled\n\n")
	for i := range n {
		name, next := fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i+1)
		if i == 0 {
			name = "start"
		}
		if i == n-1 {
			next = "end"
		}
		fmt.Fprintf(&b, "    @step\n    def %s(self):\n        self.rows_%d = list(range(3))\n        if self.rate > 0.3:\n            self.total = sum(self.rows_%d)\n"+
			"        else:\n            self.total = None\n        for row in self.rows_%d:\n            self.scale([row])\n        print(f\"total {self.total}\")\n        self.next(self.%s)\n\n", name, i, i, i, next)
	}
	b.WriteString("    @step\n    def end(self):\n        print(self.total)\n\n\nif __name__ == \"__main__\":\n    Long()\n")
	return []byte(b.String())
}

func BenchmarkReadData(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			source := longFlow(n)
			w := newWorkspace(context.Background(), Options{File: "flow.py", ReadFile: func(string) ([]byte, error) { return source, nil }})
			defer w.close()
			m, err := w.open("flow.py", source)
			if err != nil {
				b.Fatal(err)
			}
			r := w.pick(m, Options{File: "flow.py"})
			l := w.lineage(m.classes[0])
			list := attributes(w, l)
			for b.Loop() {
				w.readData(r.Flow, l, list, nil)
			}
		})
	}
}
