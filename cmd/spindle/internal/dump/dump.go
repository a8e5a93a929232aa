// Package dump shows what tasks left behind.
//
// A pickle is code, so it is not opened here: plain values are read by the engine's closed decoder, and all others by Python in a process of their
// own, which is started only when there are such values.
package dump

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/artifact/pyvalue"
)

// Query says what to show of a task.
type Query struct {
	Private bool
	Include []string // names; empty for all
	// Limit is the size of the largest value shown; 0 for names only, below 0 for no limit.
	Limit int64
	// Plain is false where Python has to read all values.
	Plain bool
}

// Value is one artifact of a task.
type Value struct {
	Task artifact.Task
	Name string
	Size int64
	Type string
	Key  artifact.Key

	// State says what there is of the value.
	State State
	Text  string // as Python's str(), when Shown
	JSON  any    // when HasJSON
	// HasJSON is true for values that JSON can hold.
	HasJSON bool
	Err     error // why there is no text, when Broken

	encoding string
}

// State is what is known of a value.
type State int

// The states of a value.
const (
	Shown   State = iota
	Hidden        // only the name was asked for
	Large         // larger than the limit
	Pending       // left to Python
	Broken        // cannot be read
	Foreign       // only the language that wrote it reads it
)

// foreign is how the encodings of values begin that only Go reads, see docs/go.
const foreign = "go-"

const included = "<class 'metaflow.includefile.IncludedFile'>"

// Read lists the artifacts of a task's latest finished attempt, by name, and reads the plain ones.
func Read(ctx context.Context, store *artifact.Store, task artifact.Task, q Query) ([]Value, error) {
	attempt, err := store.LatestDone(task)
	if err != nil {
		return nil, fmt.Errorf("task %s: %w", task, err)
	}
	data, err := store.Data(task, attempt)
	if err != nil {
		return nil, fmt.Errorf("task %s: %w", task, err)
	}
	var values []Value
	for name, ref := range data.Objects {
		if len(q.Include) > 0 && !slices.Contains(q.Include, name) || strings.HasPrefix(name, "_") && !q.Private {
			continue
		}
		v := Value{Task: task, Name: name, Size: ref.Size, Type: ref.Type, Key: ref.Key, encoding: ref.Encoding}
		v.read(ctx, store, q)
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b Value) int { return strings.Compare(a.Name, b.Name) })
	return values, nil
}

func (v *Value) read(ctx context.Context, store *artifact.Store, q Query) {
	switch {
	case v.Type == included && q.Limit != 0:
		v.State = Pending // only Python knows the file's size
	case q.Limit == 0:
		v.State = Hidden
	case strings.HasPrefix(v.encoding, foreign):
		v.State = Foreign
	case q.Limit > 0 && (v.Size <= 0 || v.Size > q.Limit):
		v.State = Large
	case !q.Plain || v.Size > plain.MaxSize:
		v.State = Pending
	default:
		v.plain(ctx, store)
	}
}

func (v *Value) plain(ctx context.Context, store *artifact.Store) {
	raw, err := store.Bytes(ctx, v.Task.Flow, v.Key)
	if err != nil {
		v.broken(err)
		return
	}
	v.State = Pending
	value, err := plain.Decode(raw)
	if err != nil {
		return
	}
	if text, ok := pyvalue.Str(value); ok {
		v.State, v.Text = Shown, text
		v.JSON, v.HasJSON = pyvalue.JSON(value)
	}
}

// broken notes that the value cannot be read. What cannot be trusted is not shown in part either.
func (v *Value) broken(err error) {
	v.State, v.Err = Broken, err
}

// Line is the value as a line of text.
func (v Value) Line() string {
	head := fmt.Sprintf("%s [size: %d type: %s]", v.Name, v.Size, v.Type)
	switch v.State {
	case Hidden:
		return head
	case Large:
		return head + " = < artifact too large >"
	case Foreign:
		return head + " = < only Go can read it: its encoding is " + v.encoding + " >"
	case Broken:
		return head + " = < cannot be read: " + v.Err.Error() + " >"
	default:
		return head + " = " + v.Text
	}
}

// place is where Python finds a value.
type place struct {
	Task     string `json:"task"`
	Name     string `json:"name"`
	Path     string `json:"path"`
	Offset   int64  `json:"offset"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

// materialize puts the values that are left to Python into files.
func materialize(ctx context.Context, store *artifact.Store, values []*Value, dir string) []place {
	places := make([]place, 0, len(values))
	for i, v := range values {
		sub := filepath.Join(dir, fmt.Sprint(i))
		at, err := artifact.Value{}, os.Mkdir(sub, 0o700)
		if err == nil {
			at, err = store.Materialize(ctx, v.Task.Flow, v.Key, sub)
		}
		if err != nil {
			v.broken(err)
			continue
		}
		places = append(places, place{
			Task: strings.TrimPrefix(v.Task.String(), v.Task.Flow+"/"), Name: v.Name, Path: at.Path, Offset: at.Offset, Size: at.Size,
			Encoding: v.encoding,
		})
	}
	return places
}

// Unreadable counts the values that cannot be read.
func Unreadable(values []Value) int {
	n := 0
	for _, v := range values {
		if v.State == Broken {
			n++
		}
	}
	return n
}

// Errors joins what went wrong with values.
func Errors(values []Value) error {
	var errs []error
	for _, v := range values {
		if v.State == Broken {
			errs = append(errs, fmt.Errorf("artifact %q of task %s: %w", v.Name, v.Task, v.Err))
		}
	}
	return errors.Join(errs...)
}
