package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/spin"
)

// Names of the spin store, as Metaflow has them.
const (
	spinFolder   = ".metaflow_spin"
	spinVariable = "METAFLOW_DATASTORE_SYSROOT_SPIN"
)

// OpenOrigins opens the store with the runs a spin can stand on. Where there is none yet it is the place where one would be; it is not made.
func (w *Workspace) OpenOrigins(user string) (*Stores, error) {
	root, _, err := w.root(Read)
	if errors.Is(err, artifact.ErrNoRoot) {
		root, err = filepath.Join(w.Dir, ".metaflow"), nil
	}
	if err != nil {
		return nil, err
	}
	return w.open(root, Read, user)
}

// OpenWritable opens the store of the runs for a new one.
func (w *Workspace) OpenWritable(origins *Stores, user string) (*Stores, error) {
	if err := os.MkdirAll(origins.Root, 0o777); err != nil {
		return nil, fmt.Errorf("make the store: %w", err)
	}
	return w.open(origins.Root, Write, user)
}

// OpenSpin opens the store of what is spun, beside that of the runs unless the environment says where. It is made when it is not there.
// Nothing in it is waited for to reach the disk: after a loss of power a step is spun again.
func (w *Workspace) OpenSpin(origins *Stores, user string) (*Stores, error) {
	s := w.LookSpin(origins, user)
	if err := os.MkdirAll(s.Root, 0o777); err != nil {
		return nil, fmt.Errorf("make the spin store: %w", err)
	}
	return s, nil
}

// LookSpin is OpenSpin for who only looks: nothing is made.
func (w *Workspace) LookSpin(origins *Stores, user string) *Stores {
	base := filepath.Dir(origins.Root)
	if dir := w.Env(spinVariable); dir != "" {
		base = w.Abs(dir)
	}
	root := filepath.Join(base, spinFolder)
	s := &Stores{Root: root, Group: disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})}
	s.Values = w.spinValues(s, "", "")
	s.Metadata = metadata.NewLocal(root, metadata.Options{Now: w.Now, User: user, Group: s.Group, Kind: "spin"})
	return s
}

// OfBench makes the values those of a workbench: new ones are kept in its own folder, or else, shared, where all readers of the store look for them.
// They are found in both.
func (w *Workspace) OfBench(s *Stores, place spin.Place, shared bool) {
	if shared {
		s.Values = w.spinValues(s, "", place.Values())
	} else {
		s.Values = w.spinValues(s, place.Values(), s.Root)
	}
}

func (w *Workspace) spinValues(s *Stores, values, also string) *artifact.Store {
	o := artifact.Options{Group: s.Group, Now: w.Now, Kind: "spin", Values: values}
	if also != "" {
		o.Also = []string{also}
	}
	return artifact.Open(s.Root, o)
}
