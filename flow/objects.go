package flow

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

// The classes that Metaflow's stores have for what is no plain value.
const (
	exceptionModule, exceptionClass = "metaflow.exception", "MetaflowExceptionWrapper"
	fileModule, fileClass           = "metaflow.includefile", "IncludedFile"
	gangModule, gangClass           = "metaflow.flowspec", "ParallelUBF"
)

// failureObject is a failure as Metaflow stores exceptions.
func failureObject(f *Failure) any {
	if f == nil {
		return nil
	}
	return pickle.Object{
		Module: exceptionModule, Name: exceptionClass, Args: pickle.Tuple{nil},
		State: pickle.Dict{{Key: "exception", Value: f.Message}, {Key: "type", Value: f.Type}, {Key: "stacktrace", Value: f.Trace}},
	}
}

func failureOf(o *pickle.Object) (*Failure, error) {
	state, ok := o.State.(map[string]any)
	if o.Name != exceptionClass || !ok {
		return nil, fmt.Errorf("it is a %s.%s, and an exception is wanted", o.Module, o.Name)
	}
	text := func(key string) string {
		s, _ := state[key].(string)
		return s
	}
	return &Failure{Type: text("type"), Message: text("exception"), Trace: text("stacktrace")}, nil
}

// fileObject is a stored file as Metaflow has it.
func fileObject(descriptor any) pickle.Object {
	return pickle.Object{
		Module: fileModule, Name: fileClass, New: true,
		State: pickle.Dict{{Key: "_descriptor", Value: descriptor}, {Key: "_cached_size", Value: nil}},
	}
}

func descriptorOf(o *pickle.Object) (map[string]any, error) {
	state, _ := o.State.(map[string]any)
	descriptor, ok := state["_descriptor"].(map[string]any)
	if o.Name != fileClass || !ok {
		return nil, fmt.Errorf("it is a %s.%s, and a file is wanted", o.Module, o.Name)
	}
	return descriptor, nil
}

// frameObject is one level of the foreach stack as Metaflow has it.
func frameObject(step, variable any, splits any, index int, value any) pickle.Object {
	return pickle.Object{Module: "__main__", Name: "ForeachFrame", New: true, Args: pickle.Tuple{step, variable, splits, index, value}}
}

func gangObject(nodes int) pickle.Object {
	return pickle.Object{Module: gangModule, Name: gangClass, New: true, State: pickle.Dict{{Key: "num_parallel", Value: nodes}}}
}
