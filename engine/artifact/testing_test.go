package artifact_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
)

const flow = "LinFlow"

var someTask = artifact.Task{Flow: flow, Run: "1795219783672502", Step: "start", Task: "1"}

// noon is the time of every clock in these tests.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 250_000_000, time.UTC)

// openStore makes a store in a new folder.
func openStore(tb testing.TB) *artifact.Store {
	tb.Helper()
	return reopen(filepath.Join(tb.TempDir(), ".metaflow"))
}

// reopen is a store that trusts nothing yet.
func reopen(root string) *artifact.Store {
	return artifact.Open(root, artifact.Options{Now: func() time.Time { return noon }})
}

func blobPath(s *artifact.Store, key artifact.Key) string {
	return filepath.Join(s.Root(), flow, "data", string(key[:2]), string(key))
}

// noise is incompressible, text is not; both differ by seed.
func noise(size int, seed uint64) []byte {
	b := make([]byte, size)
	rng := rand.NewChaCha8([32]byte{byte(seed)})
	rng.Read(b) // never fails
	return b
}

func text(size int, seed uint64) []byte {
	line := []byte("a line of a table, with number ")
	line = append(line, byte('a'+seed), '\n')
	return bytes.Repeat(line, size/len(line)+1)[:size]
}

// spill writes a scratch file with other bytes around the value.
func spill(tb testing.TB, dir string, value []byte, before, after int) artifact.Span {
	tb.Helper()
	f, err := os.CreateTemp(dir, "spill-*")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for _, part := range [][]byte{noise(before, 1), value, noise(after, 2)} {
		if _, err := f.Write(part); err != nil {
			tb.Fatal(err)
		}
	}
	return artifact.Span{File: f.Name(), Offset: int64(before), Size: int64(len(value))}
}

func write(tb testing.TB, path string, content []byte) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		tb.Fatal(err)
	}
}

// check reads a value both ways.
func check(tb testing.TB, s *artifact.Store, key artifact.Key, want []byte) {
	tb.Helper()
	got, err := s.Bytes(tb.Context(), flow, key)
	if err != nil {
		tb.Errorf("bytes: %v", err)
	} else if !bytes.Equal(got, want) {
		tb.Errorf("bytes: %d bytes differ from the %d stored", len(got), len(want))
	}
	v, err := s.Materialize(tb.Context(), flow, key, tb.TempDir())
	if err != nil {
		tb.Errorf("materialize: %v", err)
		return
	}
	file, err := os.ReadFile(v.Path)
	if err != nil {
		tb.Error(err)
		return
	}
	if v.Offset != 0 || v.Size != int64(len(want)) || !bytes.Equal(file, want) {
		tb.Errorf("materialize: %+v with %d bytes, want %d", v, len(file), len(want))
	}
}
