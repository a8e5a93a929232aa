package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Mode is what a store is opened for.
type Mode int

// The modes: Read finds nothing where there is no store, Write makes one, and Serve is for whoever may never ask for anything: nothing is looked at
// before.
const (
	Read Mode = iota
	Write
	Serve
)

// Stores are values and metadata. Values may be in S3, metadata in a service.
type Stores struct {
	Root     string // of the values and the metadata that are kept here, and of what belongs to this machine
	Created  bool   // the root was made by opening it
	Group    *disk.Group
	Values   *artifact.Store
	Metadata metadata.Provider

	ws *Workspace
}

// Open opens the store of these surroundings. user is recorded as the author of what is written; it may be empty for reading.
func (w *Workspace) Open(mode Mode, user string) (*Stores, error) {
	root, created, err := w.root(mode)
	if err != nil {
		return nil, err
	}
	s, err := w.open(root, mode, user)
	if err != nil {
		return nil, err
	}
	s.Created = created
	return s, nil
}

func (w *Workspace) open(root string, mode Mode, user string) (*Stores, error) {
	sync := disk.SyncFull
	if mode == Read {
		sync = disk.SyncNone
	}
	s := &Stores{ws: w, Root: root, Group: disk.NewGroup(root, disk.Options{Sync: sync})}
	s.Metadata = metadata.NewLocal(root, metadata.Options{Now: w.Now, User: user, Group: s.Group})
	if w.serviced() {
		if err := s.inService(user); err != nil {
			return nil, errors.Join(err, s.Group.Close())
		}
	}
	if !w.remote() {
		s.Values = artifact.Open(root, artifact.Options{Group: s.Group, Now: w.Now, Trust: time.Second})
		return s, nil
	}
	var err error
	if s.Values, err = w.openValues(root, mode, s.Group); err != nil {
		return nil, errors.Join(err, s.Group.Close())
	}
	return s, nil
}

// Close ends the use of the store. What was written and not committed is still waited for.
func (s *Stores) Close() error {
	err := errors.Join(s.Values.Flush(context.Background()), s.Group.Close())
	if c, ok := s.Metadata.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Env are the variables with which a process finds the same store.
func (s *Stores) Env() []string {
	var env []string
	if kind := s.ws.Top.Metadata; kind != "" {
		env = []string{"METAFLOW_METADATA=" + kind, "METAFLOW_DEFAULT_METADATA=" + kind}
	}
	if !s.Values.Remote() {
		return append(env, "METAFLOW_DATASTORE_ROOT="+s.Root)
	}
	return append(env,
		"METAFLOW_DATASTORE=s3", "METAFLOW_DATASTORE_ROOT="+s.Values.Root(), artifact.RootVariable+"="+filepath.Dir(s.Root),
	)
}

// FindRun makes Values the store that has the values of a run. Where there is no such run, the error helps.
func (s *Stores) FindRun(ctx context.Context, flow, run string) error {
	if s.ws.serviced() {
		return s.findInService(ctx, flow, run)
	}
	if info, err := os.Stat(fmt.Sprintf("%s/%s/%s", s.Root, flow, run)); err == nil && info.IsDir() {
		s.Values = s.History(s.ws, "").Store(ctx, flow, run)
		return nil
	}
	if steps, err := s.Values.Steps(flow, run); err != nil || len(steps) > 0 {
		return err
	}
	return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("there is no run %s/%s in %s", flow, run, s.Values.Root())},
		"`spindle runs %s` lists the runs there are", flow)
}

func (w *Workspace) root(mode Mode) (root string, created bool, err error) {
	if w.Top.DatastoreRoot != "" && !w.remote() {
		return w.Abs(w.Top.DatastoreRoot), false, nil
	}
	root, created, err = artifact.FindLocalRoot(w.Env, w.Dir, mode == Write)
	if errors.Is(err, artifact.ErrNoRoot) && (w.serviced() || w.remote()) {
		return filepath.Join(w.Dir, ".metaflow"), false, nil // the service or the datastore knows runs of which nothing is here
	}
	if errors.Is(err, artifact.ErrNoRoot) {
		return "", false, fault.WithHint(err, "run a flow first, go to the folder where it was run, or set METAFLOW_DATASTORE_SYSROOT_LOCAL")
	}
	return root, created, err
}
