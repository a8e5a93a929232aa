// Command goflow is the flow that docs/task-protocol.md asks for, in Go.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/spindle-flow/spindle/flow"
	"github.com/spindle-flow/spindle/flow/client"
)

// ConformanceFlow does what the suite needs.
type ConformanceFlow struct {
	flow.Flow
	Alpha int `param:"alpha" default:"3"`

	X     flow.Lazy[int]
	Items flow.Lazy[[]string]
	Y     Made
	Ys    []Made
	Read  int
	Found string
}

// Made is what a body makes.
type Made struct {
	Item     string
	X, Alpha int
}

// Start fans out.
func (c *ConformanceFlow) Start(flow.Context) (flow.Next, error) {
	items := []string{"a", "b"}
	c.X.Set(1)
	c.Items.Set(items)
	return flow.Foreach(c.Body, items), nil
}

// Body makes something of its item.
func (c *ConformanceFlow) Body(_ flow.Context, item string) (flow.Next, error) {
	x, err := c.X.Get()
	c.Y = Made{item, x, c.Alpha}
	return flow.Join(c.Join), err
}

// Join brings the branches together.
func (c *ConformanceFlow) Join(_ flow.Context, inputs []*ConformanceFlow) (flow.Next, error) {
	for _, in := range inputs {
		c.Ys = append(c.Ys, in.Y)
	}
	return flow.To(c.Act), flow.Merge(c, inputs, flow.Include("X"))
}

// Act does what it is told to.
func (c *ConformanceFlow) Act(ctx flow.Context) (flow.Next, error) {
	var err error
	switch os.Getenv("CONFORMANCE") {
	case "print":
		os.Stdout.WriteString("out \xff\n")
		fmt.Fprintln(os.Stderr, "err")
		fmt.Print("no newline")
	case "fail":
		err = errors.New("conformance failure")
	case "crash":
		os.Exit(9)
	case "hang":
		sleeper := exec.Command("sleep", "1000")
		sleeper.Stdout = os.Stdout
		err = sleeper.Start()
		fmt.Println("hanging")
		select {}
	case "read":
		c.Read, err = c.X.Get()
	case "client":
		err = c.find(ctx)
	}
	return flow.To(c.End), err
}

func (c *ConformanceFlow) find(ctx flow.Context) error {
	store, err := client.Open(ctx, client.AnyNamespace())
	if err != nil {
		return err
	}
	run, err := store.Run("ConformanceFlow/1")
	if err != nil {
		return err
	}
	c.Found = run.ID
	return store.Close()
}

// End prints what is left.
func (c *ConformanceFlow) End(flow.Context) (flow.Next, error) {
	x, err := c.X.Get()
	fmt.Println(x, c.Alpha)
	return flow.End(), err
}

func main() { flow.Main(&ConformanceFlow{}) }
