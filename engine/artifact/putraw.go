package artifact

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spindle-flow/spindle/engine/disk"
)

// PutRaw stores bytes as they are, under their key, for readers that want the object itself: a code package. It says where they are.
func (s *Store) PutRaw(ctx context.Context, flow string, data []byte) (key Key, location string, err error) {
	key, err = s.blobs.putRaw(ctx, flow, data)
	if err == nil {
		location, err = s.Location(flow, key)
	}
	if err != nil {
		return "", "", fmt.Errorf("store package: %w", err)
	}
	return key, location, nil
}

// Location is where a value is stored: a path, or an address.
func (s *Store) Location(flow string, key Key) (string, error) {
	if _, err := key.sum(); err != nil {
		return "", err
	}
	name, err := blobName(flow, key)
	if err != nil {
		return "", err
	}
	return s.files.path(name), nil
}

func (s *local) putRaw(_ context.Context, flow string, data []byte) (Key, error) {
	b, err := s.blob(flow, KeyOf(data))
	if err != nil {
		return "", err
	}
	return b.key, s.writeBlob(b, raw, int64(len(data)), func(t *disk.Temp) error {
		_, err := t.File.Write(data)
		return err
	})
}

// putRaw is done when it returns: who is told of it next is on another machine.
func (s *remote) putRaw(ctx context.Context, flow string, data []byte) (Key, error) {
	key := KeyOf(data)
	p, err := s.blob(flow, key)
	if err != nil {
		return "", err
	}
	if done, err := s.found(ctx, flow, key, int64(len(data))); done || err != nil {
		return key, err
	}
	if err := s.Client.Upload(ctx, p, bytes.NewReader(data), int64(len(data)), attributesOf(raw)); err != nil {
		return "", err
	}
	s.know(flow, key)
	return key, nil
}
