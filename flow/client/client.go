// Package client reads what runs have left: flows, runs, steps, tasks, artifacts, logs. It is Metaflow's client in Go.
//
// In a task it asks over the task's own channel, anywhere else it starts `spindle store-server` and asks that. Objects are read when they are
// asked for; values are read into the Go type that is wanted, whoever has written them.
//
//	store, err := client.Open(ctx)
//	run, err := store.LatestSuccessful("Train")
//	task, err := run.Task("end")
//	best, err := client.Value[Model](task, "best")
package client

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// Client is a way to the stored runs. It is safe for concurrent use.
type Client struct {
	conn      *wire.Conn
	namespace string // empty for all
	// end stops the server that this client has started.
	end func() error
}

// Option changes what a client sees.
type Option func(*Client)

// AnyNamespace shows the runs of everybody.
func AnyNamespace() Option { return func(c *Client) { c.namespace = "" } }

// Namespace shows the runs that have the tag, as user:name.
func Namespace(tag string) Option { return func(c *Client) { c.namespace = tag } }

// Open returns a client. In a task, given the step's context, it sees the namespace of the run; elsewhere that of the user. It must be closed.
func Open(ctx context.Context, options ...Option) (*Client, error) {
	c := &Client{}
	session, inTask := wire.From(ctx)
	if inTask {
		c.conn, c.namespace, c.end = session.Conn, session.Namespace, func() error { return nil }
	} else {
		conn, end, err := startServer(ctx)
		if err != nil {
			return nil, err
		}
		c.conn, c.namespace, c.end = conn, "user:"+user(), end
	}
	for _, option := range options {
		option(c)
	}
	return c, nil
}

// Close ends the client.
func (c *Client) Close() error { return c.end() }

// user is who the runs of this process belong to.
func user() string {
	for _, name := range []string{"METAFLOW_USER", "SUDO_USER", "USERNAME", "USER"} {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return "unknown"
}

// ErrNotFound is what errors are about objects that do not exist, or not in the namespace.
var ErrNotFound = errors.New("not found")

// refusal is an error of the store with its kind.
type refusal struct{ fault *wire.Fault }

func (e *refusal) Error() string { return e.fault.Message }

func (e *refusal) Is(target error) bool {
	return target == ErrNotFound && (e.fault.Kind == "not_found" || e.fault.Kind == "namespace")
}

func (c *Client) call(name string, args map[string]any, result any) error {
	if _, chosen := args["namespace"]; chosen && c.namespace == "" {
		delete(args, "namespace")
	}
	err := c.conn.Call(name, args, result)
	var fault *wire.Fault
	if errors.As(err, &fault) {
		return &refusal{fault}
	}
	return err
}

// Flow returns a flow by its name.
func (c *Client) Flow(name string) (*Flow, error) {
	o, err := c.object(name, 1)
	return &Flow{o}, err
}

// Run returns the run Flow/run.
func (c *Client) Run(pathspec string) (*Run, error) {
	o, err := c.object(pathspec, 2)
	return &Run{o}, err
}

// Step returns the step Flow/run/step.
func (c *Client) Step(pathspec string) (*Step, error) {
	o, err := c.object(pathspec, 3)
	return &Step{o}, err
}

// Task returns the task Flow/run/step/task.
func (c *Client) Task(pathspec string) (*Task, error) {
	o, err := c.object(pathspec, 4)
	return &Task{o}, err
}

// Flows returns all flows.
func (c *Client) Flows() ([]*Flow, error) {
	return children(Object{client: c}, func(o Object) *Flow { return &Flow{o} })
}

// Latest returns the newest run of a flow.
func (c *Client) Latest(flow string) (*Run, error) { return c.latest(flow, false) }

// LatestSuccessful returns the newest run of a flow that has succeeded.
func (c *Client) LatestSuccessful(flow string) (*Run, error) { return c.latest(flow, true) }

func (c *Client) latest(flow string, successful bool) (*Run, error) {
	var found *wireObject
	err := c.call("latest", map[string]any{"flow": flow, "namespace": c.namespace, "successful": successful}, &found)
	if err == nil && found == nil {
		what := "no run"
		if successful {
			what = "no successful run"
		}
		err = &refusal{&wire.Fault{Kind: "not_found", Message: "the flow " + flow + " has " + what + " in the namespace " + c.describedNamespace()}}
	}
	if err != nil {
		return nil, err
	}
	return &Run{c.made(*found)}, nil
}

func (c *Client) describedNamespace() string {
	if c.namespace == "" {
		return "of everybody"
	}
	return c.namespace
}

func (c *Client) object(pathspec string, depth int) (Object, error) {
	if strings.Count(pathspec, "/") != depth-1 || strings.HasPrefix(pathspec, "/") || strings.HasSuffix(pathspec, "/") || pathspec == "" {
		example := strings.Join([]string{"Flow", "run", "step", "task"}[:depth], "/")
		return Object{}, &refusal{&wire.Fault{Kind: "invalid_pathspec", Message: "the pathspec " + pathspec + " is not of the form " + example}}
	}
	var found wireObject
	if err := c.call("object", map[string]any{"pathspec": pathspec, "namespace": c.namespace}, &found); err != nil {
		return Object{}, err
	}
	return c.made(found), nil
}
