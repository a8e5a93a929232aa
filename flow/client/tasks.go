package client

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/flow"
	"github.com/spindle-flow/spindle/flow/internal/pickle"
	"github.com/spindle-flow/spindle/flow/internal/values"
	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// Artifact is one artifact of a task.
type Artifact struct {
	Object
	Name string
	// Type and Encoding are those of the value in the store: <class 'list'> and pickle-v4, say.
	Type, Encoding string
	// Size is that of the encoded value in bytes.
	Size int64
}

// Metadata is a fact that was recorded of a task.
type Metadata struct {
	Name, Type, Value string
	CreatedAt         time.Time
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }

func missing(what string) error { return &refusal{&wire.Fault{Kind: "not_found", Message: what}} }

// Artifacts returns the task's artifacts, without private ones.
func (t *Task) Artifacts() ([]*Artifact, error) {
	found, err := t.childObjects()
	if err != nil {
		return nil, err
	}
	var out []*Artifact
	for _, one := range found {
		if one.Name != "" && one.Name[0] != '_' {
			out = append(out, &Artifact{t.client.made(one), one.Name, one.Type, one.Encoding, one.Size})
		}
	}
	return out, nil
}

// Value reads an artifact of a task into a Go value.
func Value[T any](t *Task, artifact string) (T, error) {
	var v T
	err := t.read(artifact, reflect.ValueOf(&v).Elem())
	return v, err
}

func (t *Task) read(artifact string, into reflect.Value) error {
	var place wire.Place
	pathspec := t.Pathspec + "/" + artifact
	if err := t.client.call("value", map[string]any{"pathspec": pathspec}, &place); err != nil {
		return err
	}
	b, err := place.Bytes()
	if err == nil {
		err = values.Decode(&pickle.Decoder{}, b, place.Encoding, into)
	}
	if err != nil {
		return fmt.Errorf("the artifact %s can't be read into a %s: %w", pathspec, into.Type(), err)
	}
	return nil
}

// Successful tells whether the step has ended without an error.
func (t *Task) Successful() (bool, error) { return t.truth("_success") }

// Finished tells whether the run can go on from the task: it has succeeded, or its error was caught.
func (t *Task) Finished() (bool, error) { return t.truth("_task_ok") }

// truth reads a private artifact that a task which has not ended does not have.
func (t *Task) truth(artifact string) (bool, error) {
	v, err := Value[bool](t, artifact)
	if isNotFound(err) {
		return false, nil
	}
	return v, err
}

// Failure returns why the task has failed, nil if it has not.
func (t *Task) Failure() (*flow.Failure, error) {
	o, err := Value[*pickle.Object](t, "_exception")
	if isNotFound(err) || err == nil && o == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	state, _ := o.State.(map[string]any)
	text := func(key string) string {
		s, _ := state[key].(string)
		return s
	}
	return &flow.Failure{Type: text("type"), Message: text("exception"), Trace: text("stacktrace")}, nil
}

// Metadata returns the facts that were recorded of the task, oldest first.
func (t *Task) Metadata() ([]Metadata, error) {
	var found []struct {
		Name, Type string
		Value      any
		CreatedAt  int64 `json:"created_at"`
	}
	if err := t.client.call("metadata", map[string]any{"pathspec": t.Pathspec}, &found); err != nil {
		return nil, err
	}
	out := make([]Metadata, len(found))
	for i, one := range found {
		out[i] = Metadata{Name: one.Name, Type: one.Type, Value: fmt.Sprint(one.Value), CreatedAt: time.UnixMilli(one.CreatedAt)}
	}
	return out, nil
}

// Parents returns the tasks that this one has its inputs from.
func (t *Task) Parents() ([]*Task, error) { return t.related("parents") }

// Children returns the tasks that have had this one as an input.
func (t *Task) Children() ([]*Task, error) { return t.related("children") }

func (t *Task) related(direction string) ([]*Task, error) {
	var pathspecs []string
	if err := t.client.call("related", map[string]any{"pathspec": t.Pathspec, "direction": direction}, &pathspecs); err != nil {
		return nil, err
	}
	out := make([]*Task, len(pathspecs))
	for i, pathspec := range pathspecs {
		task, err := t.client.Task(pathspec)
		if err != nil {
			return nil, err
		}
		out[i] = task
	}
	return out, nil
}

// Stdout returns what the task has printed.
func (t *Task) Stdout() (string, error) { return t.log("stdout") }

// Stderr returns what the task has printed on stderr.
func (t *Task) Stderr() (string, error) { return t.log("stderr") }

var errLog = errors.New("the log is damaged")

func (t *Task) log(stream string) (string, error) {
	var place wire.Place
	if err := t.client.call("logs", map[string]any{"pathspec": t.Pathspec, "stream": stream}, &place); err != nil {
		return "", err
	}
	if place.Path == "" {
		return "", nil
	}
	b, err := place.Bytes()
	if err != nil {
		return "", err
	}
	return lines(b)
}

// lines reads a log as the store hands it over: before each line its time and its length.
func lines(b []byte) (string, error) {
	var out bytes.Buffer
	for len(b) > 0 {
		head, rest, ok := bytes.Cut(b, []byte("\n"))
		_, length, ok2 := bytes.Cut(head, []byte(" "))
		n, err := strconv.Atoi(string(length))
		if !ok || !ok2 || err != nil || n < 0 || n+1 > len(rest) {
			return "", errLog
		}
		out.Write(rest[:n+1])
		b = rest[n+1:]
	}
	return out.String(), nil
}
