package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// scratch are the folders a run's tasks put their values into.
type scratch struct {
	fast  string // memory-backed where possible, one folder per attempt below it
	spill string // on the store's disk; one for all tasks, who choose names that do not clash
}

// prefix of scratch folders; the process id follows, so that what a killed engine left can be found.
const scratchPrefix = "spindle-"

// newScratch makes the folders and removes what dead engines left beside them.
func newScratch(base, storeRoot, flow string, pid int) (*scratch, error) {
	if base == "" {
		base = fastFolder()
	}
	sweep(base, scratchPrefix)
	fast, err := os.MkdirTemp(base, scratchPrefix+strconv.Itoa(pid)+"-")
	if err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	// Readers of the store skip folders with a dot.
	spillBase, spillPrefix := filepath.Join(storeRoot, flow), ".spill-"
	if err := os.MkdirAll(spillBase, 0o777); err != nil {
		return nil, errors.Join(fmt.Errorf("make spill folder: %w", err), os.RemoveAll(fast))
	}
	sweep(spillBase, spillPrefix)
	spill, err := os.MkdirTemp(spillBase, spillPrefix+strconv.Itoa(pid)+"-")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make spill folder: %w", err), os.RemoveAll(fast))
	}
	return &scratch{fast: fast, spill: spill}, nil
}

// fastFolder is memory-backed where the system has such a place.
func fastFolder() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() && writable("/dev/shm") {
		return "/dev/shm"
	}
	return os.TempDir()
}

func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".spindle-probe-")
	if err != nil {
		return false
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) == nil
}

// task makes the folder of one attempt.
func (s *scratch) task(id string, attempt int) (string, error) {
	dir := filepath.Join(s.fast, id+"."+strconv.Itoa(attempt))
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, os.ErrNotExist) { // somebody cleans temporary folders: make it again
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("make scratch folder: %w", err)
	}
	return dir, nil
}

func (s *scratch) remove() error {
	return errors.Join(os.RemoveAll(s.fast), os.RemoveAll(s.spill))
}

// sweep removes folders of engines that are gone. What cannot be removed belongs to somebody else and is left.
func sweep(base, prefix string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), prefix)
		number, _, dashed := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(number)
		if !ok || !dashed || err != nil || pid <= 0 || !e.IsDir() {
			continue
		}
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}
