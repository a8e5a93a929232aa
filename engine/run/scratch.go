package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/compute/scratch"
)

// folders are where a run's tasks put their values on the way to the store.
type folders struct {
	fast  *scratch.Dir // in memory where possible, with a folder per attempt
	spill *scratch.Dir // on the store's disk, for all tasks: they name what they put there after themselves
}

// openFolders makes the folders and removes what killed engines left.
func openFolders(base, storeRoot string) (*folders, error) {
	if base == "" {
		base = scratch.Base(os.TempDir(), scratch.Shared)
	}
	fast, err := scratch.Open(base)
	if err != nil {
		return nil, err
	}
	spillBase := spillBase(storeRoot)
	if err := os.MkdirAll(spillBase, 0o777); err != nil {
		return nil, errors.Join(fmt.Errorf("make spill folder: %w", err), fast.Close())
	}
	spill, err := scratch.Open(spillBase)
	if err != nil {
		return nil, errors.Join(err, fast.Close())
	}
	return &folders{fast: fast, spill: spill}, nil
}

// spillBase begins with a dot: no reader of the store takes it for a flow.
func spillBase(storeRoot string) string { return filepath.Join(storeRoot, ".spill") }

// close removes the folders. The place of the spill folders goes with the last of them.
func (f *folders) close() error {
	err := errors.Join(f.fast.Close(), f.spill.Close())
	_ = os.Remove(filepath.Dir(f.spill.Path())) // fails while another engine uses it
	return err
}

// attempt makes the folder of one attempt.
func (f *folders) attempt(id string, number int) (string, error) {
	return f.fast.Sub(fmt.Sprintf("%s.%d", id, number))
}
