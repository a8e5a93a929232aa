package flowgen

import (
	"fmt"
	"strings"
)

// Everyday is a flow of n steps with a few lines about artifacts in each: splits and their joins, one after the other.
func Everyday(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, Parameter, retry, step\n\n\nclass Everyday(FlowSpec):\n    rate = Parameter(\"rate\", default=0.5)\n")
	step := func(name, args, body, next string) {
		fmt.Fprintf(&b, "\n    @retry(times=2)\n    @step\n    def %s(self%s):\n        \"\"\"Do %s.\"\"\"\n%s        self.next(%s)\n", name, args, name, body, next)
	}
	step("start", "", "        self.rows = [1, 2, 3]\n", "self.split_0")
	for i := 0; i < n-2; i += 4 {
		next := fmt.Sprintf("self.split_%d", i+4)
		if i+4 >= n-2 {
			next = "self.end"
		}
		step(fmt.Sprintf("split_%d", i), "", "        total = sum(self.rows)\n        print(total, self.rate)\n", fmt.Sprintf("self.low_%[1]d, self.high_%[1]d", i))
		for _, side := range []string{"low", "high"} {
			body := fmt.Sprintf("        rows = [r * self.rate for r in self.rows]\n        if rows:\n            self.%[1]s_most_%[2]d = max(rows)\n        else:\n            self.%[1]s_most_%[2]d = None\n", side, i)
			step(fmt.Sprintf("%s_%d", side, i), "", body, fmt.Sprintf("self.join_%d", i))
		}
		step(fmt.Sprintf("join_%d", i), ", inputs", fmt.Sprintf("        self.merge_artifacts(inputs)\n        print(self.low_most_%[1]d, self.high_most_%[1]d)\n", i), next)
	}
	b.WriteString("\n    @step\n    def end(self):\n        print(self.rows)\n\n\nif __name__ == \"__main__\":\n    Everyday()\n")
	return b.String()
}
