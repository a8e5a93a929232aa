package artifact_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
)

// What is stored raw lies there byte by byte, and is a value like any other to who reads it by its key.
func TestPutRaw(t *testing.T) {
	t.Parallel()
	s := artifact.Open(t.TempDir()+"/.metaflow", artifact.Options{})
	data := bytes.Repeat([]byte("compressible"), 1000)
	for range 2 {
		key, where, err := s.PutRaw(context.Background(), "Flow", data)
		if err != nil || key != artifact.KeyOf(data) || !strings.HasSuffix(where, "/Flow/data/"+string(key[:2])+"/"+string(key)) {
			t.Fatalf("key %s at %s, %v", key, where, err)
		}
		if stored, err := os.ReadFile(where); err != nil || !bytes.Equal(stored, data) {
			t.Errorf("stored %d bytes, %v", len(stored), err)
		}
		if got, err := s.Bytes(context.Background(), "Flow", key); err != nil || !bytes.Equal(got, data) {
			t.Errorf("read back %d bytes, %v", len(got), err)
		}
	}
}
