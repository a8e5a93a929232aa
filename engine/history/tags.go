package history

import (
	"context"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// Tags are the tags of a run.
func (r *Reader) Tags(ctx context.Context, flow, run string) (metadata.Tags, error) {
	o, err := r.scope().meta.Run(ctx, flow, run)
	return o.Tags, classify(err)
}

// ChangeTags removes, then adds user tags of a run, as one change, and returns the tags it then has.
func (r *Reader) ChangeTags(ctx context.Context, flow, run string, add, remove []string) (metadata.Tags, error) {
	tags, err := r.scope().meta.MutateTags(ctx, flow, run, add, remove)
	return tags, classify(err)
}
