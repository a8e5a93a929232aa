// Command waiting is a flow in Go with tasks that note that they run, and wait for a gate to open.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/flow"
)

// Waiting has a foreach of tasks that wait.
type Waiting struct {
	flow.Flow
	Folder string `param:"folder" help:"where tasks note that they run, and where the gate is"`
	Width  int    `param:"width" default:"6"`

	Items   []int
	Square  int
	Squares []int
}

// Start fans out.
func (w *Waiting) Start(ctx flow.Context) (flow.Next, error) {
	for i := range w.Width {
		w.Items = append(w.Items, i)
	}
	return flow.Foreach(w.Leaf, w.Items), nil
}

// Leaf waits, and never looks at its context: it ends only when it is killed, or the gate opens.
func (w *Waiting) Leaf(ctx flow.Context, item int) (flow.Next, error) {
	ran, err := os.OpenFile(filepath.Join(w.Folder, "ran"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return flow.Next{}, err
	}
	if err := os.WriteFile(filepath.Join(w.Folder, "pid"), []byte(strconv.Itoa(os.Getpid())), 0o666); err != nil {
		return flow.Next{}, err
	}
	fmt.Fprintln(ran, item)
	fmt.Println("leaf", item)
	if err := ran.Close(); err != nil {
		return flow.Next{}, err
	}
	for {
		if _, err := os.Stat(filepath.Join(w.Folder, "gate")); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.Square = item * item
	return flow.Join(w.Collect), nil
}

// Collect joins the leaves.
func (w *Waiting) Collect(ctx flow.Context, inputs []*Waiting) (flow.Next, error) {
	for _, in := range inputs {
		w.Squares = append(w.Squares, in.Square)
	}
	return flow.To(w.End), nil
}

// End prints what is left.
func (w *Waiting) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("squares", w.Squares)
	return flow.End(), nil
}

func main() { flow.Main(&Waiting{}) }
