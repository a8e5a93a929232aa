// Command environment is a flow whose steps say what they need around them.
package main

import (
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/flow"
)

// Surroundings is the twin of flow.py.
type Surroundings struct {
	flow.Flow
	Said, Unset string
}

// Start has variables.
func (t *Surroundings) Start(ctx flow.Context) (flow.Next, error) {
	t.Said = os.Getenv("GREETING") + " " + os.Getenv("WHO")
	return flow.To(t.Heavy), nil
}

// Heavy has not.
func (t *Surroundings) Heavy(ctx flow.Context) (flow.Next, error) {
	t.Unset = os.Getenv("GREETING")
	return flow.To(t.End), nil
}

// End prints.
func (t *Surroundings) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Said)
	return flow.End(), nil
}

func main() {
	flow.Main(&Surroundings{},
		flow.Step((*Surroundings).Start, flow.Environment{"GREETING": "hello", "WHO": "world"}),
		flow.Step((*Surroundings).Heavy, flow.Resources{CPU: 2, MemoryMB: 2000}))
}
