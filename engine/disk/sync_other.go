//go:build !linux

package disk

import (
	"errors"
	"os"
	"path/filepath"
)

// syncfsReports is false: there is no syncfs.
func syncfsReports() bool { return false }

func (g *Group) openRoot() (*os.File, error) { return nil, errors.ErrUnsupported }

func (g *Group) syncRoot() error { return errors.ErrUnsupported }

func syncAll() error { return nil }

// syncAlone makes a file durable that was written without a group.
func syncAlone(path string) error {
	if err := syncPath(path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}
