package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// environments are those of the measured project.
var environments = []string{"dev", "staging", "prod"}

const flow = `from metaflow import Config, FlowSpec, Parameter, resources, retry, step


class SalesFlow(FlowSpec):
    cfg = Config("cfg", default="configs/base.json")
    alpha = Parameter("alpha", default=0.5)

    @step
    def start(self):
        self.next(self.clean)

    @retry(times=3)
    @step
    def clean(self):
        self.next(self.features)

    @step
    def features(self):
        self.parts = list(range(self.cfg.parts))
        self.next(self.fit, foreach="parts")

    @resources(memory=cfg.memory)
    @step
    def fit(self):
        self.next(self.best)

    @step
    def best(self, inputs):
        self.next(self.judge)

    @step
    def judge(self):
        self.next(self.score, self.explain)

    @step
    def score(self):
        self.next(self.report)

    @step
    def explain(self):
        self.next(self.report)

    @step
    def report(self, inputs):
        self.next(self.publish)

    @step
    def publish(self):
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    SalesFlow()
`

// project writes a project of n variants: countries, each with some models.
func project(dir string, n int) error {
	files := map[string]string{"flow.py": flow, "configs/base.json": `{"parts": 4, "memory": 1000, "table": "sales", "model": {"kind": "ridge", "strength": [0.1, 1, 10]}}` + "\n"}
	models := min(n, 5)
	for i := range models {
		files[fmt.Sprintf("configs/models/m%d.json", i)] = fmt.Sprintf(`{"model": {"kind": "ridge", "strength": [%d]}, "memory": %d}`+"\n", i, 1000+i)
	}
	for i := range n / models {
		files[fmt.Sprintf("configs/countries/c%02d.yaml", i)] = fmt.Sprintf("table: sales_%02d\nparts: %d\n", i, 2+i)
	}
	var y strings.Builder
	y.WriteString("project: sales\nenvironments:\n")
	role := "arn:aws:iam::123456789012:role/tests"
	for _, e := range environments {
		fmt.Fprintf(&y, "  %s:\n    region: us-east-1\n    datastore: s3://sales-%s/root\n    queue: queue\n    roles: {job: \"%s\", state-machine: \"%s\", events: \"%s\"}\n", e, e, role, role, role)
	}
	y.WriteString(`defaults:
  flow: flow.py
  target: step-functions
  image: python:3.11-slim
  configs: {cfg: configs/base.json}
  tags: [sales]
variants:
  ${country}-${model}:
    matrix: {country: configs/countries/*.yaml, model: configs/models/*.json}
    configs: {cfg: ["${country.file}", "${model.file}"]}
    set: {cfg.model.seed: 7}
    resources: {fit: {cpu: 2, memory: 2000}}
    in: {prod: {schedule: "0 6 * * 1"}}
`)
	files["spindle.yaml"] = y.String()
	return write(dir, files)
}

func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// long is a flow of n steps: a chain with a split, a foreach and decorators every now and then.
func long(n int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, Parameter, environment, resources, retry, step, timeout\n\n\nclass LongFlow(FlowSpec):\n    alpha = Parameter(\"alpha\", default=1)\n")
	step := func(decorators, name, argument, body string) {
		fmt.Fprintf(&b, "\n%s    @step\n    def %s(self%s):\n        %s\n", decorators, name, argument, body)
	}
	step("", "start", "", "self.next(self.s1)")
	for i := 1; i < n-1; i++ {
		name, next := fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i+1)
		if i == n-2 {
			next = "end"
		}
		switch at := i % 10; {
		case at == 2 && i+3 < n-1: // a foreach of one step, then its join
			step("", name, "", fmt.Sprintf("self.parts = [1, 2]; self.next(self.%s, foreach=\"parts\")", next))
		case at == 4 && i > 2:
			step("", name, ", inputs", "self.next(self."+next+")")
		case at == 6 && i+3 < n-1: // a split into the next two, then their join
			step("", name, "", fmt.Sprintf("self.next(self.s%d, self.s%d)", i+1, i+2))
		case at == 7 && i > 6 && i+2 < n-1:
			step("", name, "", fmt.Sprintf("self.next(self.s%d)", i+2))
		case at == 9 && i > 6:
			step("", name, ", inputs", "self.next(self."+next+")")
		case at == 5:
			step("    @retry(times=4)\n    @timeout(minutes=30)\n    @resources(memory=8000, cpu=4)\n    @environment(vars={\"MODE\": \"fast\"})\n", name, "", "self.next(self."+next+")")
		default:
			step("", name, "", "self.next(self."+next+")")
		}
	}
	step("", "end", "", "pass")
	b.WriteString("\n\nif __name__ == \"__main__\":\n    LongFlow()\n")
	return b.String()
}
