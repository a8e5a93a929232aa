package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// blob is one blob's place.
type blob struct {
	id   blobID
	key  Key
	path string
}

// blob is where a value is written.
func (s *local) blob(flow string, key Key) (blob, error) { return blobBelow(s.values, flow, key) }

// places are the places where a value may lie, the one where it would be written first.
func (s *local) places(flow string, key Key) ([]blob, error) {
	list := make([]blob, 0, 1+len(s.also))
	for _, root := range append([]string{s.values}, s.also...) {
		b, err := blobBelow(root, flow, key)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

func blobBelow(root, flow string, key Key) (blob, error) {
	sum, err := key.sum()
	if err != nil {
		return blob{}, err
	}
	name, err := blobName(flow, key)
	if err != nil {
		return blob{}, err
	}
	return blob{id: blobID{flow: flow, sum: sum}, key: key, path: filepath.Join(root, filepath.FromSlash(name))}, nil
}

func (b blob) sidecar() string { return b.path + "_meta" }

func (b blob) missing() error {
	return fmt.Errorf("artifact %s of flow %q: file %q: %w", b.key, b.id.flow, b.path, ErrMissing)
}

func (b blob) corrupt(reason string) error {
	return &CorruptError{Flow: b.id.flow, Key: b.key, Path: b.path, Reason: reason}
}

// state is what is known of a blob that holds its value.
type state struct {
	verifiedBlob
	// honest is true if the sidecar is there and says how the blob is stored.
	honest bool
}

// verify makes sure the blob holds its value: ErrMissing, ErrCorrupt, or a failure to read.
func (s *local) verify(ctx context.Context, b blob) (state, error) {
	before, err := lookAt(b)
	if err != nil {
		return state{}, err
	}
	if before.blob == (identity{}) {
		return state{}, b.missing()
	}
	if known, ok := s.verified.load(b.id); ok && known.blob == before.blob && known.sidecar == before.sidecar {
		known.at = before.at
		s.verified.store(b.id, known, 1)
		return state{known, true}, nil
	}
	claimed, exact, sidecarErr := readSidecar(b.sidecar())
	actual, size, err := b.findForm(ctx, claimed)
	if err != nil {
		if sidecarErr != nil && errors.Is(err, ErrCorrupt) {
			return state{}, b.corrupt(sidecarErr.Error())
		}
		return state{}, err
	}
	found := state{before, exact && actual == claimed}
	found.form, found.size = actual, size
	// A blob that changed under the hash, or whose sidecar has yet to be put right, is not remembered.
	if after, err := lookAt(b); err == nil && after.blob == before.blob && after.sidecar == before.sidecar && found.honest {
		found.verifiedBlob.form, found.verifiedBlob.size = actual, size
		s.verified.store(b.id, found.verifiedBlob, 1)
	}
	return found, nil
}

// lookAt takes the identities of blob and sidecar.
func lookAt(b blob) (v verifiedBlob, err error) {
	v.at = time.Now()
	if v.blob, err = identify(b.path); err != nil {
		return v, err
	}
	v.sidecar, err = identify(b.sidecar())
	return v, err
}

// findForm hashes the blob in the claimed form, and in the other if that does not give the key.
func (b blob) findForm(ctx context.Context, claimed form) (form, int64, error) {
	size, err := b.decode(ctx, claimed, io.Discard)
	if err == nil {
		return claimed, size, nil
	}
	if !errors.Is(err, ErrCorrupt) {
		return claimed, 0, err
	}
	if size, otherErr := b.decode(ctx, claimed.other(), io.Discard); otherErr == nil {
		return claimed.other(), size, nil
	}
	return claimed, 0, err
}
