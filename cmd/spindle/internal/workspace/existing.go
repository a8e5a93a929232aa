package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// OpenExisting opens the store for reading or for changing what is there, and never makes one.
func (w *Workspace) OpenExisting(mode Mode) (*Stores, error) {
	root, _, err := w.root(Read)
	if err != nil {
		return nil, err
	}
	user := ""
	if mode == Write {
		if user, err = w.User(); err != nil {
			return nil, fmt.Errorf("changing the store: %w", err)
		}
	}
	if w.serviced() {
		if err := w.Greet(context.Background()); err != nil {
			return nil, err
		}
		if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
			mode = Read // a change of what the service knows leaves nothing here that could be made durable
		}
	}
	return w.open(root, mode, user)
}
