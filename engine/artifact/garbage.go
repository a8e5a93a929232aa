package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stored is a blob as it lies in the store.
type Stored struct {
	Key     Key
	Size    int64 // as stored
	Written time.Time
}

// Garbage are the blobs of one flow that nothing refers to.
type Garbage struct {
	Flow  string
	Blobs []Stored
	// Kept is how many blobs are referred to, Young how many are not but are too new to tell: a task may be about to refer to them.
	Kept, Young int

	before time.Time
}

// Bytes is the size of the garbage as stored.
func (g *Garbage) Bytes() (total int64) {
	for _, b := range g.Blobs {
		total += b.Size
	}
	return total
}

// FindGarbage finds the blobs of a flow that no task's table and no code package refers to, and that were neither written nor found by a writer for longer
// than grace, which must be more than [Fresh]. The blobs are listed before the tables are read, so that what runs write meanwhile is kept. A table that cannot
// be read is an error: nobody knows what it refers to.
func (s *Store) FindGarbage(ctx context.Context, flow string, grace time.Duration) (*Garbage, error) {
	if grace <= Fresh {
		return nil, fmt.Errorf("blobs younger than %s may be about to be used: look for older ones", Fresh)
	}
	g := &Garbage{Flow: flow, before: s.now().Add(-grace)}
	if _, err := nameOf(flow); err != nil {
		return nil, fmt.Errorf("find garbage: %w", err)
	}
	blobs, err := s.blobs.list(ctx, flow)
	if err != nil {
		return nil, fmt.Errorf("find garbage of %q: %w", flow, err)
	}
	used, err := s.used(ctx, flow)
	if err != nil {
		return nil, fmt.Errorf("find garbage of %q: %w", flow, err)
	}
	for _, b := range blobs {
		switch {
		case used[b.Key]:
			g.Kept++
		case b.Written.After(g.before):
			g.Young++
		default:
			g.Blobs = append(g.Blobs, b)
		}
	}
	slices.SortFunc(g.Blobs, func(a, b Stored) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return g, nil
}

// Remove removes garbage that still is. What a writer has found meanwhile stays. It says how much went.
func (s *Store) Remove(ctx context.Context, g *Garbage) (blobs int, size int64, err error) {
	gone, err := s.blobs.remove(ctx, g.Flow, g.Blobs, g.before)
	for _, b := range gone {
		size += b.Size
	}
	if err != nil {
		err = fmt.Errorf("remove garbage of %q: %w", g.Flow, err)
	}
	return len(gone), size, err
}

// keyPattern finds keys in the files that refer to blobs, whatever wrote them.
var keyPattern = regexp.MustCompile(`\b[0-9a-f]{40}\b`)

// jobName is the file of a remote task (engine/compute/remote). It names the code package, whose record may be on another machine.
const jobName = "job.json"

// deployments is the folder of what deployed flows' tasks share (engine/scheduled). A document there names the code package as a job does, before there is a run.
const deployments = "/_spindle/deployments/"

// namesPackage says whether a file is of one of these kinds.
func namesPackage(name string) bool {
	return path.Base(name) == jobName || strings.Contains(name, deployments) && strings.HasSuffix(name, ".json")
}

// packageOf is the key of a job's or a deployment's code package, empty where it has none.
func packageOf(job []byte) Key {
	var doc struct {
		Package struct {
			Place string `json:"place"`
		} `json:"package"`
	}
	if err := json.Unmarshal(job, &doc); err != nil {
		return "" // no job of ours
	}
	return Key(path.Base(doc.Package.Place))
}

// refers says whether a file of a run can refer to blobs.
func refers(name string) bool {
	base := path.Base(name)
	if namesPackage(name) {
		return true
	}
	for _, suffix := range []string{"." + dataName, ".task_begin", ".local_metadata"} {
		if strings.HasSuffix(base, suffix) {
			return true
		}
	}
	return strings.HasPrefix(base, "sysmeta_code-package") || strings.HasPrefix(base, "workbench-") && strings.HasSuffix(base, ".json")
}

// used are the keys that files of the flow's runs refer to.
func (s *Store) used(ctx context.Context, flow string) (map[Key]bool, error) {
	var mu sync.Mutex
	used := map[Key]bool{}
	note := func(name string, text []byte) error {
		if strings.HasSuffix(name, "."+dataName) {
			if _, err := parseData(text); err != nil {
				return &CorruptError{Flow: flow, Path: name, Reason: err.Error()}
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if namesPackage(name) { // its inputs are those of a run, or of none any more
			used[packageOf(text)] = true
			return nil
		}
		for _, key := range keyPattern.FindAll(text, -1) {
			used[Key(key)] = true
		}
		return nil
	}
	err := s.files.each(ctx, flow, refers, note)
	if s.notes != s.files {
		err = errors.Join(err, s.notes.each(ctx, flow, refers, note))
	}
	return used, err
}
