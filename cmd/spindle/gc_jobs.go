package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/run"
)

// collectJobs finds what ended jobs of a flow have left in S3, and removes it where that was asked for.
func (a *app) collectJobs(ctx context.Context, stores *workspace.Stores, flow string, o gcOptions) (files int, bytes int64, err error) {
	if stores.Values.Kind() != "s3" {
		return 0, 0, nil
	}
	client, err := a.ws.Objects()
	if err != nil {
		return 0, 0, err
	}
	root, err := objects.Parse(stores.Values.Root())
	if err != nil {
		return 0, 0, err
	}
	root.Key = strings.Trim(root.Key, "/")
	now := a.ws.Now()
	found, err := remote.FindLeftover(ctx, client, root, flow, remote.Judge{
		Before: now.Add(-o.grace), Now: now,
		Ended: func(id string) bool { return endedHere(stores.Root, flow, id) },
		Done: func(t remote.Attempt) (bool, error) {
			_, err := stores.Values.LatestDone(artifact.Task{Flow: t.Flow, Run: t.Run, Step: t.Step, Task: t.Task})
			if errors.Is(err, artifact.ErrUnfinished) {
				return false, nil
			}
			return err == nil, err
		},
		Kept: func(id string) (bool, error) {
			steps, err := stores.Values.Steps(flow, id)
			return len(steps) > 0, err
		},
	})
	if err == nil && o.remove {
		err = found.Remove(ctx, client)
	}
	if err != nil {
		return 0, 0, workspace.WithRemedy(err)
	}
	return len(found.Places), found.Bytes, nil
}

// endedHere says whether a run was started on this machine, has ended, and has no job on record that has not.
func endedHere(folder, flow, id string) bool {
	text, err := os.ReadFile(run.StateFile(folder, flow, id))
	var st run.State
	if err != nil || json.Unmarshal(text, &st) != nil || st.State == run.StateRunning {
		return false
	}
	open, err := batch.OpenJobs(batch.JournalFile(folder, flow, id))
	return err == nil && len(open) == 0
}
