package workspace

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/config/effective"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/worker"
)

// parametersStep is the step of a run whose task has the values of its parameters and configs.
const parametersStep = "_parameters"

// ConfigFlags are what the command line gives for the configs of a flow.
type ConfigFlags struct{ Files, Values, Sets []string }

// Empty is true when nothing was given.
func (f ConfigFlags) Empty() bool { return len(f.Files)+len(f.Values)+len(f.Sets) == 0 }

// ConfigFlags are those of the top options.
func (w *Workspace) ConfigFlags() ConfigFlags {
	return ConfigFlags{w.Top.Config, w.Top.ConfigValue, w.Top.Set}
}

// configFaults is the error of wrong values for configs: all faults at once, and a wrong command line.
type configFaults struct{ faults *report.Faults }

func (c *configFaults) Error() string { return c.faults.Error() }

func (c *configFaults) Unwrap() []error {
	return []error{c.faults, &fault.Usage{Message: c.faults.Error()}}
}

func configError(given string, found []lint.Diagnostic) error {
	if len(found) == 0 {
		return nil
	}
	return &configFaults{&report.Faults{Flow: given, Diagnostics: found}}
}

// EffectiveConfigs works out the values of the configs that a flow declares, and holds them against the types of its fields. A key that no field
// reads and that seems to be meant for one is a doubt about the flow.
func (w *Workspace) EffectiveConfigs(flow *Flow, flags ConfigFlags, declared []worker.ConfigDeclaration) ([]*effective.Config, error) {
	parsed, found := effective.Parse(flags.Files, flags.Values, flags.Sets, w.LookupEnv)
	around := effective.Surroundings{Dir: w.Dir, ReadFile: os.ReadFile, LookupEnv: w.LookupEnv}
	values, more := effective.Resolve(declared, parsed, around)
	if found = append(found, more...); len(found) == 0 && flow.Static != nil {
		found = flow.fit(values)
	}
	return values, configError(flow.Given, found)
}

// fit finds the values that can't be read into the flow's fields; what is doubtful goes to the flow's own doubts.
func (f *Flow) fit(values []*effective.Config) []lint.Diagnostic {
	var found []lint.Diagnostic
	for _, v := range values {
		declared := f.Static.Configs.Named(v.Declared.Name)
		if declared == nil {
			continue
		}
		given := func(at graph.Range) bool { return at.Start.Line == 0 } // on the command line
		for _, d := range configs.Fit(declared, v.Value, given) {
			d.Code = effective.Code
			if d.Range.File == v.Declared.File { // the worker knows no better place in the source than the whole
				d.Range = declared.Range
			}
			found = append(found, d)
		}
	}
	lint.Sort(found)
	var wrong []lint.Diagnostic
	for _, d := range found {
		if d.Severity == lint.Error {
			wrong = append(wrong, d)
		} else {
			f.Diagnostics = append(f.Diagnostics, d)
		}
	}
	return wrong
}

// Configs answers a worker that asks for the values of a flow's configs.
func (w *Workspace) Configs(flow *Flow, flags ConfigFlags) func(context.Context, string, []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
	return func(_ context.Context, _ string, declared []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
		list, err := w.EffectiveConfigs(flow, flags, declared)
		if err != nil {
			return nil, err
		}
		values := map[string]worker.ConfigValue{}
		for _, c := range list {
			values[c.Declared.Name] = c.Wire()
		}
		return values, nil
	}
}

// NoConfigs is the error of giving values to the configs of a flow that has none, nil where nothing was given.
func NoConfigs(given string, flags ConfigFlags) error {
	if flags.Empty() {
		return nil
	}
	none := func(string) (string, bool) { return "", false }
	parsed, found := effective.Parse(flags.Files, flags.Values, flags.Sets, none)
	_, more := effective.Resolve(nil, parsed, effective.Surroundings{})
	return configError(given, append(found, more...))
}

// StoredConfigs are the values of a run's configs, as artifacts that a worker can read. The files are the worker's to remove.
func (s *Stores) StoredConfigs(ctx context.Context, flow, run string, declared []worker.ConfigDeclaration) (map[string]worker.ConfigValue, error) {
	if run == "" {
		latest, err := s.Values.LatestRun(flow)
		if err != nil && !errors.Is(err, artifact.ErrMissing) {
			return nil, err
		}
		if latest == "" {
			return nil, &fault.NotFound{Message: "a previous run id was not found; specify --origin-run-id"}
		}
		run = latest
	}
	if err := s.FindRun(ctx, flow, run); err != nil {
		return nil, err
	}
	objects, err := s.parameters(flow, run)
	if err != nil {
		return nil, err
	}
	values := map[string]worker.ConfigValue{}
	for _, d := range declared {
		ref, ok := objects[d.Attr]
		if !ok {
			return nil, fault.WithHint(fmt.Errorf("run %s/%s has no config %q: the flow did not have it then", flow, run, d.Name), "run the flow anew")
		}
		place, err := s.temporary(ctx, flow, ref)
		if err != nil {
			return nil, fmt.Errorf("config %q of run %s/%s: %w", d.Name, flow, run, err)
		}
		values[d.Name] = worker.ConfigValue{Stored: place}
	}
	return values, nil
}

// parameters is the table of the task that has a run's parameters.
func (s *Stores) parameters(flow, run string) (artifact.Objects, error) {
	ids, err := s.Values.Tasks(flow, run, parametersStep)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		t := artifact.Task{Flow: flow, Run: run, Step: parametersStep, Task: id}
		attempt, err := s.Values.LatestDone(t)
		if errors.Is(err, artifact.ErrUnfinished) {
			continue
		}
		if err != nil {
			return nil, err
		}
		data, err := s.Values.Data(t, attempt)
		return data.Objects, err
	}
	return nil, fmt.Errorf("run %s/%s has no parameters: it ended before they were stored", flow, run)
}

func (s *Stores) temporary(ctx context.Context, flow string, ref artifact.Ref) (*worker.ItemValue, error) {
	data, err := s.Values.Bytes(ctx, flow, ref.Key)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "spindle-config-")
	if err != nil {
		return nil, err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return &worker.ItemValue{Path: f.Name(), Size: int64(len(data)), Encoding: ref.Encoding, Temporary: true}, nil
}
