// Command parameters is a flow with a parameter of every type.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// Shape is a parameter that is given as JSON.
type Shape struct {
	A []any           `json:"a"`
	B map[string]bool `json:"b"`
}

// Parameters is the twin of flow.py.
type Parameters struct {
	flow.Flow
	Text      string   `param:"text" help:"a text" required:"true"`
	Count     int      `param:"count" required:"true"`
	Ratio     float64  `param:"ratio" required:"true"`
	Flag      bool     `param:"flag" default:"false"`
	Shape     Shape    `param:"shape" required:"true"`
	Names     []string `param:"names" separator:","`
	Many      []int    `param:"many"`
	Empty     string   `param:"empty" default:"something"`
	Dashed    int      `param:"dash-ed" default:"0"`
	Missing   int      `param:"missing" default:"7"`
	ShapeList []string
	Truth     bool
	NameList  []string
	Longer    string
	Longers   []string
}

// Start reads them.
func (t *Parameters) Start(ctx flow.Context) (flow.Next, error) {
	for _, v := range t.Shape.A {
		t.ShapeList = append(t.ShapeList, fmt.Sprint(v))
	}
	t.Truth = t.Shape.B["c"]
	t.NameList = t.Names
	return flow.Foreach(t.Body, t.NameList), nil
}

// Body does something with a name.
func (t *Parameters) Body(ctx flow.Context, name string) (flow.Next, error) {
	t.Longer = name + "!"
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Parameters) Join(ctx flow.Context, inputs []*Parameters) (flow.Next, error) {
	for _, in := range inputs {
		t.Longers = append(t.Longers, in.Longer)
	}
	return flow.To(t.End), nil
}

// End prints.
func (t *Parameters) End(ctx flow.Context) (flow.Next, error) {
	fmt.Printf("count %d, ratio %g, flag %v, %d of many\n", t.Count, t.Ratio, t.Flag, len(t.Many))
	return flow.End(), nil
}

func main() { flow.Main(&Parameters{}) }
