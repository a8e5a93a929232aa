package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// inUse is how long a file stays after it was given to somebody.
	inUse = 10 * time.Minute
	// stale is how old a temporary file is whose writer is gone.
	stale = 24 * time.Hour
	// between is the longest time without a sweep of a folder that is written to.
	between = time.Hour
)

// grew sweeps when much has come, or when nobody has for long.
func (c *Cache) grew(size int64) {
	c.mu.Lock()
	c.added += size
	due := c.added > c.limit/32
	if !c.swept {
		c.swept = true
		info, err := os.Stat(c.lockFile())
		due = due || err != nil || c.now().Sub(info.ModTime()) > between
	}
	if due {
		c.added = 0
	}
	c.mu.Unlock()
	if due {
		c.Sweep()
	}
}

func (c *Cache) lockFile() string { return filepath.Join(c.dir, ".swept") }

// entry is a file that can go.
type entry struct {
	path string
	size int64
	used time.Time
}

// Sweep brings the folder below its limit, unless another process is at it.
func (c *Cache) Sweep() {
	lock, err := os.OpenFile(c.lockFile(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return
	}
	defer lock.Close()
	if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		return
	}
	now := c.now()
	_ = os.Chtimes(lock.Name(), now, now)
	entries, total := c.entries(now)
	if total <= c.limit {
		return
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.used.Compare(b.used) })
	for _, e := range entries {
		if total <= c.limit*9/10 || now.Sub(e.used) < inUse {
			return
		}
		if err := os.Remove(e.path); err == nil || errors.Is(err, fs.ErrNotExist) {
			total -= e.size
		}
	}
}

// entries are all values, and their size; temporary files that nobody writes any more are removed.
func (c *Cache) entries(now time.Time) (entries []entry, total int64) {
	_ = filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what cannot be seen cannot be removed
		}
		var st unix.Stat_t
		if unix.Lstat(path, &st) != nil {
			return nil
		}
		switch name := d.Name(); {
		case strings.HasPrefix(name, ".tmp-"):
			if now.Sub(time.Unix(st.Mtim.Unix())) > stale {
				_ = os.Remove(path)
			}
		case !strings.HasPrefix(name, "."):
			entries = append(entries, entry{path: path, size: st.Size, used: time.Unix(st.Atim.Unix())})
			total += st.Size
		}
		return nil
	})
	return entries, total
}
