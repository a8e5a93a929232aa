package artifact_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
)

const benchSize = 256 << 20

// BenchmarkPutKnown is a small value that is there already, as most of a task's private artifacts are.
func BenchmarkPutKnown(b *testing.B) {
	s := openStore(b)
	for b.Loop() {
		if _, err := s.PutBytes(b.Context(), flow, []byte("\x80\x04N.")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutSmall(b *testing.B) {
	s := openStore(b)
	value := text(200, 1)
	var n uint64
	for b.Loop() {
		n++
		binary.LittleEndian.PutUint64(value, n)
		if _, err := s.PutBytes(b.Context(), flow, value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTaskFiles(b *testing.B) {
	s := openStore(b)
	objects := artifact.Objects{}
	for _, name := range []string{"name", "x", "_transition", "_task_ok", "_success", "_exception", "_current_step", "_foreach_stack", "_graph_info"} {
		objects[name] = artifact.Ref{Key: artifact.KeyOf([]byte(name)), Info: artifact.Info{Size: 4, Type: "<class 'int'>", Encoding: "pickle-v4"}}
	}
	attempt := 0
	for b.Loop() {
		attempt++
		for _, err := range []error{
			s.Begin(someTask, attempt), s.SaveData(someTask, attempt, artifact.Data{Objects: objects}), s.MarkDone(someTask, attempt),
		} {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// benchLarge puts, commits and reads large values that are written anew each time.
func benchLarge(b *testing.B, value []byte, whole bool) {
	dir, before := b.TempDir(), 0
	if !whole {
		before = 1
	}
	b.Run("put", func(b *testing.B) {
		b.SetBytes(int64(len(value)))
		for b.Loop() {
			b.StopTimer()
			root := filepath.Join(b.TempDir(), ".metaflow")
			group := disk.NewGroup(root, disk.Options{})
			s := artifact.Open(root, artifact.Options{Group: group})
			span := spill(b, dir, value, before, 0)
			b.StartTimer()
			if _, err := s.Put(b.Context(), flow, span); err != nil {
				b.Fatal(err)
			}
			if err := group.Commit(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			_ = group.Close()
			_ = os.Remove(span.File) // gone if it was moved
			_ = os.RemoveAll(s.Root())
			b.StartTimer()
		}
	})
	s := openStore(b)
	key, err := s.Put(b.Context(), flow, spill(b, dir, value, 0, 0))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("materialize", func(b *testing.B) {
		b.SetBytes(int64(len(value)))
		for b.Loop() {
			v, err := reopen(s.Root()).Materialize(b.Context(), flow, key, dir)
			if err != nil {
				b.Fatal(err)
			}
			if v.Temporary {
				_ = os.Remove(v.Path)
			}
		}
	})
}

func BenchmarkNoiseFile(b *testing.B)   { benchLarge(b, noise(benchSize, 1), true) }
func BenchmarkNoiseInFile(b *testing.B) { benchLarge(b, noise(benchSize, 1), false) }

// BenchmarkTable is a column of numbers, which packs well.
func BenchmarkTable(b *testing.B) {
	value := make([]byte, benchSize)
	for i := 0; i+8 <= len(value); i += 8 {
		binary.LittleEndian.PutUint64(value[i:], uint64(i/8*3))
	}
	benchLarge(b, value, true)
}
