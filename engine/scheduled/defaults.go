package scheduled

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Deploying is a flow on the machine on which it is deployed.
type Deploying struct {
	Flow    string
	Request worker.DescribeRequest // with the values of configs among its options
	User    string
	// Given are values that the deployment gives parameters, as texts.
	Given map[string][]string

	Compute compute.Compute // runs a process on this machine
	// Client stores files of IncludeFile where containers find them.
	Client  Client
	Scratch string // a folder for the process
	// Show gets what the flow's functions print; nil for nobody.
	Show func(s compute.Stream, text []byte)
}

// Defaults settles parameters as far as that belongs to the deployment and not to a run: values it gives, functions that compute defaults, files of IncludeFile,
// which are stored. The result has texts by the parameters' names, for [Parameter.Default].
func Defaults(ctx context.Context, m Deploying) (map[string][]string, error) {
	r := m.Request
	t := worker.Task{
		Type: "task", Protocol: worker.Protocol, Kind: "defaults", Source: r.Source, Class: r.Class, With: r.With, Options: r.Options, Flow: m.Flow,
		Step: ParametersStep, TaskID: ParametersTask, User: m.User, Tags: []string{}, ParameterNames: []string{}, ForeachStack: []worker.Frame{},
		IterationStack: []int{}, Values: m.Given, Scratch: m.Scratch, Spill: m.Scratch, TempDir: ".", Env: map[string]string{},
	}
	if t.Values == nil {
		t.Values = map[string][]string{}
	}
	if t.With == nil {
		t.With = []string{}
	}
	out, err := m.Compute.Run(ctx, compute.Spec{Task: &t}, &deploying{m})
	if err != nil {
		return nil, fmt.Errorf("work out the parameters' defaults: %w", err)
	}
	if out.Result != nil && out.Result.Type == worker.TypeInvalid {
		return nil, fmt.Errorf("work out the parameters' defaults: %s", wrongValues(out.Result))
	}
	if !out.Succeeded() {
		return nil, fmt.Errorf("work out the parameters' defaults: %s", failureOf(out))
	}
	values := maps.Clone(t.Values)
	var told map[string][]string
	if err := json.Unmarshal(out.Result.Answer, &told); err != nil {
		return nil, fmt.Errorf("work out the parameters' defaults: the worker's answer: %w", err)
	}
	maps.Copy(values, told)
	maps.DeleteFunc(values, func(_ string, texts []string) bool { return len(texts) == 0 })
	return values, nil
}

// SetDefaults gives parameters what [Defaults] has found out.
func (d *Deployment) SetDefaults(values map[string][]string) {
	for i := range d.Parameters {
		if texts, ok := values[d.Parameters[i].Name]; ok {
			d.Parameters[i].Default = texts
		}
	}
}

// wrongValues are the values of parameters that cannot be used, a line for each.
func wrongValues(res *worker.Result) string {
	var wrong []string
	for _, e := range res.Errors {
		wrong = append(wrong, fmt.Sprintf("parameter %q: %s", e.Parameter, e.Message))
	}
	return strings.Join(wrong, "\n")
}

// deploying answers the process.
type deploying struct{ m Deploying }

// Started implements [compute.Handler].
func (h *deploying) Started(int) {}

// Line implements [compute.Handler].
func (h *deploying) Line(s compute.Stream, _ time.Time, text []byte) {
	if h.m.Show != nil {
		h.m.Show(s, text)
	}
}

// Truncated implements [compute.Handler].
func (h *deploying) Truncated(compute.Stream, time.Time) {}

// Store implements [compute.Handler].
func (h *deploying) Store(ctx context.Context, call string, args json.RawMessage) (any, error) {
	return h.m.Client.Serve(ctx, call, args)
}

// Get implements [compute.Handler]: there are no inputs.
func (h *deploying) Get(_ context.Context, items []worker.Item) []worker.ItemValue {
	values := make([]worker.ItemValue, len(items))
	for i := range values {
		values[i].Error = &worker.CallError{Kind: "missing", Message: "there is no input"}
	}
	return values
}
