package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
)

// Value is a value's raw bytes in a file.
type Value struct {
	Path         string
	Offset, Size int64
	// Temporary files are the receiver's to remove; others are the store's own and must not be changed.
	Temporary bool
}

// maxBytes bounds what [Store.Bytes] holds in memory.
const maxBytes = 64 << 20

// Materialize gives a value as verified raw bytes in a file: where it stands, or unpacked into dir. Errors are ErrMissing, a
// [CorruptError], or what the system says.
func (s *Store) Materialize(ctx context.Context, flow string, key Key, dir string) (Value, error) {
	return s.blobs.materialize(ctx, flow, key, dir)
}

// Bytes is a small value's raw bytes, verified; ErrTooLarge above 64 MiB.
func (s *Store) Bytes(ctx context.Context, flow string, key Key) ([]byte, error) {
	return s.blobs.bytes(ctx, flow, key)
}

func (s *local) materialize(ctx context.Context, flow string, key Key, dir string) (Value, error) {
	return inOne(s, flow, key, func(b blob) (Value, error) { return s.open(ctx, b, dir) })
}

// inOne reads a value from the first place where it lies in good order.
func inOne[T any](s *local, flow string, key Key, read func(blob) (T, error)) (v T, err error) {
	places, err := s.places(flow, key)
	if err != nil {
		return v, err
	}
	for i, b := range places {
		got, readErr := read(b)
		if readErr == nil || !errors.Is(readErr, ErrMissing) && !errors.Is(readErr, ErrCorrupt) {
			return got, readErr
		}
		if i == 0 || errors.Is(err, ErrMissing) {
			err = readErr
		}
	}
	return v, err
}

// open gives a raw blob where it stands.
func (s *local) open(ctx context.Context, b blob, dir string) (Value, error) {
	claimed, _, _ := readSidecar(b.sidecar())
	if claimed == packed {
		v, err := b.unpack(ctx, dir)
		if !errors.Is(err, ErrCorrupt) {
			return v, err
		}
	}
	// Raw, or not what the sidecar says.
	found, err := s.verify(ctx, b)
	if err != nil {
		return Value{}, err
	}
	if found.form == packed {
		return b.unpack(ctx, dir)
	}
	return Value{Path: b.path, Size: found.size}, nil
}

// unpack writes the value of a packed blob to a new file in dir.
func (b blob) unpack(ctx context.Context, dir string) (v Value, err error) {
	f, err := os.CreateTemp(dir, "value-*")
	if err != nil {
		return Value{}, fmt.Errorf("unpack artifact: %w", err)
	}
	defer func() {
		if closeErr := f.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("unpack artifact: %w", closeErr)
		}
		if err != nil {
			_ = os.Remove(f.Name())
			v = Value{}
		}
	}()
	size, err := b.decode(ctx, packed, f)
	if err != nil {
		return Value{}, err
	}
	return Value{Path: f.Name(), Size: size, Temporary: true}, nil
}

func (s *local) bytes(ctx context.Context, flow string, key Key) ([]byte, error) {
	return inOne(s, flow, key, func(b blob) ([]byte, error) { return b.verified(ctx) })
}

// verified are the value's bytes, whatever the sidecar says of their form.
func (b blob) verified(ctx context.Context) ([]byte, error) {
	claimed, _, sidecarErr := readSidecar(b.sidecar())
	value, err := b.bytes(ctx, claimed)
	if !errors.Is(err, ErrCorrupt) {
		return value, err
	}
	if value, otherErr := b.bytes(ctx, claimed.other()); otherErr == nil {
		return value, nil
	}
	if sidecarErr != nil {
		return nil, b.corrupt(sidecarErr.Error())
	}
	return nil, err
}

func (b blob) bytes(ctx context.Context, f form) ([]byte, error) {
	var out limitedBuffer
	if _, err := b.decode(ctx, f, &out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// limitedBuffer refuses to grow above maxBytes.
type limitedBuffer struct{ bytes.Buffer }

// Write implements io.Writer.
func (l *limitedBuffer) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxBytes {
		return 0, ErrTooLarge
	}
	return l.Buffer.Write(p)
}
