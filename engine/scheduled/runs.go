package scheduled

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spindle-flow/spindle/engine/history/stored"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
)

// RunRecord is what a run's first task leaves of the run for those who have no metadata service to ask: <run>/run.json in the run's folder.
type RunRecord struct {
	User       string   `json:"user"`
	Tags       []string `json:"tags"`
	SystemTags []string `json:"system_tags"`
	Start      string   `json:"start"`
	End        string   `json:"end"`
	Deployment string   `json:"deployment"` // the place of its document
	Execution  string   `json:"execution"`
}

func runPlace(root objects.Place, flow, run string) objects.Place {
	return RunFolder(root, flow, run).Join("run.json")
}

// record puts the run on record.
func (o *one) record(ctx context.Context) error {
	d := o.Deployment
	doc := RunRecord{
		User: d.User, Tags: d.Tags, SystemTags: o.keeper.Tags.System, Start: d.Start, End: d.End, Deployment: o.At.Deployment, Execution: o.At.Execution,
	}
	data, err := json.Marshal(doc)
	if err == nil {
		err = o.Objects.Put(ctx, runPlace(o.root, d.Flow, o.run), data, objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}})
	}
	if err != nil {
		return fmt.Errorf("put the run on record: %w", err)
	}
	return nil
}

// KnownRuns tells of the runs of deployments what their values' store alone does not show, for a reader who has no metadata service to ask. Of others it knows
// nothing.
func KnownRuns(c *objects.Client, root objects.Place) func(ctx context.Context, flow, run string) (stored.Known, error) {
	return func(ctx context.Context, flow, run string) (stored.Known, error) {
		r, err := ReadRun(ctx, c, root, flow, run)
		if r == nil || err != nil {
			return stored.Known{}, err
		}
		return stored.Known{User: r.User, Tags: metadata.Tags{User: r.Tags, System: r.SystemTags}, Start: r.Start, End: r.End}, nil
	}
}

// ReadRun is the record of a run; nil without an error for a run that no deployment made.
func ReadRun(ctx context.Context, c *objects.Client, root objects.Place, flow, run string) (*RunRecord, error) {
	data, _, err := c.Bytes(ctx, runPlace(root, flow, run))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var r RunRecord
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return nil, fmt.Errorf("record of run %s/%s: %w", flow, run, err)
	}
	return &r, nil
}
