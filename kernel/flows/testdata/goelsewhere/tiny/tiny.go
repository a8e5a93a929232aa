// Package tiny has the flow.
package tiny

import "github.com/spindle-flow/spindle/flow"

// Tiny is the flow.
type Tiny struct{ flow.Flow }

// Start is all of it.
func (t *Tiny) Start(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }
