package scratch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// settling is how old a folder without a lock must be to count as left behind: its engine may just be making it.
const settling = time.Minute

// sweep removes the folders of dead engines. It is a courtesy: what can't be judged or removed stays.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, ok := owner(e.Name())
		if !ok || !e.IsDir() || alive(pid) {
			continue
		}
		if path := filepath.Join(base, e.Name()); abandoned(path) {
			_ = os.RemoveAll(path)
		}
	}
}

// owner returns the process id in a folder's name.
func owner(name string) (pid int, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	digits, _, found := strings.Cut(rest, "-")
	pid, err := strconv.Atoi(digits)
	return pid, ok && found && err == nil && pid > 0
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// abandoned tells whether a folder is ours to remove. The process id is not enough: the engine may live in another container that shares the
// file system. Its lock tells.
func abandoned(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !mine(info) {
		return false
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Since(info.ModTime()) > settling
	}
	if err != nil {
		return false
	}
	defer lock.Close()
	return flock(lock) == nil
}

func mine(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

// freeBytes returns what the user can still write to the folder's file system.
func freeBytes(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
