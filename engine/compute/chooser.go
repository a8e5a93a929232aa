package compute

import (
	"context"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Chooser runs each task where its step belongs. It implements [Compute].
type Chooser struct {
	// Here runs all that is not sent elsewhere.
	Here Compute
	// There has the places of steps that do not run here. Parameters, and the attempts in which only a failure is handled, stay here in any case.
	There map[string]Compute
}

// Run implements [Compute].
func (c *Chooser) Run(ctx context.Context, spec Spec, h Handler) (Outcome, error) {
	return c.of(spec.Task).Run(ctx, spec, h)
}

func (c *Chooser) of(t *worker.Task) Compute {
	if there := c.There[t.Step]; there != nil && t.Kind == "step" && t.Attempt <= t.UserRetries {
		return there
	}
	return c.Here
}
