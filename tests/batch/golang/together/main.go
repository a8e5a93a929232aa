// Command together is a flow in Go with a step of several nodes that find each other over the network, the second time.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Together has a gang.
type Together struct {
	flow.Flow
	Port  int `param:"port"`
	Fails int `param:"fails"`

	Node    int
	Nodes   int
	Control string
	Job     string
	Heard   []int
	Seen    [][2]int
	Jobs    []string
}

// Start opens the gang.
func (g *Together) Start(ctx flow.Context) (flow.Next, error) { return flow.Gang(g.Train, 3), nil }

// Train is run by each node.
func (g *Together) Train(ctx flow.Context) (flow.Next, error) {
	p := ctx.Parallel
	g.Node, g.Nodes, g.Control, g.Job = p.Index, p.Nodes, p.ControlTaskID, os.Getenv("AWS_BATCH_JOB_ID")
	if ctx.RetryCount == 0 && p.Index == g.Fails {
		return flow.Next{}, fmt.Errorf("node %d fails", p.Index)
	}
	if ctx.RetryCount > 0 {
		meet := tell
		if p.Index == 0 {
			meet = g.listen
		}
		if err := meet(ctx, net.JoinHostPort(p.MainIP, strconv.Itoa(g.Port)), p); err != nil {
			return flow.Next{}, err
		}
	}
	fmt.Println("node", p.Index, "of", p.Nodes, "at", p.MainIP)
	return flow.Join(g.Combine), nil
}

// listen is the main node's part: it hears of all others.
func (g *Together) listen(ctx flow.Context, _ string, p *flow.Parallel) error {
	l, err := net.Listen("tcp", ":"+strconv.Itoa(g.Port))
	if err != nil {
		return err
	}
	defer l.Close()
	for range p.Nodes - 1 {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		var node int
		if _, err := fmt.Fscanln(c, &node); err != nil {
			return err
		}
		g.Heard = append(g.Heard, node)
		_ = c.Close() // all that it says was read
	}
	slices.Sort(g.Heard)
	return nil
}

// tell is another node's part. The main one may still be on its way.
func tell(ctx flow.Context, main string, p *flow.Parallel) error {
	for {
		c, err := net.Dial("tcp", main)
		if errors.Is(err, syscall.ECONNREFUSED) && ctx.Err() == nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = fmt.Fprintln(c, p.Index)
		return err
	}
}

// Combine joins the nodes.
func (g *Together) Combine(ctx flow.Context, inputs []*Together) (flow.Next, error) {
	for _, in := range inputs {
		g.Seen, g.Jobs = append(g.Seen, [2]int{in.Node, in.Nodes}), append(g.Jobs, in.Job)
	}
	slices.Sort(g.Jobs)
	g.Heard = inputs[0].Heard
	return flow.To(g.End), nil
}

// End prints what is left.
func (g *Together) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("heard", g.Heard, "seen", g.Seen)
	return flow.End(), nil
}

func main() {
	flow.Main(&Together{}, flow.Step((*Together).Train, flow.Retry{Times: 1}, flow.Batch{CPU: 1}))
}
