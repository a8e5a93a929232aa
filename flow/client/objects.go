package client

import (
	"strings"
	"time"
)

// Object is what all objects have in common.
type Object struct {
	client *Client
	// ID is the last part of the pathspec.
	ID        string
	Pathspec  string
	CreatedAt time.Time
	// UserTags and SystemTags are those of the run.
	UserTags, SystemTags []string
}

// Flow is all runs of a flow.
type Flow struct{ Object }

// Run is one execution of a flow.
type Run struct{ Object }

// Step is what a run has done of one step.
type Step struct{ Object }

// Task is one execution of a step.
type Task struct{ Object }

type wireObject struct {
	ID         string   `json:"id"`
	Pathspec   string   `json:"pathspec"`
	CreatedAt  int64    `json:"created_at"`
	UserTags   []string `json:"user_tags"`
	SystemTags []string `json:"system_tags"`
	Name       string   `json:"name"`
	Type       string   `json:"type"`
	Encoding   string   `json:"encoding"`
	Size       int64    `json:"size"`
}

func (c *Client) made(o wireObject) Object {
	return Object{client: c, ID: o.ID, Pathspec: o.Pathspec, CreatedAt: time.UnixMilli(o.CreatedAt), UserTags: o.UserTags, SystemTags: o.SystemTags}
}

func (o Object) childObjects() ([]wireObject, error) {
	var found []wireObject
	err := o.client.call("children", map[string]any{"pathspec": o.Pathspec, "namespace": o.client.namespace}, &found)
	return found, err
}

// children are the objects below one, newest first, without private ones.
func children[T any](o Object, wrap func(Object) T) ([]T, error) {
	found, err := o.childObjects()
	if err != nil {
		return nil, err
	}
	var out []T
	for _, child := range found {
		if !strings.HasPrefix(child.ID, "_") {
			out = append(out, wrap(o.client.made(child)))
		}
	}
	return out, nil
}

// Runs returns the runs of the flow in the client's namespace, newest first.
func (f *Flow) Runs() ([]*Run, error) {
	return children(f.Object, func(o Object) *Run { return &Run{o} })
}

// Steps returns the steps that the run has begun, newest first.
func (r *Run) Steps() ([]*Step, error) {
	return children(r.Object, func(o Object) *Step { return &Step{o} })
}

// Step returns a step of the run.
func (r *Run) Step(name string) (*Step, error) { return r.client.Step(r.Pathspec + "/" + name) }

// Task returns the newest task of one of the run's steps.
func (r *Run) Task(step string) (*Task, error) {
	s, err := r.Step(step)
	if err != nil {
		return nil, err
	}
	return s.Task()
}

// Successful tells whether the run has ended well: its last step has.
func (r *Run) Successful() (bool, error) {
	task, err := r.Task(r.lastStep())
	if err != nil {
		if isNotFound(err) {
			return false, nil
		}
		return false, err
	}
	return task.Successful()
}

// lastStep is the name of the step that ends the run.
func (r *Run) lastStep() string {
	task, err := r.Task("_parameters")
	if err != nil {
		return "end"
	}
	graph, err := Value[map[string]any](task, "_graph_info")
	if name, ok := graph["end_step"].(string); ok && err == nil {
		return name
	}
	return "end"
}

// Tag adds tags to the run and removes others.
func (r *Run) Tag(add, remove []string) error {
	var tags struct {
		UserTags   []string `json:"user_tags"`
		SystemTags []string `json:"system_tags"`
	}
	err := r.client.call("tags", map[string]any{"pathspec": r.Pathspec, "add": orEmpty(add), "remove": orEmpty(remove)}, &tags)
	if err == nil {
		r.UserTags, r.SystemTags = tags.UserTags, tags.SystemTags
	}
	return err
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// Tasks returns the tasks of the step, newest first.
func (s *Step) Tasks() ([]*Task, error) {
	return children(s.Object, func(o Object) *Task { return &Task{o} })
}

// Task returns the newest task of the step.
func (s *Step) Task() (*Task, error) {
	tasks, err := s.Tasks()
	if err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		return nil, missing("the step " + s.Pathspec + " has no task")
	}
	return tasks[0], nil
}
