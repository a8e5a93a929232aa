package flows

import (
	"context"
	"encoding/json"

	"github.com/spindle-flow/spindle/kernel/cells"
)

// Answer answers questions about what flows add to a cell; others are nil.
func (r *Runner) Answer(ctx context.Context, q cells.Question) (json.RawMessage, error) {
	return nil, nil
}
