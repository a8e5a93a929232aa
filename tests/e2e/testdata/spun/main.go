// Command spun is a small flow to be spun and killed: the twin of spun.py.
package main

import (
	"crypto/rand"
	"fmt"
	"os/exec"

	"github.com/spindle-flow/spindle/flow"
)

// Value is what a body leaves.
type Value struct{ Item, Square int }

// Spun is the flow. Its values differ in each task, and each body has a process of its own running.
type Spun struct {
	flow.Flow
	Items   []int
	Value   Value
	Noise   []byte
	Squares []int
	Total   int
}

// Start makes the items.
func (s *Spun) Start(flow.Context) (flow.Next, error) {
	s.Items = []int{0, 1, 2, 3}
	return flow.Foreach(s.Body, s.Items), nil
}

// Body squares one while its child sleeps. The child is not tied to the context: only the engine can end it when this process can't.
func (s *Spun) Body(_ flow.Context, item int) (flow.Next, error) {
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		return flow.Next{}, err
	}
	s.Value = Value{Item: item, Square: item * item}
	s.Noise = make([]byte, 200_000)
	rand.Read(s.Noise) // never fails
	if err := child.Process.Kill(); err != nil {
		return flow.Next{}, err
	}
	_ = child.Wait() // it was killed
	return flow.Join(s.Join), nil
}

// Join collects.
func (s *Spun) Join(_ flow.Context, inputs []*Spun) (flow.Next, error) {
	for _, in := range inputs {
		s.Squares = append(s.Squares, in.Value.Square)
		s.Noise = append(s.Noise, in.Noise...)
	}
	return flow.To(s.End), nil
}

// End sums up.
func (s *Spun) End(flow.Context) (flow.Next, error) {
	if len(s.Noise) != 800_000 {
		return flow.Next{}, fmt.Errorf("%d bytes of noise", len(s.Noise))
	}
	for _, square := range s.Squares {
		s.Total += square
	}
	return flow.End(), nil
}

func main() { flow.Main(&Spun{}) }
