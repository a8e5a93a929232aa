package artifact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spindle-flow/spindle/engine/disk"
)

// Adopt makes a value of another store one of this one, or one that lies where this store only looks. Blobs never change, so on one file system both
// places share the file. What is damaged there is an error, as in reading it.
func (s *Store) Adopt(ctx context.Context, flow string, key Key, from *Store) error {
	var err error
	ours, ok := s.blobs.(*local)
	theirs, both := from.blobs.(*local)
	if ok && both {
		err = ours.adopt(ctx, flow, key, theirs)
	} else {
		err = s.fetch(ctx, flow, key, from)
	}
	if err != nil {
		return fmt.Errorf("take over artifact: %w", err)
	}
	return nil
}

// fetch is for stores of two kinds.
func (s *Store) fetch(ctx context.Context, flow string, key Key, from *Store) (err error) {
	if done, err := s.blobs.has(ctx, flow, key); done || err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "spindle-adopt-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	v, err := from.Materialize(ctx, flow, key, dir)
	if err != nil {
		return err
	}
	_, err = s.blobs.put(ctx, flow, Span{File: v.Path, Offset: v.Offset, Size: v.Size, Keep: !v.Temporary})
	return err
}

// has says whether the store has a value in good order.
func (s *local) has(ctx context.Context, flow string, key Key) (bool, error) {
	b, err := s.blob(flow, key)
	if err != nil {
		return false, err
	}
	return s.inOrder(ctx, b)
}

func (s *local) adopt(ctx context.Context, flow string, key Key, from *local) error {
	ours, err := s.blob(flow, key)
	if err != nil {
		return err
	}
	if done, err := s.inOrder(ctx, ours); done || err != nil {
		return err
	}
	take := func(of *local) error {
		_, err := inOne(of, flow, key, func(theirs blob) (struct{}, error) {
			found, err := of.verify(ctx, theirs)
			if err != nil {
				return struct{}{}, err
			}
			return struct{}{}, s.share(ours, theirs, found)
		})
		return err
	}
	if len(s.also) > 0 && take(s) == nil {
		return nil
	}
	return take(from)
}

// share makes a blob of another place ours.
func (s *local) share(ours, theirs blob, found state) error {
	if err := s.prepare(ours, found.form); err != nil {
		return err
	}
	err := os.Link(theirs.path, ours.path)
	if err == nil || errors.Is(err, fs.ErrExist) && sameFile(theirs.path, ours.path) {
		s.group.Record(ours.path)
		return nil
	}
	return s.copyBlob(ours, theirs, found)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// copyBlob is for another file system, and for a damaged blob of ours.
func (s *local) copyBlob(ours, theirs blob, found state) error {
	return s.writeBlob(ours, found.form, found.size, func(t *disk.Temp) (err error) {
		f, err := os.Open(theirs.path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		_, err = io.Copy(t.File, f)
		return err
	})
}
