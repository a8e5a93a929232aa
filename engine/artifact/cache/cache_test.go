package cache_test

import (
	"crypto/sha1"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact/cache"
)

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func value(size int, fill string) (data []byte, key string) {
	data = []byte(strings.Repeat(fill, size))
	sum := sha1.Sum(data)
	return data, hex.EncodeToString(sum[:])
}

func keep(t *testing.T, c *cache.Cache, data []byte, key string) string {
	t.Helper()
	f, err := c.Temp()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	path, err := c.Keep(f, key)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeepAndFind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "cache")
	c := cache.Open(dir, 1<<20, time.Now)
	data, key := value(100, "a")
	if _, _, ok := c.Path(key); ok {
		t.Error("found before it was kept")
	}
	kept := keep(t, c, data, key)
	for _, c := range []*cache.Cache{c, cache.Open(dir, 1<<20, time.Now)} { // another process has to check first
		path, size, ok := c.Path(key)
		if !ok || path != kept || size != 100 {
			t.Errorf("%q, %d, %v", path, size, ok)
		}
	}
}

func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	data, key := value(100, "a")
	path := keep(t, cache.Open(dir, 1<<20, time.Now), data, key)
	data[7] = 'b'
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := cache.Open(dir, 1<<20, time.Now).Path(key); ok {
		t.Error("a damaged file was given out")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it is still there")
	}
}

func TestLeastRecentlyUsedGoes(t *testing.T) {
	clock := &clock{at: time.Now()}
	c := cache.Open(t.TempDir(), 1000, clock.now)
	keys := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d"} {
		data, key := value(240, name)
		keys[name] = key
		keep(t, c, data, key)
		clock.pass(time.Minute)
	}
	if _, _, ok := c.Path(keys["a"]); !ok {
		t.Fatal("a is gone too early")
	}
	clock.pass(time.Hour)
	_, _, _ = c.Path(keys["a"])
	data, key := value(240, "e")
	keep(t, c, data, key)
	for name, want := range map[string]bool{"a": true, "b": false, "c": false, "d": true} {
		if _, _, ok := c.Path(keys[name]); ok != want {
			t.Errorf("%s is there: %v, want %v", name, ok, want)
		}
	}
	if _, _, ok := c.Path(key); !ok {
		t.Error("e is gone")
	}
}

// TestInUseStays makes sure that a path that was just given out can be opened, even over the limit.
func TestInUseStays(t *testing.T) {
	clock := &clock{at: time.Now()}
	c := cache.Open(t.TempDir(), 100, clock.now)
	var paths []string
	for _, name := range []string{"a", "b", "c"} {
		data, key := value(90, name)
		paths = append(paths, keep(t, c, data, key))
	}
	c.Sweep()
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	clock.pass(time.Hour)
	c.Sweep()
	left := 0
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			left++
		}
	}
	if left != 1 {
		t.Errorf("%d files are left", left)
	}
}

func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := cache.Open(dir, 5000, time.Now)
			for i := range 50 {
				data, key := value(100, string(rune('a'+i%26)))
				if path, _, ok := c.Path(key); ok {
					if got, err := os.ReadFile(path); err != nil || string(got) != string(data) {
						t.Errorf("read %q: %v", path, err)
					}
					continue
				}
				keep(t, c, data, key)
			}
		})
	}
	wg.Wait()
}
