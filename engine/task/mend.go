package task

import (
	"context"
	"errors"
	"slices"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// ParametersRecords are those of the task that holds a run's parameters. It is not an attempt of a step: only who ran it and where is recorded, and where the
// graph starts and ends. Without that, the client takes a run whose steps have other names for unfinished.
func ParametersRecords(s metadata.Start, start, end string) []metadata.Record {
	records := slices.DeleteFunc(s.Records(), func(rec metadata.Record) bool {
		return slices.Contains([]string{"attempt", "origin-run-id", "ds-type", "ds-root", "code-package"}, rec.Field)
	})
	return append(records, metadata.GraphRecords(start, end)...)
}

// Mend records what is missing of a finished attempt whose engine was ended before it could. begin are the records of its beginning.
func (k *Keeper) Mend(ctx context.Context, t artifact.Task, attempt int, objects artifact.Objects, tags metadata.Tags, begin []metadata.Record) error {
	id := metadata.TaskID(t)
	there, err := k.Metadata.Metadata(ctx, id, metadata.Latest)
	if errors.Is(err, metadata.ErrNotFound) {
		err = k.Metadata.RegisterTask(ctx, id, tags)
	}
	if err != nil {
		return err
	}
	there = slices.DeleteFunc(there, func(r metadata.Record) bool {
		return !slices.Contains(r.Tags, metadata.AttemptTag(attempt)) && len(r.Tags) > 0
	})
	if err := k.MendArtifacts(ctx, t, attempt, objects, tags); err != nil {
		return err
	}
	missing := slices.DeleteFunc(append(slices.Clone(begin), metadata.DoneRecords(attempt)...), func(r metadata.Record) bool {
		return slices.ContainsFunc(there, func(o metadata.Record) bool { return o.Field == r.Field })
	})
	if len(missing) == 0 {
		return nil
	}
	return k.Metadata.AddMetadata(ctx, id, missing)
}

// MendArtifacts records those of an attempt that are not.
func (k *Keeper) MendArtifacts(ctx context.Context, t artifact.Task, attempt int, objects artifact.Objects, tags metadata.Tags) error {
	there, err := k.Metadata.Artifacts(ctx, metadata.TaskID(t), attempt)
	if err != nil && !errors.Is(err, metadata.ErrNotFound) {
		return err
	}
	known := map[string]bool{}
	for _, a := range there {
		known[a.Name] = true
	}
	return k.addArtifacts(ctx, t, attempt, objects, tags, known)
}
