package artifact_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
)

const (
	sidecarPacked = `{"cas_raw": false, "cas_version": 1}`
	sidecarRaw    = `{"cas_raw": true, "cas_version": 1}`
)

func TestPutForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		value         []byte
		before, after int
		sidecar       string
		moved         bool
	}{
		"empty":              {nil, 0, 0, sidecarPacked, false},
		"tiny":               {[]byte("\x80\x04\x88."), 0, 0, sidecarPacked, false},
		"tiny in a file":     {[]byte("\x80\x04\x88."), 100, 100, sidecarPacked, false},
		"small noise":        {noise(100_000, 3), 0, 0, sidecarPacked, false},
		"large text":         {text(3<<20, 1), 0, 0, sidecarPacked, false},
		"large text in file": {text(3<<20, 2), 7, 9, sidecarPacked, false},
		"large noise":        {noise(3<<20, 4), 0, 0, sidecarRaw, true},
		"noise in a file":    {noise(3<<20, 5), 7, 0, sidecarRaw, false},
		"just large":         {noise(256<<10, 6), 0, 0, sidecarRaw, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t)
			span := spill(t, t.TempDir(), tt.value, tt.before, tt.after)
			key, err := s.Put(t.Context(), flow, span)
			if err != nil {
				t.Fatal(err)
			}
			if want := artifact.KeyOf(tt.value); key != want {
				t.Errorf("key %s, want %s", key, want)
			}
			if got, _ := os.ReadFile(blobPath(s, key) + "_meta"); string(got) != tt.sidecar {
				t.Errorf("sidecar %s, want %s", got, tt.sidecar)
			}
			if _, err := os.Stat(span.File); (err != nil) != tt.moved {
				t.Errorf("scratch file after put: %v, want moved %v", err, tt.moved)
			}
			check(t, s, key, tt.value)
			check(t, reopen(s.Root()), key, tt.value)
			// The same span again, moved or not.
			if again, err := s.Put(t.Context(), flow, span); err != nil || again != key {
				t.Errorf("second put: %v, %v", again, err)
			}
			noTemporaryFiles(t, s.Root())
		})
	}
}

func noTemporaryFiles(t *testing.T, root string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(root, flow, "data", "*", ".tmp-*")); len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

// TestPutAcrossFilesystems: a value in a memory-backed scratch folder is copied.
func TestPutAcrossFilesystems(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/dev/shm", "spindle-test-*")
	if err != nil {
		t.Skip("no memory-backed folder here")
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := openStore(t)
	value := noise(1<<20, 7)
	key, err := s.Put(t.Context(), flow, spill(t, dir, value, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	check(t, s, key, value)
}

func TestPutErrors(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	dir := t.TempDir()
	small, large := spill(t, dir, text(100, 0), 0, 0), spill(t, dir, text(1<<20, 0), 0, 0)
	small.Size, large.Size = 101, 1<<20+1
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		ctx  context.Context
		flow string
		span artifact.Span
	}{
		"small beyond the end": {t.Context(), flow, small},
		"large beyond the end": {t.Context(), flow, large},
		"no such file":         {t.Context(), flow, artifact.Span{File: dir + "/none", Size: 1}},
		"flow leads elsewhere": {t.Context(), "..", spill(t, dir, text(10, 0), 0, 0)},
		"cancelled":            {cancelled, flow, spill(t, dir, noise(1<<20, 0), 0, 0)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if key, err := s.Put(tt.ctx, tt.flow, tt.span); err == nil {
				t.Errorf("stored as %s", key)
			}
		})
	}
	noTemporaryFiles(t, s.Root())
}

func TestConcurrentPuts(t *testing.T) {
	t.Parallel()
	root := openStore(t).Root()
	dir := t.TempDir()
	values := [][]byte{[]byte("small"), text(1<<20, 3), noise(1<<20, 8)}
	var wg sync.WaitGroup
	for range 4 { // four stores stand for four processes
		s := reopen(root)
		for _, value := range values {
			for range 2 {
				span := spill(t, dir, value, 0, 0)
				wg.Go(func() {
					key, err := s.Put(t.Context(), flow, span)
					if err != nil {
						t.Error(err)
						return
					}
					if got, err := s.Bytes(t.Context(), flow, key); err != nil || !bytes.Equal(got, value) {
						t.Errorf("read back %d bytes: %v", len(got), err)
					}
				})
			}
		}
	}
	wg.Wait()
	noTemporaryFiles(t, root)
}

func TestReadMissing(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	key := artifact.KeyOf([]byte("never stored"))
	if _, err := s.Bytes(t.Context(), flow, key); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("bytes: %v", err)
	}
	if _, err := s.Materialize(t.Context(), flow, key, t.TempDir()); !errors.Is(err, artifact.ErrMissing) {
		t.Errorf("materialize: %v", err)
	}
	for _, bad := range []artifact.Key{"", "..", "../../../../etc/passwd0000000000000000000000", artifact.Key(bytes.Repeat([]byte("Z"), 40))} {
		if _, err := s.Bytes(t.Context(), flow, bad); err == nil || errors.Is(err, artifact.ErrMissing) {
			t.Errorf("key %q: %v", bad, err)
		}
	}
}

func TestBytesIsBounded(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), make([]byte, 65<<20), 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bytes(t.Context(), flow, key); !errors.Is(err, artifact.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
}

// A value found in good order is looked at again only when the time of its trust is over.
func TestTrust(t *testing.T) {
	t.Parallel()
	for trust, repaired := range map[time.Duration]bool{0: true, time.Nanosecond: true, time.Hour: false} {
		root := filepath.Join(t.TempDir(), ".metaflow")
		store := artifact.Open(root, artifact.Options{Trust: trust})
		key, err := store.PutBytes(t.Context(), flow, []byte("a value"))
		if err != nil {
			t.Fatal(err)
		}
		path := blobPath(store, key)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := store.PutBytes(t.Context(), flow, []byte("a value")); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); (err == nil) != repaired {
			t.Errorf("trust %v: after the value was put again its file: %v", trust, err)
		}
	}
}
