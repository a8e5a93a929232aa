package artifact

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"

	"github.com/klauspost/pgzip"

	"github.com/spindle-flow/spindle/engine/disk"
)

// source is an open span and what its file was when it was hashed.
type source struct {
	*os.File
	span Span
	id   identity
}

// putLarge streams: one pass for the key and, if the value is not there yet, one to store it.
func (s *local) putLarge(ctx context.Context, flow string, f *os.File, span Span) (Key, error) {
	id, err := identifyFile(f)
	if err != nil {
		return "", err
	}
	src := source{File: f, span: span, id: id}
	compressible, err := sample(f, span)
	if err != nil {
		return "", err
	}
	movable := !span.Keep && !compressible && span.Offset == 0 && span.Size == id.size
	if movable {
		disk.StartWriting(f) // it has to reach the disk by the commit; hashing gives it time
	}
	key, err := src.hash(ctx)
	if err != nil {
		return "", err
	}
	b, err := s.blob(flow, key)
	if err != nil {
		return "", err
	}
	if done, err := s.inOrder(ctx, b); done || err != nil {
		return key, err
	}
	switch {
	case compressible:
		return key, s.writePacked(ctx, b, src)
	case movable:
		return key, s.move(ctx, b, src)
	default:
		return key, s.writeRaw(ctx, b, src)
	}
}

func (src source) reader() io.Reader {
	return io.NewSectionReader(src.File, src.span.Offset, src.span.Size)
}

func (src source) hash(ctx context.Context) (Key, error) {
	h := sha1.New()
	n, err := copyContext(ctx, h, src.reader())
	if err == nil && n < src.span.Size {
		err = spanError(src.span, io.ErrUnexpectedEOF)
	}
	return keyFromSum([sha1.Size]byte(h.Sum(nil))), err
}

// unchanged makes sure that what was stored is what was hashed: something the task left running may still hold the file.
func (src source) unchanged() error {
	now, err := identifyFile(src.File)
	if err != nil {
		return err
	}
	if now != src.id {
		return fmt.Errorf("file %q changed while it was stored", src.span.File)
	}
	return nil
}

// packBlock is what one core compresses at a time; there is one block more than cores, so a few megabytes in all.
const packBlock = 512 << 10

// writePacked compresses on all cores, one value at a time so that memory stays bounded.
func (s *local) writePacked(ctx context.Context, b blob, src source) error {
	select {
	case s.packing <- struct{}{}:
		defer func() { <-s.packing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.writeBlob(b, packed, src.span.Size, func(t *disk.Temp) error {
		z, err := pgzip.NewWriterLevel(t.File, largePackLevel)
		if err != nil {
			return err
		}
		if err := z.SetConcurrency(packBlock, runtime.GOMAXPROCS(0)+1); err != nil {
			return err
		}
		_, err = copyContext(ctx, z, src.reader())
		if closeErr := z.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return err
		}
		return src.unchanged()
	})
}

// writeRaw copies, inside the kernel where it can.
func (s *local) writeRaw(ctx context.Context, b blob, src source) error {
	return s.writeBlob(b, raw, src.span.Size, func(t *disk.Temp) error {
		if _, err := src.Seek(src.span.Offset, io.SeekStart); err != nil {
			return err
		}
		const step = 64 << 20 // between two looks at the context
		for left := src.span.Size; left > 0; left -= min(step, left) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := io.CopyN(t.File, src.File, min(step, left)); err != nil {
				return spanError(src.span, err)
			}
		}
		return src.unchanged()
	})
}

// move makes the scratch file the blob. From another filesystem it is copied.
func (s *local) move(ctx context.Context, b blob, src source) error {
	if err := src.unchanged(); err != nil {
		return err
	}
	if err := s.prepare(b, raw); err != nil {
		return err
	}
	err := os.Rename(src.span.File, b.path)
	if errors.Is(err, syscall.EXDEV) {
		return s.writeRaw(ctx, b, src)
	}
	if err != nil {
		return fmt.Errorf("move value into place: %w", err)
	}
	adoptMode(b, src.File)
	s.moved.store(src.span.File, movedFile{flow: b.id.flow, key: b.key, size: src.span.Size})
	return s.stored(b, raw, src.span.Size, src.id)
}

// adoptMode gives a scratch file, which may be private, the permissions of the store's other files. Failing is harmless.
func adoptMode(b blob, f *os.File) {
	if info, err := os.Stat(b.sidecar()); err == nil {
		_ = f.Chmod(info.Mode().Perm())
	}
}

func copyContext(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, err := r.Read(*buf)
		size += int64(n)
		if _, err := w.Write((*buf)[:n]); err != nil {
			return size, err
		}
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}
