package run

import (
	"maps"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

// spec is what the attempt's process is told.
func (r *runner) spec(a *attempt) (compute.Spec, error) {
	t := r.baseTask(a)
	t.Join = a.start.Join
	t.Node = a.info.node
	if a.start.Iteration != nil {
		t.IterationStack = a.start.Iteration
	}
	t.ForeachStack = framesOf(a.start.Stack)
	if i, ok := a.start.Stack.SplitIndex(); ok {
		t.SplitIndex = &i
	}
	t.InputCount = len(a.inputs)
	if err := r.addInputs(a, &t); err != nil {
		return compute.Spec{}, err
	}
	spec := compute.Spec{Task: &t}
	if d := a.info.described; d != nil {
		spec.Task.Env = maps.Clone(d.Environment)
		if !a.start.Fallback {
			spec.Timeout = time.Duration(d.TimeoutSeconds * float64(time.Second))
		}
	}
	if spec.Task.Env == nil {
		spec.Task.Env = map[string]string{}
	}
	maps.Copy(spec.Task.Env, r.cfg.TaskEnv)
	spec.Task.Env["METAFLOW_RUN_ID"] = r.id
	r.addNode(a, spec.Task)
	return spec, nil
}

// baseTask is what every task of the run is told.
func (r *runner) baseTask(a *attempt) worker.Task {
	t := worker.Task{
		Type: "task", Protocol: worker.Protocol, Kind: "step",
		Source: r.cfg.Request.Source, Class: r.cfg.Request.Class, With: r.cfg.Request.With, Options: r.cfg.Request.Options,
		Flow: r.flow, RunID: r.id, Step: a.rec.step, TaskID: a.rec.id, Attempt: a.number,
		ForeachStack: []worker.Frame{}, IterationStack: []int{},
		Namespace: r.cfg.Namespace, User: r.cfg.System.User, Tags: r.cfg.Tags,
		Project: r.cfg.Description.Project, ParameterNames: []string{}, TriggerRuns: r.cfg.TriggerRuns,
		Scratch: a.scratch, Spill: r.folders.spill.Path(), TempDir: r.tempDir(),
	}
	if a.info != nil {
		t.UserRetries, t.ErrorRetries = a.info.machine.UserRetries, a.info.machine.ErrorRetries
	}
	if r.origin != "" {
		t.OriginRunID = &r.origin
	}
	if t.Tags == nil {
		t.Tags = []string{}
	}
	for _, p := range r.cfg.Description.Parameters {
		t.ParameterNames = append(t.ParameterNames, p.Attr)
	}
	return t
}

// tempDir is current.tempdir.
func (r *runner) tempDir() string {
	if dir := r.cfg.Env("METAFLOW_TEMPDIR"); dir != "" {
		return dir
	}
	return "."
}

func framesOf(s machine.Stack) []worker.Frame {
	out := []worker.Frame{}
	for _, f := range s.Frames() {
		w := worker.Frame{Step: f.Step, Var: f.Var, Index: f.Index, Value: f.Value}
		if !f.Parallel {
			w.NumSplits = &f.NumSplits
		}
		out = append(out, w)
	}
	return out
}

// addNode tells a node of a parallel step its place, in the message and in the variables that libraries read.
func (r *runner) addNode(a *attempt, t *worker.Task) {
	n := a.start.Node
	if n == nil {
		return
	}
	control := r.controlID(a)
	t.Parallel = &worker.ParallelNode{NumNodes: n.Count, NodeIndex: n.Index, ControlTaskID: control, MainIP: "127.0.0.1"}
	t.Env["MF_PARALLEL_NUM_NODES"] = strconv.Itoa(n.Count)
	t.Env["MF_PARALLEL_NODE_INDEX"] = strconv.Itoa(n.Index)
	t.Env["MF_PARALLEL_CONTROL_TASK_ID"] = control
	t.Env["MF_PARALLEL_MAIN_IP"] = "127.0.0.1"
}

// controlID is the id of the control task, from which the other nodes' ids are made.
func (r *runner) controlID(a *attempt) string {
	suffix := nodeID("", a.start.Node.Index)
	if a.start.Node.Index == 0 {
		return a.rec.id
	}
	return a.rec.id[:len(a.rec.id)-len(suffix)]
}

// addInputs puts the inputs into the message, or into a file when there are many.
func (r *runner) addInputs(a *attempt, t *worker.Task) error {
	if len(a.inputs) == 1 {
		in := a.inputs[0]
		t.Inputs = []worker.Input{{Pathspec: in.pathspec(r), Step: in.step, Artifacts: in.table.SharedRefs()}}
		return nil
	}
	if len(a.inputs) <= task.InlineInputs {
		for _, in := range a.inputs {
			t.Inputs = append(t.Inputs, worker.Input{Pathspec: in.pathspec(r), Step: in.step, Artifacts: in.table.Refs()})
		}
		return nil
	}
	t.InputsFile = filepath.Join(a.scratch, "inputs.ndjson")
	return task.WriteInputs(t.InputsFile, func(yield func(worker.Input) bool) {
		for _, in := range a.inputs {
			if !yield(worker.Input{Pathspec: in.pathspec(r), Step: in.step, Artifacts: in.table.Refs()}) {
				return
			}
		}
	})
}
