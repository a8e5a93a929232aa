package scheduled

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
)

// InlineItems is how many indexes a [Left] lists; those of more are at [ItemsPlace] only.
const InlineItems = 1000

// Left is what a finished foreach or switch task leaves for the scheduler. Other tasks leave nothing there.
type Left struct {
	// Splits is the number of items of a foreach, Items their indexes where they are at most [InlineItems].
	Splits int   `json:"splits,omitempty"`
	Items  []int `json:"items,omitempty"`
	// Next is the step that a switch has chosen.
	Next string `json:"next,omitempty"`
}

// leave tells the scheduler how it goes on.
func (o *one) leave(ctx context.Context, table artifact.Objects) error {
	var left Left
	switch {
	case o.step.Node.Foreach != "":
		n, err := value[int64](ctx, o, table, "_foreach_num_splits")
		if err != nil {
			return err
		}
		items := make([]int, n)
		for i := range items {
			items[i] = i
		}
		if err := o.tell(ctx, ItemsPlace(o.root, o.Deployment.Flow, o.run, o.step.Name, o.At.TaskID()), items); err != nil {
			return err
		}
		if left.Splits = int(n); n <= InlineItems {
			left.Items = items
		}
	case o.step.isSwitch():
		next, err := o.next(ctx, table)
		if err != nil {
			return err
		}
		if len(next) != 1 {
			return fmt.Errorf("switch %s has chosen %d steps", o.key(), len(next))
		}
		left.Next = next[0]
	default:
		return nil
	}
	return o.tell(ctx, LeftPlace(o.root, o.Deployment.Flow, o.run, o.step.Name, o.At.TaskID()), left)
}

// tell writes a document.
func (o *one) tell(ctx context.Context, place objects.Place, doc any) error {
	data, err := json.Marshal(doc)
	if err == nil {
		err = o.Objects.Put(ctx, place, data, objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}})
	}
	if err != nil {
		return fmt.Errorf("tell the scheduler how it goes on: %w", err)
	}
	return nil
}

// gaveUp is what is on record of a task that must not be tried again, whatever its step's retries.
type gaveUp struct {
	Attempt int    `json:"attempt"`
	Reason  string `json:"reason"`
}

func (o *one) gaveUpPlace() objects.Place {
	return RunFolder(o.root, o.Deployment.Flow, o.run).Join(o.step.Name + "/" + o.At.TaskID() + ".failed.json")
}

// giveUp puts on record that another attempt would end no better: the scheduler does not know, and will start it.
func (o *one) giveUp(ctx context.Context, number int, reason string) error {
	return o.tell(ctx, o.gaveUpPlace(), gaveUp{Attempt: number, Reason: reason})
}

// failedForGood is what is on record of an attempt after which there must not be another, nil if nothing is.
func (o *one) failedForGood(ctx context.Context, last int) (*gaveUp, error) {
	if last < 0 {
		return nil, nil
	}
	data, _, err := o.Objects.Bytes(ctx, o.gaveUpPlace())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var g gaveUp
	if err := json.Unmarshal(bytes.TrimSpace(data), &g); err != nil {
		return nil, fmt.Errorf("%q: %w", o.gaveUpPlace().String(), err)
	}
	return &g, nil
}

// mend tells the service what it was not told of an attempt that has succeeded.
func (o *one) mend(ctx context.Context, number int, table artifact.Objects, l *lineage) error {
	begin := append(o.start(number, l).Records(), o.records(number)...)
	begin = append(begin, metadata.EndRecords(number, true)...)
	return o.keeper.Mend(ctx, o.key(), number, table, o.keeper.Tags, begin)
}
