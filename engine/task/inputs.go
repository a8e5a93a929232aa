package task

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

// InlineInputs is how many inputs travel in the task message; more go into a file.
const InlineInputs = 16

// InlineBytes is how much of values one answer to a process has in it; the rest lies in files. Thousands of small values in one message would
// make it larger than messages may be.
const InlineBytes = worker.MaxMessage / 4

// WriteInputs writes inputs to a file that a task message names.
func WriteInputs(path string, inputs iter.Seq[worker.Input]) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write inputs: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for in := range inputs {
		if err := enc.Encode(in); err != nil {
			return fmt.Errorf("write inputs: %w", err)
		}
	}
	return w.Flush()
}

// Fetch gives a process values of its inputs. They lie in store, and what has to be unpacked goes into dir.
func Fetch(ctx context.Context, store *artifact.Store, flow string, inputs []worker.Input, items []worker.Item, dir string) []worker.ItemValue {
	return Answer(items, func(item worker.Item) worker.ItemValue { return fetch(ctx, store, flow, inputs, item, dir) })
}

// Answer answers a process's request for values with what one gives for each, which must heed how much is wanted in the answer itself.
func Answer(items []worker.Item, one func(worker.Item) worker.ItemValue) []worker.ItemValue {
	values, room := make([]worker.ItemValue, len(items)), int64(InlineBytes)
	for i, item := range items {
		item.Inline = min(item.Inline, room)
		values[i] = one(item)
		room -= int64(len(values[i].Data))
	}
	return values
}

// Inlined is the value itself where it is small enough to be wanted so. What read can't give is to be read, or found unreadable, like any other.
func Inlined(item worker.Item, size int64, encoding string, read func() ([]byte, error)) (worker.ItemValue, bool) {
	if item.Inline <= 0 || size > item.Inline {
		return worker.ItemValue{}, false
	}
	data, err := read()
	if err != nil || int64(len(data)) > item.Inline {
		return worker.ItemValue{}, false
	}
	return worker.ItemValue{Data: data, Size: int64(len(data)), Encoding: encoding}, true
}

func fetch(ctx context.Context, store *artifact.Store, flow string, inputs []worker.Input, item worker.Item, dir string) worker.ItemValue {
	if item.Input < 0 || item.Input >= len(inputs) {
		return Refused("missing", "there is no input %d", item.Input)
	}
	in := inputs[item.Input]
	ref, ok := in.Artifacts[item.Name]
	if !ok {
		return Refused("missing", "task %s has no artifact %q", in.Pathspec, item.Name)
	}
	small := func() ([]byte, error) { return store.Small(ctx, flow, artifact.Key(ref.Key)) }
	if v, ok := Inlined(item, ref.Size, ref.Encoding, small); ok {
		return v
	}
	v, err := store.Materialize(ctx, flow, artifact.Key(ref.Key), dir)
	if err != nil {
		kind := "io"
		if errors.Is(err, artifact.ErrCorrupt) || errors.Is(err, artifact.ErrMissing) {
			kind = "corrupt"
		}
		return Refused(kind, "artifact %q of task %s/%s: %v", item.Name, flow, in.Pathspec, err)
	}
	return worker.ItemValue{Path: v.Path, Offset: v.Offset, Size: v.Size, Encoding: ref.Encoding, Temporary: v.Temporary}
}

// Refused is the answer to a request for a value that can't be had.
func Refused(kind, format string, args ...any) worker.ItemValue {
	return worker.ItemValue{Error: &worker.CallError{Kind: kind, Message: fmt.Sprintf(format, args...)}}
}
