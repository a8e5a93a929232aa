package artifact

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spindle-flow/spindle/engine/objects"
)

// fetches is how often a value is fetched that arrives damaged.
const fetches = 3

func (s *remote) materialize(ctx context.Context, flow string, key Key, dir string) (Value, error) {
	p, err := s.blob(flow, key)
	if err != nil {
		return Value{}, err
	}
	if path, size, ok := s.Cache.Path(string(key)); ok {
		return Value{Path: path, Size: size}, nil
	}
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return Value{}, err
	}
	// One fetch serves all who want the value now; its context is that of the first, and the others try for themselves if that ends.
	own := false
	result, err, _ := s.reads.Do(p.Key, func() (any, error) {
		own = true
		return s.fetch(ctx, flow, key, p)
	})
	v, _ := result.(Value)
	if !own && (v.Temporary || errors.Is(err, context.Canceled) && ctx.Err() == nil) { // too large to cache: each of its readers removes its own
		return s.fetch(ctx, flow, key, p)
	}
	return v, err
}

func (s *remote) bytes(ctx context.Context, flow string, key Key) (data []byte, err error) {
	v, err := s.materialize(ctx, flow, key, "")
	if err != nil {
		return nil, err
	}
	if v.Temporary {
		defer func() { err = errors.Join(err, os.Remove(v.Path)) }()
	}
	if v.Size > maxBytes {
		return nil, ErrTooLarge
	}
	data, err = os.ReadFile(v.Path)
	if err == nil && KeyOf(data) != key {
		err = &CorruptError{Flow: flow, Key: key, Path: v.Path, Reason: "the cached file was changed; remove it"}
	}
	return data, err
}

// fetch downloads a value and checks it, again if it arrives damaged.
func (s *remote) fetch(ctx context.Context, flow string, key Key, p objects.Place) (v Value, err error) {
	for range fetches {
		v, err = s.fetchOnce(ctx, flow, key, p)
		if !errors.Is(err, ErrCorrupt) {
			break
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && objects.KindOf(err) == objects.NotFound:
		return Value{}, missingBlob(flow, key, p)
	case err != nil && !errors.Is(err, ErrCorrupt):
		return Value{}, fmt.Errorf("read artifact: %w", err)
	}
	return v, err
}

func (s *remote) fetchOnce(ctx context.Context, flow string, key Key, p objects.Place) (Value, error) {
	f, err := s.Cache.Temp()
	if err != nil {
		return Value{}, err
	}
	defer func() {
		if f != nil {
			s.Cache.Drop(f)
		}
	}()
	got, err := s.Client.Download(ctx, p, objects.Whole, f)
	if err != nil {
		return Value{}, err
	}
	if err := f.Truncate(got.Length); err != nil {
		return Value{}, err
	}
	claimed, why := formOf(got.Info), ""
	for _, as := range []form{claimed, claimed.other()} {
		reason, out, size, err := s.unpackFetched(ctx, f, as, key)
		if err != nil {
			return Value{}, err
		}
		if reason != "" {
			if why == "" { // of the form it claims to have
				why = reason
			}
			continue
		}
		if out == f {
			f = nil
		}
		return s.give(out, key, size)
	}
	return Value{}, &CorruptError{Flow: flow, Key: key, Path: p.String(), Reason: why}
}

// unpackFetched checks what was fetched in one of the forms. A reason says why it is not the value.
func (s *remote) unpackFetched(ctx context.Context, f *os.File, as form, key Key) (reason string, out *os.File, size int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", nil, 0, err
	}
	h := sha1.New()
	if as == raw {
		size, err = copyContext(ctx, h, f)
		return mismatch(h.Sum(nil), key), f, size, err
	}
	z, err := newUnpacker(f)
	if err != nil {
		return "it is not the gzip file it should be: " + err.Error(), nil, 0, nil
	}
	defer z.Close()
	if out, err = s.Cache.Temp(); err != nil {
		return "", nil, 0, err
	}
	size, err = copyContext(ctx, io.MultiWriter(out, h), z)
	if err == nil {
		if reason = mismatch(h.Sum(nil), key); reason == "" {
			return "", out, size, nil
		}
	}
	s.Cache.Drop(out)
	var system *fs.PathError
	switch {
	case err == nil:
		return reason, nil, 0, nil
	case errors.As(err, &system), ctx.Err() != nil:
		return "", nil, 0, err
	}
	return "it is not the gzip file it should be: " + err.Error(), nil, 0, nil
}

func mismatch(sum []byte, key Key) string {
	if got := keyFromSum([sha1.Size]byte(sum)); got != key {
		return "its content has key " + string(got)
	}
	return ""
}

// give puts a checked value into the cache, or hands it out as it is where it is too large for that.
func (s *remote) give(f *os.File, key Key, size int64) (Value, error) {
	if !s.Cache.Fits(size) {
		if err := f.Close(); err != nil {
			return Value{}, err
		}
		return Value{Path: f.Name(), Size: size, Temporary: true}, nil
	}
	path, err := s.Cache.Keep(f, string(key))
	return Value{Path: path, Size: size}, err
}
