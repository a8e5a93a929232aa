package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// Span is a value in a scratch file.
type Span struct {
	File         string
	Offset, Size int64
	// Keep leaves the file where it is.
	Keep bool
}

// largeSize divides values that are handled in memory from those that are streamed.
const largeSize = 256 << 10

var (
	pointBlob        = disk.Register("artifact.blob.before")
	pointBlobSidecar = disk.Register("artifact.blob.sidecar")
	pointBlobStored  = disk.Register("artifact.blob.after")
)

// Put stores a value. Unless it is to be kept, the span's file is the store's from now on: a large one may be moved into place. A blob that
// is already there is trusted only after it was checked, and replaced if it is damaged.
func (s *Store) Put(ctx context.Context, flow string, span Span) (Key, error) {
	key, err := s.blobs.put(ctx, flow, span)
	if err != nil {
		return "", fmt.Errorf("store artifact: %w", err)
	}
	return key, nil
}

func (s *local) put(ctx context.Context, flow string, span Span) (Key, error) {
	f, err := os.Open(span.File)
	if errors.Is(err, fs.ErrNotExist) {
		if m, ok := s.moved.load(span.File); ok && m.flow == flow && m.size == span.Size && span.Offset == 0 {
			return m.key, nil
		}
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	if span.Size >= largeSize {
		return s.putLarge(ctx, flow, f, span)
	}
	value := make([]byte, span.Size)
	if _, err := f.ReadAt(value, span.Offset); err != nil {
		return "", spanError(span, err)
	}
	return s.putBytes(ctx, flow, value)
}

func spanError(span Span, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("file %q ends before byte %d", span.File, span.Offset+span.Size)
	}
	return err
}

// PutBytes stores a value that is in memory.
func (s *Store) PutBytes(ctx context.Context, flow string, value []byte) (Key, error) {
	key, err := s.blobs.putBytes(ctx, flow, value)
	if err != nil {
		return "", fmt.Errorf("store artifact: %w", err)
	}
	return key, nil
}

func (s *local) putBytes(ctx context.Context, flow string, value []byte) (Key, error) {
	b, err := s.blob(flow, KeyOf(value))
	if err != nil {
		return "", err
	}
	if done, err := s.inOrder(ctx, b); done || err != nil {
		return b.key, err
	}
	return b.key, s.writeBlob(b, packed, int64(len(value)), func(t *disk.Temp) error {
		return pack(t.File, value)
	})
}

// inOrder tells whether the value is stored in good order, and puts its sidecar right if only that is wrong.
func (s *local) inOrder(ctx context.Context, b blob) (bool, error) {
	if known, ok := s.verified.load(b.id); ok && time.Since(known.at) < s.trust {
		s.group.Record(b.path)
		return true, nil
	}
	found, err := s.verify(ctx, b)
	if err != nil {
		// Missing, damaged or unreadable: writing it anew is the answer to all of them.
		return false, ctx.Err()
	}
	if !found.honest {
		if err := s.group.WriteFile(b.sidecar(), found.form.sidecarText(), disk.Replace); err != nil {
			return false, err
		}
	}
	s.group.Record(b.path)
	return s.renew(b, &found)
}

// write stores a blob: its sidecar, then itself, filled in under a temporary name.
func (s *local) writeBlob(b blob, f form, size int64, fill func(*disk.Temp) error) error {
	if err := s.prepare(b, f); err != nil {
		return err
	}
	t, err := s.group.CreateTemp(b.path)
	if err != nil {
		return err
	}
	defer t.Discard()
	if err := fill(t); err != nil {
		return err
	}
	written, err := identifyFile(t.File)
	if err != nil {
		return err
	}
	if _, err := t.Publish(b.path, disk.Replace); err != nil {
		return err
	}
	return s.stored(b, f, size, written)
}

// prepare writes the sidecar of a blob that is about to come.
func (s *local) prepare(b blob, f form) error {
	if err := disk.Fail(pointBlob); err != nil {
		return err
	}
	if err := s.group.Mark(b.sidecar(), f.sidecarText()); err != nil {
		return err
	}
	return disk.Fail(pointBlobSidecar)
}

// stored remembers a blob this process has put under its name, unless another writer was there in between.
func (s *local) stored(b blob, f form, size int64, written identity) error {
	s.group.Record(b.path)
	now, err := lookAt(b)
	if err != nil {
		return err
	}
	if now.blob.sameContent(written) && now.sidecar.size == int64(len(f.sidecarText())) {
		now.form, now.size = f, size
		s.verified.store(b.id, now, 1)
	}
	return disk.Fail(pointBlobStored)
}
