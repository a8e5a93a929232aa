package deploying

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// TestAdjust: what a variant says of a step takes the place of what the flow does; what it says of all gives way.
func TestAdjust(t *testing.T) {
	t.Parallel()
	step := func(name, resources string, timeout float64) worker.DescribedStep {
		return worker.DescribedStep{
			Name: name, TimeoutSeconds: timeout, Environment: map[string]string{"A": "flow", "B": "flow"},
			Decorators: []worker.Decorator{
				{Name: "batch", Attributes: json.RawMessage(`{"cpu": "None", "memory": "None", "queue": "None"}`)}, {Name: "resources", Attributes: json.RawMessage(resources)},
			},
		}
	}
	d := &worker.Description{Steps: []worker.DescribedStep{step("bare", `{}`, 0), step("says", `{"memory": 9000, "cpu": 8}`, 600), step("named", `{"memory": 9000, "cpu": 8}`, 600)}}
	gpu := 1
	v := &config.Variant{
		Resources: []config.Resources{{Step: "*", CPU: 2, Memory: 500, Queue: "slow"}, {Step: "named", Memory: 1000, GPU: &gpu}},
		Timeouts:  []config.Timeout{{Step: "*", Limit: time.Minute * 2}, {Step: "named", Limit: time.Hour}},
		Env:       []config.Value{{Name: "A", Value: &graph.Value{Kind: graph.StringKind, Text: "variant"}}},
	}
	if err := adjust(d, v); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"bare":  "cpu 2 memory 500 gpu 0 queue slow timeout 120",
		"says":  "cpu 8 memory 9000 gpu 0 queue slow timeout 600",
		"named": "cpu 8 memory 1000 gpu 1 queue slow timeout 3600",
	}
	for i := range d.Steps {
		s := &d.Steps[i]
		b, err := batch.StepOf(s, batch.Settings{Image: "i", JobRole: "r", RunTime: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("cpu %v memory %d gpu %d queue %s timeout %v", b.CPU, b.Memory, b.GPU, b.Queue, s.TimeoutSeconds)
		if got != want[s.Name] {
			t.Errorf("%s: %s, want %s", s.Name, got, want[s.Name])
		}
		if s.Environment["A"] != "variant" || s.Environment["B"] != "flow" {
			t.Errorf("%s: %v", s.Name, s.Environment)
		}
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	i := deploy.Identity{Project: "demand", Variant: "us", Environment: "prod", Flow: strings.Repeat("f", 64), Config: strings.Repeat("c", 64), Commit: strings.Repeat("1", 40), Dirty: true, By: "ann"}
	got := Tags(i)
	want := map[string]bool{
		"variant:us": true, "deployment_project:demand": true, "environment:prod": true, "flow_hash:ffffffffffff": true, "config_hash:cccccccccccc": true,
		"commit:111111111111-dirty": true, "deployed_by:ann": true,
	}
	if len(got) != len(want) || slices.ContainsFunc(got, func(tag string) bool { return !want[tag] }) {
		t.Errorf("%q, want %q", got, slices.Sorted(maps.Keys(want)))
	}
}
