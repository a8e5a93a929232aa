package artifact_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
)

func gzipped(value []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(value)
	_ = z.Close()
	return b.Bytes()
}

// damages are ways a blob can be wrong. A readable one is still read; all are right again after the next put of the value.
var damages = map[string]struct {
	harm     func(t *testing.T, path string, value []byte)
	readable bool
}{
	"truncated": {harm: func(t *testing.T, path string, _ []byte) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, info.Size()/2); err != nil {
			t.Fatal(err)
		}
	}},
	"emptied": {harm: func(t *testing.T, path string, _ []byte) { write(t, path, nil) }},
	"replaced by another value": {harm: func(t *testing.T, path string, _ []byte) {
		write(t, path, gzipped([]byte("another value")))
		write(t, path+"_meta", []byte(sidecarPacked))
	}},
	"wrong content, same size": {harm: func(t *testing.T, path string, _ []byte) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 0xff
		write(t, path, content)
	}},
	"not gzip": {harm: func(t *testing.T, path string, _ []byte) {
		write(t, path, []byte("no gzip"))
		write(t, path+"_meta", []byte(sidecarPacked))
	}},
	"raw without a sidecar": {readable: true, harm: func(t *testing.T, path string, value []byte) {
		write(t, path, value)
		if err := os.Remove(path + "_meta"); err != nil {
			t.Fatal(err)
		}
	}},
	"raw with a sidecar for packed": {readable: true, harm: func(t *testing.T, path string, value []byte) {
		write(t, path, value)
		write(t, path+"_meta", []byte(sidecarPacked))
	}},
	"packed with a sidecar for raw": {readable: true, harm: func(t *testing.T, path string, value []byte) {
		write(t, path, gzipped(value))
		write(t, path+"_meta", []byte(sidecarRaw))
	}},
	"packed without a sidecar": {readable: true, harm: func(t *testing.T, path string, value []byte) {
		write(t, path, gzipped(value))
		if err := os.Remove(path + "_meta"); err != nil {
			t.Fatal(err)
		}
	}},
	"empty sidecar":   {readable: true, harm: func(t *testing.T, path string, _ []byte) { write(t, path+"_meta", nil) }},
	"strange sidecar": {readable: true, harm: func(t *testing.T, path string, _ []byte) { write(t, path+"_meta", []byte(`[1]`)) }},
	"blob of a newer release": {harm: func(t *testing.T, path string, _ []byte) {
		write(t, path, []byte("a form to come"))
		write(t, path+"_meta", []byte(`{"cas_raw": false, "cas_version": 2}`))
	}},
	"removed": {harm: func(t *testing.T, path string, _ []byte) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}},
}

func TestDamage(t *testing.T) {
	t.Parallel()
	values := map[string][]byte{
		"small": text(1000, 1), "large packed": text(2<<20, 2), "large raw": noise(2<<20, 3),
	}
	for name, damage := range damages {
		for size, value := range values {
			t.Run(name+"/"+size, func(t *testing.T) {
				t.Parallel()
				s := openStore(t)
				put := func() artifact.Key {
					key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), value, 0, 0))
					if err != nil {
						t.Fatal(err)
					}
					return key
				}
				key := put()
				check(t, s, key, value) // s trusts the blob from here on
				damage.harm(t, blobPath(s, key), value)
				for _, reader := range []*artifact.Store{s, reopen(s.Root())} {
					if damage.readable {
						check(t, reader, key, value)
					} else {
						checkRefused(t, reader, key, name == "removed")
					}
				}
				if again := put(); again != key {
					t.Errorf("key %s, then %s", key, again)
				}
				check(t, s, key, value)
				checkSidecar(t, s, key, value)
			})
		}
	}
}

func checkRefused(t *testing.T, s *artifact.Store, key artifact.Key, missing bool) {
	t.Helper()
	dir := t.TempDir()
	_, errBytes := s.Bytes(t.Context(), flow, key)
	_, errFile := s.Materialize(t.Context(), flow, key, dir)
	for _, err := range []error{errBytes, errFile} {
		var corrupt *artifact.CorruptError
		switch {
		case missing:
			if !errors.Is(err, artifact.ErrMissing) {
				t.Errorf("error %v", err)
			}
		case !errors.As(err, &corrupt) || !errors.Is(err, artifact.ErrCorrupt):
			t.Errorf("error %v", err)
		case corrupt.Flow != flow || corrupt.Key != key || corrupt.Path != blobPath(s, key) || !strings.Contains(err.Error(), corrupt.Path):
			t.Errorf("error %#v", corrupt)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("unpacked in spite of the error: %v", left)
	}
}

// checkSidecar makes sure blob and sidecar agree, for readers that believe the sidecar.
func checkSidecar(t *testing.T, s *artifact.Store, key artifact.Key, value []byte) {
	t.Helper()
	content, err := os.ReadFile(blobPath(s, key))
	if err != nil {
		t.Fatal(err)
	}
	want := sidecarPacked
	if bytes.Equal(content, value) {
		want = sidecarRaw
	}
	if got, err := os.ReadFile(blobPath(s, key) + "_meta"); string(got) != want {
		t.Errorf("sidecar %s (%v), want %s", got, err, want)
	}
}

// TestUnreadableBlobIsNoDamage: a system error is reported as itself.
func TestUnreadableBlobIsNoDamage(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	key, err := s.PutBytes(t.Context(), flow, []byte("value"))
	if err != nil {
		t.Fatal(err)
	}
	path := blobPath(s, key)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o777); err != nil { // reading a folder fails even for root
		t.Fatal(err)
	}
	if _, err := s.Bytes(t.Context(), flow, key); err == nil || errors.Is(err, artifact.ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}
