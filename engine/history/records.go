package history

import (
	"context"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// maxOrigins is how many runs back a copied task is followed: a run may resume one that resumed another.
const maxOrigins = 32

// Records are a task's records, oldest first: of all attempts for metadata.Latest, else of one. A task copied from another run has after them
// the latest of each record that only its original has; an original that is gone adds nothing.
func (r *Reader) Records(ctx context.Context, t metadata.TaskID, attempt int) ([]metadata.Record, error) {
	records, err := r.records(ctx, r.scope(), t, attempt)
	return records, classify(err)
}

func (r *Reader) records(ctx context.Context, sc scope, t metadata.TaskID, attempt int) ([]metadata.Record, error) {
	if _, err := sc.meta.Task(ctx, t); err != nil {
		return nil, err
	}
	all, err := sc.meta.Metadata(ctx, t, attempt)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	from, seen := origin(t, all), map[metadata.TaskID]bool{t: true}
	for len(seen) <= maxOrigins && from != (metadata.TaskID{}) && !seen[from] {
		for _, rec := range all {
			names[rec.Field] = true
		}
		seen[from] = true
		theirs, err := sc.meta.Metadata(ctx, from, metadata.Latest)
		if err != nil {
			return all, ignoreNotFound(err)
		}
		all = append(all, lacking(theirs, names)...)
		from = origin(from, theirs)
	}
	return all, nil
}

// origin is the task that t was copied from, empty if it was not.
func origin(t metadata.TaskID, records []metadata.Record) metadata.TaskID {
	values := map[string]string{}
	for _, rec := range records {
		values[rec.Field] = rec.Value
	}
	run, task := values["origin-run-id"], values["origin-task-id"]
	if run == "" || run == "None" || task == "" {
		return metadata.TaskID{}
	}
	return metadata.TaskID{Flow: t.Flow, Run: run, Step: t.Step, Task: task}
}

// lacking is the latest of each record whose name is not among names.
func lacking(records []metadata.Record, names map[string]bool) []metadata.Record {
	last := map[string]int{}
	for i, rec := range records {
		last[rec.Field] = i
	}
	var out []metadata.Record
	for i, rec := range records {
		if last[rec.Field] == i && !names[rec.Field] {
			out = append(out, rec)
		}
	}
	return out
}
