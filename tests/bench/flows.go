package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const linearFlow = `from metaflow import FlowSpec, step


class Linear(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.middle)

    @step
    def middle(self):
        self.y = self.x + 1
        self.next(self.end)

    @step
    def end(self):
        assert self.y == 2


if __name__ == "__main__":
    Linear()
`

const foreachFlow = `from metaflow import FlowSpec, Parameter, step


class Fan(FlowSpec):
    n = Parameter("n", default=100)

    @step
    def start(self):
        self.items = list(range(self.n))
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.y for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        assert self.total == self.n * (self.n - 1) // 2


if __name__ == "__main__":
    Fan()
`

// resumeFlow fails in its last step until the marker file exists, so that a resume has everything but that step to clone.
const resumeFlow = `import os

from metaflow import FlowSpec, Parameter, step


class Again(FlowSpec):
    n = Parameter("n", default=1000)

    @step
    def start(self):
        self.items = list(range(self.n))
        self.next(self.body, foreach="items")

    @step
    def body(self):
        self.y = self.input
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(i.y for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        if not os.path.exists(os.environ["BENCH_MARKER"]):
            raise RuntimeError("not yet")


if __name__ == "__main__":
    Again()
`

const bigFlow = `import numpy as np

from metaflow import FlowSpec, Parameter, step


class Big(FlowSpec):
    mb = Parameter("mb", default=1024)

    @step
    def start(self):
        self.array = np.random.default_rng(7).random(self.mb * 131072)
        self.next(self.end)

    @step
    def end(self):
        assert self.array.shape == (self.mb * 131072,)


if __name__ == "__main__":
    Big()
`

// checkFlow makes a linear flow of n steps, to be checked only.
func checkFlow(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step\n\n\nclass Check(FlowSpec):\n")
	names := []string{"start"}
	for i := 1; i < n-1; i++ {
		names = append(names, fmt.Sprintf("s%d", i))
	}
	names = append(names, "end")
	for i, name := range names {
		fmt.Fprintf(&b, "    @step\n    def %s(self):\n        self.v%d = %d\n", name, i, i)
		if i+1 < len(names) {
			fmt.Fprintf(&b, "        self.next(self.%s)\n\n", names[i+1])
		}
	}
	b.WriteString("\n\nif __name__ == \"__main__\":\n    Check()\n")
	return b.String()
}

func (b *bench) writeFlows() error {
	for name, text := range map[string]string{
		"linear.py": linearFlow, "fan.py": foreachFlow, "again.py": resumeFlow, "big.py": bigFlow, "check.py": checkFlow(20),
	} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
