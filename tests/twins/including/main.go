// Command including is a flow that takes a file along.
package main

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/flow"
)

// Including is the twin of flow.py.
type Including struct {
	flow.Flow
	Words  flow.File `param:"words" default:"words.txt" help:"one word per line"`
	Lines  []string
	Upper  string
	Size   int
	Uppers []string
	Sizes  []int
}

// Start reads the file.
func (t *Including) Start(ctx flow.Context) (flow.Next, error) {
	text, err := t.Words.Text()
	if err != nil {
		return flow.Next{}, err
	}
	t.Lines = strings.Fields(text)
	return flow.Foreach(t.Line, t.Lines), nil
}

// Line reads it again.
func (t *Including) Line(ctx flow.Context, word string) (flow.Next, error) {
	t.Upper = strings.ToUpper(word)
	bytes, err := t.Words.Bytes()
	if err != nil {
		return flow.Next{}, err
	}
	t.Size = len(bytes)
	return flow.Join(t.Join), nil
}

// Join collects.
func (t *Including) Join(ctx flow.Context, inputs []*Including) (flow.Next, error) {
	for _, in := range inputs {
		t.Uppers = append(t.Uppers, in.Upper)
		t.Sizes = append(t.Sizes, in.Size)
	}
	return flow.To(t.End), nil
}

// End prints the first word.
func (t *Including) End(ctx flow.Context) (flow.Next, error) {
	text, err := t.Words.Text()
	if err != nil {
		return flow.Next{}, err
	}
	fmt.Println(strings.Split(text, "\n")[0])
	return flow.End(), nil
}

func main() { flow.Main(&Including{}) }
