package history

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// stepTables are the places of tasks, by step. Reading them costs some files per task, so they are kept: a finished task's place never
// changes.
type stepTables struct {
	mu     sync.Mutex
	tables map[string]*stepTable // guarded by mu; by root and pathspec of the step
	places int                   // guarded by mu: how many are kept, about
}

// maxPlaces bounds how many places are kept.
const maxPlaces = 200_000

// stepTable are the places of one step's tasks.
type stepTable struct {
	mu      sync.Mutex
	changed time.Time         // guarded by mu: of the step's folder when the tasks were listed, zero if it may have changed since
	listed  time.Time         // guarded by mu: when that was
	ids     []string          // guarded by mu
	places  map[string]*place // guarded by mu; by task
	// The indices hold what ids and places do; they are made anew whenever those change.
	byKey   map[string][]*place // guarded by mu
	byOuter map[string][]*place // guarded by mu
}

// settled is how old a change of a folder must be for a later one to have another time.
const settled = 2 * time.Second

// placesView is a stepTable as it was at one time: its indices are replaced, not changed.
type placesView struct {
	byKey, byOuter map[string][]*place
}

// places are the places of a step's tasks.
func (r *Reader) places(ctx context.Context, sc scope, flow, run, step string) (placesView, error) {
	tables := &r.shared.steps
	key := filepath.Join(sc.meta.Root(), flow, run, step)
	tables.mu.Lock()
	if tables.tables == nil || tables.places > maxPlaces {
		tables.tables, tables.places = map[string]*stepTable{}, 0
	}
	table := tables.tables[key]
	if table == nil {
		table = &stepTable{places: map[string]*place{}}
		tables.tables[key] = table
	}
	tables.mu.Unlock()

	table.mu.Lock()
	defer table.mu.Unlock()
	before := len(table.places)
	err := r.update(ctx, sc, table, metadata.TaskID{Flow: flow, Run: run, Step: step})
	tables.mu.Lock()
	tables.places += len(table.places) - before
	tables.mu.Unlock()
	return placesView{byKey: table.byKey, byOuter: table.byOuter}, err
}

// update reads the tasks that are new or had not finished. The caller holds the table.
func (r *Reader) update(ctx context.Context, sc scope, table *stepTable, step metadata.TaskID) error {
	if err := r.list(ctx, sc, table, step); err != nil {
		return err
	}
	var open []string
	for _, id := range table.ids {
		if p := table.places[id]; p == nil || !p.final {
			open = append(open, id)
		}
	}
	if len(open) == 0 && table.byKey != nil {
		return nil
	}
	found := make([]*place, len(open))
	err := each(len(open), func(i int) (err error) {
		if err = ctx.Err(); err == nil {
			t := step
			t.Task = open[i]
			found[i], err = r.placeOf(ctx, sc, t)
		}
		return err
	})
	if err != nil {
		return err
	}
	places := make(map[string]*place, len(table.ids))
	for i, id := range open {
		places[id] = found[i]
	}
	table.byKey, table.byOuter = map[string][]*place{}, map[string][]*place{}
	for _, id := range table.ids {
		if places[id] == nil {
			places[id] = table.places[id]
		}
		p := places[id]
		table.byKey[p.key()] = append(table.byKey[p.key()], p)
		if outer, ok := p.outer(); ok {
			table.byOuter[outer] = append(table.byOuter[outer], p)
		}
	}
	table.places = places
	return nil
}

// list lists the step's tasks unless its folder is as it was.
func (r *Reader) list(ctx context.Context, sc scope, table *stepTable, step metadata.TaskID) error {
	info, statErr := os.Stat(filepath.Join(sc.meta.Root(), step.Flow, step.Run, step.Step))
	if statErr == nil && !table.changed.IsZero() && info.ModTime().Equal(table.changed) {
		return nil
	}
	if sc.afar() && r.opts.Now().Sub(table.listed) < settled { // nobody says whether there are more; asking for each of many tasks takes long
		return nil
	}
	tasks, err := sc.meta.Tasks(ctx, step.Flow, step.Run, step.Step)
	if err != nil {
		return ignoreNotFound(err)
	}
	oldestFirst(tasks)
	table.ids = table.ids[:0]
	for _, o := range tasks {
		table.ids = append(table.ids, o.Task)
	}
	table.byKey = nil
	table.changed, table.listed = time.Time{}, r.opts.Now()
	if statErr == nil && r.opts.Now().Sub(info.ModTime()) > settled {
		table.changed = info.ModTime()
	}
	return nil
}
