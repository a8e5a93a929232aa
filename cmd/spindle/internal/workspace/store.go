package workspace

import (
	"errors"
	"fmt"
	"os"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Mode is what a store is opened for.
type Mode int

// The modes: Read finds nothing where there is no store, Write makes one.
const (
	Read Mode = iota
	Write
)

// Stores is the local store: values and metadata.
type Stores struct {
	Root     string
	Created  bool // the root was made by opening it
	Group    *disk.Group
	Values   *artifact.Store
	Metadata metadata.Provider
}

// Open opens the store of these surroundings. user is recorded as the author of what is written; it may be empty for reading.
func (w *Workspace) Open(mode Mode, user string) (*Stores, error) {
	root, created, err := w.root(mode)
	if err != nil {
		return nil, err
	}
	s := w.open(root, mode, user)
	s.Created = created
	return s, nil
}

func (w *Workspace) open(root string, mode Mode, user string) *Stores {
	sync := disk.SyncFull
	if mode == Read {
		sync = disk.SyncNone
	}
	s := &Stores{Root: root, Group: disk.NewGroup(root, disk.Options{Sync: sync})}
	s.Values = artifact.Open(root, artifact.Options{Group: s.Group, Now: w.Now})
	s.Metadata = metadata.NewLocal(root, metadata.Options{Now: w.Now, User: user, Group: s.Group})
	return s
}

// Close ends the use of the store.
func (s *Stores) Close() error { return s.Group.Close() }

// RunExists says whether the store has a run, with an error that helps when not.
func (s *Stores) RunExists(flow, run string) error {
	if info, err := os.Stat(fmt.Sprintf("%s/%s/%s", s.Root, flow, run)); err == nil && info.IsDir() {
		return nil
	}
	return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("there is no run %s/%s in %s", flow, run, s.Root)},
		"`spindle runs %s` lists the runs there are", flow)
}

func (w *Workspace) root(mode Mode) (root string, created bool, err error) {
	if w.Top.DatastoreRoot != "" {
		return w.Abs(w.Top.DatastoreRoot), false, nil
	}
	root, created, err = artifact.FindLocalRoot(w.Env, w.Dir, mode == Write)
	if errors.Is(err, artifact.ErrNoRoot) {
		return "", false, fault.WithHint(err, "run a flow first, go to the folder where it was run, or set METAFLOW_DATASTORE_SYSROOT_LOCAL")
	}
	return root, created, err
}
