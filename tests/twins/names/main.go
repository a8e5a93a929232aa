// Command names is a flow whose names are not simply made small.
package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

// HTTPNames is the twin of flow.py.
type HTTPNames struct {
	flow.Flow
	MaxSize   int `param:"max-size" default:"3"`
	RunIDSeen string
	V2Model   int
	HTMLPage  string
	Given     string `artifact:"other_name"`
	X1        int
	UserIDs   []int `artifact:"user_ids"`
	Scratch   []int `artifact:"-"`
}

// Start sets most of them.
func (t *HTTPNames) Start(ctx flow.Context) (flow.Next, error) {
	t.RunIDSeen = "x"
	t.V2Model = 2
	t.HTMLPage = "<p>"
	t.Given = "by hand"
	t.Scratch = []int{1, 2, 3}
	return flow.To(t.HTTPServer), nil
}

// HTTPServer is http_server.
func (t *HTTPNames) HTTPServer(ctx flow.Context) (flow.Next, error) {
	t.X1 = t.V2Model + len(t.Scratch)
	return flow.To(t.LoadCSVFile), nil
}

// LoadCSVFile is load_csv_file.
func (t *HTTPNames) LoadCSVFile(ctx flow.Context) (flow.Next, error) {
	t.UserIDs = []int{t.MaxSize}
	return flow.To(t.End), nil
}

// End prints.
func (t *HTTPNames) End(ctx flow.Context) (flow.Next, error) {
	fmt.Println(t.Given)
	return flow.End(), nil
}

func main() { flow.Main(&HTTPNames{}) }
