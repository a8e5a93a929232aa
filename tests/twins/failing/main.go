// Command failing is a flow that fails until its environment lets it go on.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/flow"
)

// Failing is the twin of flow.py.
type Failing struct {
	flow.Flow
	Table map[string][]int
	Begun bool
	Sum   int
}

// Start works.
func (t *Failing) Start(ctx flow.Context) (flow.Next, error) {
	t.Table = map[string][]int{"a": {1, 2}, "b": {}}
	return flow.To(t.Shaky), nil
}

// Shaky works where it may.
func (t *Failing) Shaky(ctx flow.Context) (flow.Next, error) {
	t.Begun = true
	if os.Getenv("TWIN_GO_ON") == "" {
		return flow.Next{}, errors.New("the moon is wrong")
	}
	for _, n := range t.Table["a"] {
		t.Sum += n
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Failing) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println("sum", t.Sum)
	return flow.End(), nil
}

func main() { flow.Main(&Failing{}) }
