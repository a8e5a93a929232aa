package run

import (
	"context"
	"errors"

	"github.com/spindle-flow/spindle/engine/artifact"
)

// materialize reads a value from the run's store, or from where else it may lie.
func (r *runner) materialize(ctx context.Context, key artifact.Key, dir string) (artifact.Value, error) {
	v, err := r.cfg.Store.Materialize(ctx, r.flow, key, dir)
	if r.cfg.Elsewhere != nil && unusable(err) {
		return r.cfg.Elsewhere.Materialize(ctx, r.flow, key, dir)
	}
	return v, err
}

// small reads a small value from there.
func (r *runner) small(ctx context.Context, key artifact.Key) ([]byte, error) {
	b, err := r.cfg.Store.Small(ctx, r.flow, key)
	if r.cfg.Elsewhere != nil && unusable(err) {
		return r.cfg.Elsewhere.Small(ctx, r.flow, key)
	}
	return b, err
}

func unusable(err error) bool {
	return errors.Is(err, artifact.ErrMissing) || errors.Is(err, artifact.ErrCorrupt)
}
