package scheduled

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// failedError is a failure that is the flow's or its user's, not the machine's. It is on record with the task.
type failedError struct{ reason string }

// Error says what it is.
func (e *failedError) Error() string { return e.reason }

func (o *one) parametersKey() artifact.Task {
	return artifact.Task{Flow: o.Deployment.Flow, Run: o.run, Step: ParametersStep, Task: ParametersTask}
}

// parameters makes sure that the run is known and has its parameters.
func (o *one) parameters(ctx, storing context.Context) error {
	if _, err := o.keeper.Metadata.RegisterRun(ctx, o.Deployment.Flow, o.run, o.keeper.Tags); err != nil {
		return fmt.Errorf("register the run: %w", err)
	}
	key := o.parametersKey()
	data, err := o.Store.Data(key, 0)
	if errors.Is(err, artifact.ErrMissing) {
		if data.Objects, err = o.newParameters(ctx, storing); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	// All that they consist of is stored. What follows can have been done before, in part or wholly.
	if err := o.Store.MarkDone(key, 0); err != nil {
		return err
	}
	if err := o.Group.Commit(storing); err != nil {
		return err
	}
	if o.Metadata == nil {
		return nil
	}
	return o.keeper.Mend(storing, key, 0, data.Objects, o.keeper.Tags, task.ParametersRecords(o.start(0, nil), o.Deployment.Start, o.Deployment.End))
}

// newParameters evaluates the parameters and stores them, up to the mark that they are done.
func (o *one) newParameters(ctx, storing context.Context) (artifact.Objects, error) {
	if err := o.record(storing); err != nil {
		return nil, err
	}
	res, err := o.evaluate(ctx)
	if err != nil {
		return nil, err
	}
	key := o.parametersKey()
	if err := o.Store.Begin(key, 0); err != nil {
		return nil, err
	}
	quiet := o.keeper
	quiet.Metadata = unrecorded{} // a container before this one may have recorded some of it
	table, err := quiet.Keep(storing, key, 0, nil, compute.Outcome{Result: res}, true, o.place.Folders)
	if err != nil {
		return nil, err
	}
	return table.Objects(), o.Group.Commit(storing)
}

// evaluate runs the process that checks the values and evaluates deploy-time functions.
func (o *one) evaluate(ctx context.Context) (*worker.Result, error) {
	values, err := o.given()
	if err != nil {
		return nil, err
	}
	if err := o.ready(ctx); err != nil {
		return nil, err
	}
	t := o.base(0)
	t.Kind, t.Step, t.TaskID, t.Values, t.GraphInfo = "parameters", ParametersStep, ParametersTask, values, o.Deployment.GraphInfo
	t.Node = worker.Node{Type: string(graph.Linear), Next: []string{o.Deployment.Start}}
	t.Env = map[string]string{"METAFLOW_RUN_ID": o.run}
	out, err := o.place.Compute.Run(ctx, compute.Spec{Task: &t}, o.handler(&lineage{}, nil))
	switch {
	case err != nil:
		return nil, fmt.Errorf("evaluate the parameters: %w", err)
	case out.Killed:
		return nil, fmt.Errorf("evaluate the parameters: %s", out.Reason)
	case out.Result != nil && out.Result.Type == worker.TypeInvalid:
		return nil, &failedError{wrongValues(out.Result)}
	case !out.Succeeded():
		return nil, &failedError{"the parameters could not be evaluated: " + failureOf(out)}
	}
	return out.Result, nil
}

// given are the values of parameters as texts: those of the execution's input, and of the rest those of the deployment.
func (o *one) given() (map[string][]string, error) {
	input, err := o.input()
	if err != nil {
		return nil, err
	}
	values := map[string][]string{}
	byName := map[string]*Parameter{}
	var names []string
	for i := range o.Deployment.Parameters {
		p := &o.Deployment.Parameters[i]
		byName[plainName(p.Name)] = p
		names = append(names, p.Name)
		if p.Default != nil {
			values[p.Name] = p.Default
		}
	}
	var unknown []string
	for name, v := range input {
		p := byName[plainName(name)]
		if p == nil {
			unknown = append(unknown, fmt.Sprintf("%q", name))
			continue
		}
		if given := texts(v, p.Multiple); given != nil {
			values[p.Name] = given
		}
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		sort.Strings(names)
		known := "it has none"
		if len(names) > 0 {
			known = "it has " + strings.Join(names, ", ")
		}
		return nil, &failedError{fmt.Sprintf("the execution gives parameters that flow %s does not have: %s; %s", o.Deployment.Flow, strings.Join(unknown, ", "), known)}
	}
	return values, nil
}

// input are the values of the execution's input.
func (o *one) input() (map[string]any, error) {
	text := strings.TrimSpace(o.At.Parameters)
	if text == "" {
		return nil, nil
	}
	v, err := decode(text)
	if err != nil {
		return nil, &failedError{fmt.Sprintf("the parameters of the execution are no JSON: %v", err)}
	}
	input, ok := v.(map[string]any)
	if !ok {
		return nil, &failedError{fmt.Sprintf("the parameters of the execution are not a JSON object: %.100s", text)}
	}
	return input, nil
}

// plainName is what two names of parameters have in common that are one on the command line.
func plainName(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }
