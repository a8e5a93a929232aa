// Command panicking is a flow that panics until its environment lets it go on.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Panicking is the twin of flow.py.
type Panicking struct {
	flow.Flow
	Items   []string
	Doubled string
	All     []string
}

// Start fans out.
func (t *Panicking) Start(ctx flow.Context) (flow.Next, error) {
	t.Items = []string{"a", "b", "c"}
	return flow.Foreach(t.Body, t.Items), nil
}

// Body panics for one item.
func (t *Panicking) Body(ctx flow.Context, item string) (flow.Next, error) {
	if item == "c" && os.Getenv("TWIN_GO_ON") == "" {
		panic("not c")
	}
	t.Doubled = item + item
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Panicking) Join(ctx flow.Context, inputs []*Panicking) (flow.Next, error) {
	for _, in := range inputs {
		t.All = append(t.All, in.Doubled)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Panicking) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(strings.Join(t.All, "-"))
	return flow.End(), nil
}

func main() { flow.Main(&Panicking{}) }
