package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/spin"
)

type gcOptions struct {
	remove bool
	grace  time.Duration
}

type gcJSON struct {
	Store   string       `json:"store"`
	Deleted bool         `json:"deleted"`
	Flows   []gcFlowJSON `json:"flows"`
}

type gcFlowJSON struct {
	Flow  string `json:"flow"`
	Blobs int    `json:"blobs"` // that can go, or went
	Bytes int64  `json:"bytes"`
	Kept  int    `json:"kept"`
	Young int    `json:"too_new"`
	// Of jobs on AWS Batch that are over: files that can go, or went, and their size.
	JobFiles int   `json:"job_files"`
	JobBytes int64 `json:"job_bytes"`
}

func newGC(a *app) *cobra.Command {
	o := gcOptions{grace: 2 * artifact.Fresh}
	cmd := &cobra.Command{
		Use: "gc [FLOW ...]", Short: "Find, and remove, stored values that no run has", GroupID: groupMore,
		Long: text(`Find stored values that no task of any run refers to: those of runs whose files were removed, and of tasks that were killed while they were
stored; and in S3 what ended jobs on AWS Batch have left beside their values. Nothing is removed without --delete. Flows are named; without a name all are looked at.
Runs may go on meanwhile. What was written, or found by a run, within --grace stays in any case. Only Spindle's runs say that they found a value:
while the real metaflow runs flows of this store, wait with --delete.`),
		Example: `  spindle gc
  spindle gc Demand --delete
  spindle gc --datastore s3 --grace 72h`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return a.gc(cmd.Context(), args, o) },
	}
	cmd.Flags().BoolVar(&o.remove, "delete", false, "remove what was found")
	cmd.Flags().DurationVar(&o.grace, "grace", o.grace, "leave alone what is younger than this `TIME`, e.g. 72h; more than 12h")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) gc(ctx context.Context, flows []string, o gcOptions) error {
	if o.grace <= artifact.Fresh {
		return fault.Usagef("--grace %s is too short: what is younger than %s may be about to be used by a run", o.grace, artifact.Fresh)
	}
	if err := a.ws.Prepare(); err != nil {
		return err
	}
	stores, err := a.ws.OpenExisting(workspace.Read)
	if err != nil {
		return err
	}
	defer stores.Close()
	if len(flows) == 0 {
		if flows, err = stores.Values.Flows(); err != nil {
			return err
		}
	}
	out := gcJSON{Store: stores.Values.Root(), Deleted: o.remove, Flows: []gcFlowJSON{}}
	for _, flow := range flows {
		found, err := collect(ctx, stores.Values, flow, o)
		if err != nil {
			return err
		}
		if found.JobFiles, found.JobBytes, err = a.collectJobs(ctx, stores, flow, o); err != nil {
			return err
		}
		out.Flows = append(out.Flows, found)
	}
	a.printGC(out)
	return nil
}

// collect finds the garbage of a flow, and removes it where that was asked for.
func collect(ctx context.Context, store *artifact.Store, flow string, o gcOptions) (gcFlowJSON, error) {
	g, err := store.FindGarbage(ctx, flow, o.grace)
	if err != nil {
		return gcFlowJSON{}, err
	}
	of := gcFlowJSON{Flow: flow, Blobs: len(g.Blobs), Bytes: g.Bytes(), Kept: g.Kept, Young: g.Young}
	if !o.remove {
		return of, nil
	}
	of.Blobs, of.Bytes, err = store.Remove(ctx, g)
	return of, err
}

func (a *app) printGC(out gcJSON) {
	if a.json {
		report.WriteJSON(a.io.Out, out)
		return
	}
	t := table.New("FLOW", "UNUSED", "SIZE", "USED", "TOO NEW TO TELL", "OF ENDED JOBS")
	blobs, size, files, ofJobs := 0, int64(0), 0, int64(0)
	for _, f := range out.Flows {
		t.Row(f.Flow, strconv.Itoa(f.Blobs), spin.SizeText(f.Bytes), strconv.Itoa(f.Kept), strconv.Itoa(f.Young), strconv.Itoa(f.JobFiles))
		blobs, size = blobs+f.Blobs, size+f.Bytes
		files, ofJobs = files+f.JobFiles, ofJobs+f.JobBytes
	}
	if a.io.OutTTY {
		fmt.Fprint(a.io.Out, t.Terminal(a.io.Size().Width, a.io.OutPalette().Bold))
	} else {
		fmt.Fprint(a.io.Out, t.Plain())
	}
	switch {
	case out.Deleted:
		a.say("%d values, %s, were removed from %s", blobs, spin.SizeText(size), out.Store)
	case blobs == 0:
		a.say("every value in %s is one of a run's, or too new to tell", out.Store)
	default:
		a.say("%d values, %s, of %s are no run's any more; nothing was removed: --delete does that", blobs, spin.SizeText(size), out.Store)
	}
	switch {
	case files > 0 && out.Deleted:
		a.say("%d files, %s, of jobs that have ended were removed", files, spin.SizeText(ofJobs))
	case files > 0:
		a.say("%d files, %s, are of jobs that have ended; --delete removes them, too", files, spin.SizeText(ofJobs))
	}
}
