// Package helper carries the static helper binaries (cmd/spindle-task) inside this one, for all architectures that containers have.
//
// They are built before the binary that carries them, by `make bin/spindle`, into the folder bin, each packed with gzip and named like
// linux-amd64.gz. A binary built without that step carries none and says so when it needs one.
package helper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

//go:embed all:bin
var files embed.FS

// ErrNone is the error of a binary that carries no helpers.
var ErrNone = errors.New("this spindle was built without the helper that runs tasks in containers: build it with `make bin/spindle`")

// Binary is one helper.
type Binary struct {
	Arch   string // as Go names it
	Packed []byte // with gzip
	SHA256 string // of Packed
}

// All are the helpers in this binary, [ErrNone] if there are none. They are megabytes: keep them no longer than they are needed.
func All() ([]Binary, error) {
	sub, err := fs.Sub(files, "bin")
	if err != nil {
		return nil, err
	}
	return In(sub)
}

// In are the helpers in a folder.
func In(dir fs.FS) ([]Binary, error) {
	names, err := fs.Glob(dir, "linux-*.gz")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, ErrNone
	}
	found := make([]Binary, len(names))
	for i, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		found[i] = Binary{strings.TrimSuffix(strings.TrimPrefix(name, "linux-"), ".gz"), data, hex.EncodeToString(sum[:])}
	}
	return found, nil
}

// Places are where [Upload] will have put the helpers.
func Places(root objects.Place, binaries []Binary) map[string]remote.Blob {
	blobs := make(map[string]remote.Blob, len(binaries))
	for _, b := range binaries {
		place := remote.HelperPlace(root, b.SHA256, b.Arch)
		blobs[b.Arch] = remote.Blob{Place: place.String(), SHA256: b.SHA256, Size: int64(len(b.Packed))}
	}
	return blobs
}

// Upload makes sure that the helpers are in the datastore at root, and returns them for a [remote.Bootstrap]. What is there is not sent again.
func Upload(ctx context.Context, c *objects.Client, root objects.Place, binaries []Binary) (map[string]remote.Blob, error) {
	g, ctx := errgroup.WithContext(ctx)
	for _, b := range binaries {
		place := remote.HelperPlace(root, b.SHA256, b.Arch)
		g.Go(func() error {
			if info, err := c.Head(ctx, place); err == nil && info.Size == int64(len(b.Packed)) {
				return nil
			}
			return c.Upload(ctx, place, bytes.NewReader(b.Packed), int64(len(b.Packed)), objects.PutOptions{})
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("send the helper: %w", err)
	}
	return Places(root, binaries), nil
}
