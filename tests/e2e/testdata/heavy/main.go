// Command heavy has twelve artifacts of 2 MB each that don't compress: the twin of heavy.py.
package main

import (
	"crypto/rand"
	"fmt"

	"github.com/spindle-flow/spindle/flow"
)

const size = 2 << 20

// Heavy is the flow.
type Heavy struct {
	flow.Flow
	Items []int
	Blob  flow.Lazy[[]byte]
	Size  int
	Sizes []int
}

// Start makes the items.
func (h *Heavy) Start(flow.Context) (flow.Next, error) {
	h.Items = make([]int, 12)
	return flow.Foreach(h.Body, h.Items), nil
}

// Body makes a blob.
func (h *Heavy) Body(flow.Context, int) (flow.Next, error) {
	blob := make([]byte, size)
	rand.Read(blob) // never fails
	h.Blob.Set(blob)
	h.Size = len(blob)
	return flow.Join(h.Join), nil
}

// Join collects.
func (h *Heavy) Join(_ flow.Context, inputs []*Heavy) (flow.Next, error) {
	for _, in := range inputs {
		h.Sizes = append(h.Sizes, in.Size)
	}
	return flow.To(h.End), nil
}

// End checks.
func (h *Heavy) End(flow.Context) (flow.Next, error) {
	if len(h.Sizes) != 12 || h.Sizes[11] != size {
		return flow.Next{}, fmt.Errorf("sizes %v", h.Sizes)
	}
	return flow.End(), nil
}

func main() { flow.Main(&Heavy{}) }
