package cache

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Cache is one folder. It is safe for concurrent use.
type Cache struct {
	dir   string
	limit int64
	now   func() time.Time

	mu      sync.Mutex
	trusted map[string]identity // guarded by mu; by key
	added   int64               // guarded by mu; since the last sweep
	swept   bool                // guarded by mu; whether this process has looked at the last sweep's time
}

// identity is a file as it was when its content was known to be right.
type identity struct {
	inode uint64
	size  int64
	mtime int64
}

// Open returns the cache in dir, which need not exist yet, with a limit in bytes.
func Open(dir string, limit int64, now func() time.Time) *Cache {
	return &Cache{dir: dir, limit: limit, now: now, trusted: map[string]identity{}}
}

// Fits says whether a value of this size is worth keeping: one that would push out much of the rest is not.
func (c *Cache) Fits(size int64) bool { return size <= c.limit/4 }

func (c *Cache) file(key string) string { return filepath.Join(c.dir, key[:2], key) }

// Path is the file of a value, checked; ok is false if there is none. The file must not be changed.
func (c *Cache) Path(key string) (path string, size int64, ok bool) {
	path = c.file(key)
	id, err := identify(path)
	if err != nil {
		return "", 0, false
	}
	c.mu.Lock()
	known := c.trusted[key] == id
	c.mu.Unlock()
	if !known && !c.check(key, path, id) {
		return "", 0, false
	}
	c.used(path)
	return path, id.size, true
}

// check hashes a file that another process left, and removes one that is damaged.
func (c *Cache) check(key, path string, id identity) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha1.New()
	if _, err := io.Copy(h, f); err != nil {
		return false
	}
	if hex.EncodeToString(h.Sum(nil)) != key {
		_ = os.Remove(path)
		return false
	}
	c.trust(key, id)
	return true
}

// trustedMost bounds the memory for what is trusted; above it, trust starts anew.
const trustedMost = 16384

func (c *Cache) trust(key string, id identity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.trusted) >= trustedMost {
		clear(c.trusted)
	}
	c.trusted[key] = id
}

// used sets the access time, and nothing else.
func (c *Cache) used(path string) {
	_ = os.Chtimes(path, c.now(), time.Time{}) // the zero time leaves the other as it is
}

// Temp makes a file to write a value to.
func (c *Cache) Temp() (*os.File, error) {
	f, err := os.CreateTemp(c.dir, ".tmp-*")
	if os.IsNotExist(err) {
		if err := os.MkdirAll(c.dir, 0o700); err != nil {
			return nil, fmt.Errorf("make cache: %w", err)
		}
		f, err = os.CreateTemp(c.dir, ".tmp-*")
	}
	if err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	return f, nil
}

// Keep gives a file made by [Cache.Temp], whose content the caller has checked, its name. The file is closed; on an error it is gone.
func (c *Cache) Keep(f *os.File, key string) (path string, err error) {
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("fill cache: %w", err)
	}
	path = c.file(key)
	err = os.Rename(f.Name(), path)
	if os.IsNotExist(err) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return "", fmt.Errorf("fill cache: %w", err)
		}
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("fill cache: %w", err)
	}
	id, err := identify(path)
	if err != nil {
		return "", fmt.Errorf("fill cache: %w", err)
	}
	c.used(path)
	c.trust(key, id)
	c.grew(id.size)
	return path, nil
}

// Drop abandons a file made by [Cache.Temp].
func (c *Cache) Drop(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

func identify(path string) (identity, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return identity{}, err
	}
	return identity{inode: st.Ino, size: st.Size, mtime: st.Mtim.Nano()}, nil
}
