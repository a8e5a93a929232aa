package spin

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/run/machine"
)

// Entry is one spun task of a workbench.
type Entry struct {
	// Seq orders the spins: what was spun later may have been fed by what was spun before.
	Seq   int       `json:"seq"`
	At    time.Time `json:"at"`
	Took  float64   `json:"seconds"`
	Set   []string  `json:"set,omitempty"` // names that were overridden
	Fresh bool      `json:"fresh,omitempty"`

	Run        string               `json:"run"`
	Step       string               `json:"step"`
	Task       string               `json:"task"`
	Key        string               `json:"key"`
	Frames     []plain.ForeachFrame `json:"frames,omitempty"`
	Objects    artifact.Objects     `json:"objects"`
	Transition *machine.Transition  `json:"transition,omitempty"`
}

func (e *Entry) finished() *run.Finished {
	return &run.Finished{Run: e.Run, Step: e.Step, Task: e.Task, Key: e.Key, Frames: e.Frames, Objects: e.Objects, Transition: e.Transition}
}

// Bench is the workbench: an origin and what was spun on it.
type Bench struct {
	Version int    `json:"version"`
	Flow    string `json:"flow"`
	// Origin is the run below, empty where there is none and everything was spun.
	Origin     string            `json:"origin"`
	Parameters *Entry            `json:"parameters,omitempty"` // instead of an origin's
	Next       int               `json:"next"`                 // the next Seq
	Tasks      map[string]*Entry `json:"tasks"`                // by machine.Key
}

const benchVersion = 1

// Empty says whether nothing was spun.
func (b *Bench) Empty() bool { return len(b.Tasks) == 0 && b.Parameters == nil }

// Sorted are the tasks in the order they were spun.
func (b *Bench) Sorted() []*Entry {
	list := make([]*Entry, 0, len(b.Tasks))
	for _, e := range b.Tasks {
		list = append(list, e)
	}
	slices.SortFunc(list, func(x, y *Entry) int {
		if x.Seq != y.Seq {
			return x.Seq - y.Seq
		}
		return strings.Compare(x.Key, y.Key)
	})
	return list
}

// newBench is an empty workbench on an origin.
func newBench(flow, origin string) *Bench {
	return &Bench{Version: benchVersion, Flow: flow, Origin: origin, Next: 1, Tasks: map[string]*Entry{}}
}

// Place is where a workbench is kept: below the root of the spin store, for one flow, user and folder.
type Place struct {
	Root   string // of the spin store
	Flow   string
	User   string
	Folder string // of the flow's file
}

func (p Place) path() string {
	sum := sha1.Sum([]byte(p.User + "\x00" + p.Folder))
	return filepath.Join(p.Root, p.Flow, "_spindle", "workbench-"+hex.EncodeToString(sum[:6])+".json")
}

// Load reads the workbench; nil if there is none. One that another version wrote, or that is damaged, is an error that says how to be rid of it.
func (p Place) Load() (*Bench, error) {
	text, err := os.ReadFile(p.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the workbench: %w", err)
	}
	var b Bench
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("the workbench %q is damaged (%w); `spindle workbench reset` starts a new one", p.path(), err)
	}
	if b.Version != benchVersion {
		return nil, fmt.Errorf("the workbench %q is of version %d, this program knows %d; `spindle workbench reset` starts a new one", p.path(), b.Version, benchVersion)
	}
	if b.Tasks == nil {
		b.Tasks = map[string]*Entry{}
	}
	return &b, nil
}

// change replaces the workbench by what f makes of it, while no other process does. f gets nil where there is none, and returns nil to have none.
func (p Place) change(ctx context.Context, group *disk.Group, f func(*Bench) (*Bench, error)) error {
	if err := os.MkdirAll(filepath.Dir(p.path()), 0o777); err != nil {
		return fmt.Errorf("write the workbench: %w", err)
	}
	unlock, err := p.lock(ctx)
	if err != nil {
		return fmt.Errorf("lock the workbench: %w", err)
	}
	defer unlock()
	b, loadErr := p.Load()
	b, err = f(b)
	if err != nil {
		return err
	}
	if b == nil {
		if err := os.Remove(p.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the workbench: %w", err)
		}
		return nil
	}
	if loadErr != nil {
		return loadErr
	}
	text, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("write the workbench: %w", err)
	}
	if err := group.WriteFile(p.path(), append(text, '\n'), disk.Replace); err != nil {
		return fmt.Errorf("write the workbench: %w", err)
	}
	return nil
}

// lock waits until this process alone may change the workbench.
func (p Place) lock(ctx context.Context) (unlock func(), err error) {
	return flock(ctx, strings.TrimSuffix(p.path(), ".json")+".lock", unix.LOCK_EX)
}
