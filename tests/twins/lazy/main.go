// Command lazy is a flow whose large artifact is read where it is needed.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Lazily is the twin of flow.py.
type Lazily struct {
	flow.Flow
	Table flow.Lazy[[][]int]
	Note  flow.Lazy[string]
	Last  []int
}

// Start sets both.
func (t *Lazily) Start(ctx flow.Context) (flow.Next, error) {
	var table [][]int
	for n := range 50 {
		table = append(table, []int{n, n * n})
	}
	t.Table.Set(table)
	t.Note.Set("first")
	return flow.To(t.Middle), nil
}

// Middle replaces one without reading any.
func (t *Lazily) Middle(ctx flow.Context) (flow.Next, error) {
	t.Note.Set("second")
	return flow.To(t.End), nil
}

// End reads both.
func (t *Lazily) End(ctx flow.Context) (flow.Next, error) {
	table, err := t.Table.Get()
	if err != nil {
		return flow.Next{}, err
	}
	note, err := t.Note.Get()
	if err != nil {
		return flow.Next{}, err
	}
	t.Last = table[len(table)-1]
	fmt.Println(note, t.Last[1])
	return flow.End(), nil
}

func main() { flow.Main(&Lazily{}) }
