package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestPlaces: values go below a folder of their own, and are found below others.
func TestPlaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shared, own := filepath.Join(dir, "shared"), filepath.Join(dir, "own")
	plain := Open(shared, Options{})
	private := Open(shared, Options{Values: own, Also: []string{shared}})
	public := Open(shared, Options{Also: []string{own}})
	ctx := t.Context()
	put := func(s *Store, value string) Key {
		key, err := s.PutBytes(ctx, "F", []byte(value))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	common, mine, both := put(plain, "common"), put(private, "mine"), put(plain, "both")
	if again := put(private, "both"); again != both {
		t.Errorf("the key of a value depends on its place: %s, %s", again, both)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, 2*largeSize), 0o600); err != nil {
		t.Fatal(err)
	}
	big, err := private.Put(ctx, "F", Span{File: large, Size: 2 * largeSize})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Store{"private": private, "public": public} {
		for _, key := range []Key{common, mine, both, big} {
			if _, err := s.Bytes(ctx, "F", key); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if v, err := s.Materialize(ctx, "F", key, dir); err != nil || v.Size == 0 {
				t.Errorf("%s: %+v, %v", name, v, err)
			}
		}
		if _, err := s.Bytes(ctx, "F", KeyOf([]byte("nowhere"))); !errors.Is(err, ErrMissing) {
			t.Errorf("%s: a value that is nowhere: %v", name, err)
		}
	}
	if _, err := plain.Bytes(ctx, "F", mine); !errors.Is(err, ErrMissing) {
		t.Errorf("a private value is shared: %v", err)
	}
	if err := public.Adopt(ctx, "F", mine, plain); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(own); err != nil {
		t.Fatal(err)
	}
	for _, key := range []Key{common, mine, both} {
		if got, err := private.Bytes(ctx, "F", key); err != nil || KeyOf(got) != key {
			t.Errorf("without the private folder: %q, %v", got, err)
		}
	}
	if _, err := private.Bytes(ctx, "F", big); !errors.Is(err, ErrMissing) {
		t.Errorf("a private value outlived its folder: %v", err)
	}
}

// TestPlacesDamage: a value that is damaged in one place is read from another.
func TestPlacesDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shared, own := filepath.Join(dir, "shared"), filepath.Join(dir, "own")
	s := Open(shared, Options{Values: own, Also: []string{shared}})
	ctx := t.Context()
	key, err := s.PutBytes(ctx, "F", []byte("value"))
	if err == nil {
		_, err = Open(shared, Options{}).PutBytes(ctx, "F", []byte("value"))
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.blobs.(*local).blob("F", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Bytes(ctx, "F", key); err != nil || string(got) != "value" {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.RemoveAll(shared); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bytes(ctx, "F", key); !errors.Is(err, ErrCorrupt) {
		t.Errorf("damaged in the only place: %v", err)
	}
}
