package history

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIncludedFiles(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "three\nlines\n\xff", strings.Repeat("long ", 1<<20)} {
		b := newBench(t)
		r := b.reader()
		file := filepath.Join(t.TempDir(), "in.txt")
		b.ok(os.WriteFile(file, []byte(text), 0o644))
		d := serve(t, r, "include_file", fmt.Sprintf(`{"path":%q,"is_text":false,"encoding":"latin-1"}`, file)).(map[string]any)
		if d["type"] != "uploader-v2" || d["sub-type"] != "uploaded" || d["is_text"] != false || d["encoding"] != "latin-1" || d["size"] != float64(len(text)) {
			t.Errorf("descriptor: %v", d)
		}
		stored := strings.TrimPrefix(d["url"].(string), "local://")
		if filepath.Dir(stored) != filepath.Join(b.root, "data/F") {
			t.Errorf("stored as %s", stored)
		}
		b.ok(os.Remove(file))
		if got := readIncluded(t, r, d); got != text {
			t.Errorf("content of %d bytes came back as %d", len(text), len(got))
		}
	}
}

func readIncluded(t *testing.T, r *Reader, descriptor any) string {
	t.Helper()
	args, err := json.Marshal(map[string]any{"descriptor": descriptor})
	if err != nil {
		t.Fatal(err)
	}
	switch got := serve(t, r, "include_read", string(args)).(type) {
	case map[string]any:
		return content(t, got)
	default:
		return fmt.Sprint(got)
	}
}

// TestDamagedIncludedFile is told to readers and repaired by the next run that includes the same file.
func TestDamagedIncludedFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.reader()
	file := filepath.Join(t.TempDir(), "in.txt")
	b.ok(os.WriteFile(file, []byte("content"), 0o644))
	include := fmt.Sprintf(`{"path":%q}`, file)
	d := serve(t, r, "include_file", include).(map[string]any)
	stored := strings.TrimPrefix(d["url"].(string), "local://")
	good, err := os.ReadFile(stored)
	b.ok(err)
	for _, bad := range [][]byte{nil, good[:len(good)-3], []byte("content")} {
		b.ok(os.WriteFile(stored, bad, 0o644))
		if got := readIncluded(t, r, d); !strings.HasPrefix(got, "corrupt: ") || !strings.Contains(got, stored) {
			t.Errorf("reading a damaged file: %s", got)
		}
		serve(t, r, "include_file", include)
		if got := readIncluded(t, r, d); got != "content" {
			t.Errorf("after including it again: %s", got)
		}
	}
	b.ok(os.Remove(stored))
	if got := readIncluded(t, r, d); !strings.HasPrefix(got, "not_found: ") {
		t.Errorf("reading a file that is gone: %s", got)
	}
}

// TestIncludedElsewhere reads what was included before the store was moved, and a file that was never uploaded.
func TestIncludedElsewhere(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "in.txt")
	b.ok(os.WriteFile(file, []byte("content"), 0o644))
	d := serve(t, b.reader(), "include_file", fmt.Sprintf(`{"path":%q}`, file)).(map[string]any)
	moved := newBench(t)
	b.ok(os.Rename(b.root, moved.root))
	if got := readIncluded(t, moved.reader(), d); got != "content" {
		t.Errorf("in a moved store: %s", got)
	}
	outside := map[string]any{"type": "uploader-v2", "sub-type": "external", "url": "local://" + file, "is_text": true}
	if got := readIncluded(t, moved.reader(), outside); got != "content" {
		t.Errorf("a file that was not uploaded: %s", got)
	}
	outside["url"] = "local:///dev/zero"
	if got := readIncluded(t, moved.reader(), outside); !strings.HasPrefix(got, "not_found: ") {
		t.Errorf("a device: %s", got)
	}
}

func TestIncludeWithoutFlow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := New(b.store, b.meta, Options{})
	_, err := r.Serve(context.Background(), "include_file", json.RawMessage(`{"path":"/etc/hostname"}`))
	if err == nil || err.(*Error).Kind != InvalidCall {
		t.Errorf("a file for no flow: %v", err)
	}
}
