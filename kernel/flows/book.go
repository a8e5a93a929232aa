package flows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/disk"
)

// book is the attached flow, as it was read and as cells have edited it since. A book is never changed: an edit makes another.
type book interface {
	// place is the flow's file, and its class where the file has several.
	place() (file, class string)
	// inCell says whether a cell holds all of the flow.
	inCell() bool
	// edited says whether the flow is not what is on disk.
	edited() bool
	// defined are what cells have defined: steps, by their names.
	defined() []string
	// definesSteps says whether a cell is one that defines steps.
	definesSteps(code string) bool
	// define lets the steps of a cell replace those of the flow. It returns their names.
	define(ctx context.Context, cell, code string) (book, []string, error)
	// without is the book without the edit of a step, or of all for the empty name, and the names of what it has forgotten.
	without(step string) (book, []string)
	// source is the flow with its edits.
	source(ctx context.Context) (*Source, error)
	// stale says whether the flow has changed on disk since it was read, and again is the flow as it is there now.
	stale() bool
	again() (book, error)
	// saved writes the edits into the flow's files, and returns the book that has none left, and the files.
	saved(ctx context.Context) (book, []string, error)
}

// errChanged says that saving would undo what somebody else has written.
var errChanged = errors.New("the file has changed on disk since the flow was attached")

// changedOnDisk says that nothing was saved, and why.
func changedOnDisk(file string) error {
	return fmt.Errorf("%w: %s; nothing was written. %%flow reads it again, without the edits of cells", errChanged, file)
}

// rewrite replaces a file, which keeps its permissions; behind a symbolic link the one it leads to.
func rewrite(name string, data []byte) error {
	file, err := behindLinks(name)
	if err != nil {
		return err
	}
	info, statErr := os.Stat(file)
	if err := disk.WriteFile(file, data, disk.Replace); err != nil {
		return err
	}
	if statErr == nil {
		return os.Chmod(file, info.Mode().Perm())
	}
	return nil
}

// behindLinks is the file that is written to when a symbolic link is: the link stays one. The file need not be there.
func behindLinks(file string) (string, error) {
	const most = 40 // as the system has it
	for range most {
		to, err := os.Readlink(file)
		if err != nil {
			return file, nil // no link, or nothing yet; who writes to it says what is wrong
		}
		if !filepath.IsAbs(to) {
			// From where the link really is: its folder may be linked too.
			dir, err := filepath.EvalSymlinks(filepath.Dir(file))
			if err != nil {
				return "", err
			}
			to = filepath.Join(dir, to)
		}
		file = to
	}
	return "", fmt.Errorf("too many symbolic links behind %q", file)
}
