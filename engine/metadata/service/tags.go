package service

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// tagTries is how often a change of tags is tried that others keep overtaking.
const tagTries = 10

// MutateTags implements [metadata.Provider]. The service makes the change as one, or says that another came between.
func (s *Service) MutateTags(ctx context.Context, flow, run string, add, remove []string) (metadata.Tags, error) {
	name := flow + "/" + run
	if err := metadata.CheckNames(flow, run); err != nil {
		return metadata.Tags{}, fmt.Errorf("%s: %w: %w", name, metadata.ErrNotFound, err)
	}
	if err := metadata.CheckChange(add, remove); err != nil {
		return metadata.Tags{}, err
	}
	if err := s.need(ctx, "2.3.0", "change the tags of "+name); err != nil {
		return metadata.Tags{}, err
	}
	k := call{op: "change the tags of " + name, method: "PATCH", path: path(flow, run) + "/tag/mutate"}
	k.body = map[string][]string{"tags_to_add": list(add), "tags_to_remove": list(remove)}
	if err := s.mutate(ctx, k); err != nil {
		return metadata.Tags{}, named(err, []string{flow, run})
	}
	o, err := s.Run(ctx, flow, run)
	return o.Tags, err
}

// mutate makes the call until it is carried out, refused, or was overtaken too often. To make it once more does no harm.
func (s *Service) mutate(ctx context.Context, k call) error {
	overtaken := false
	for try := 1; ; try++ {
		_, err := s.client.once(ctx, k)
		var e *Error
		if !errors.As(err, &e) {
			return err
		}
		switch {
		case e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity:
			return &metadata.TagError{Reason: "the metadata service refuses the change: " + e.Detail}
		case e.Kind == NotFound || e.Kind == Denied || e.Kind == Strange:
			return e
		}
		overtaken = overtaken || e.Status == statusConflict
		if try >= tagTries || e.Kind == Unreachable && try >= s.opts.Tries {
			if overtaken {
				return fmt.Errorf("%s: %w", k.op, metadata.ErrConflict)
			}
			e.Tries = try
			return e
		}
		wait := 0.3 * math.Pow(1.4+0.2*s.opts.Random(), float64(try)) * float64(s.opts.Base)
		if err := s.opts.Sleep(ctx, time.Duration(wait)); err != nil {
			return err
		}
	}
}
