package history

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/spindle-flow/spindle/engine/objects"
)

// includeInS3 stores an included file in S3, by its content, as Metaflow does: packed, below <root>/<flow>. It returns the address.
func (r *Reader) includeInS3(ctx context.Context, sc scope, file, flow string) (url string, size int64, err error) {
	root := r.opts.IncludedS3
	if root == "" {
		root = strings.TrimRight(sc.store.Root(), "/") + "/data"
	}
	place, err := objects.Parse(root)
	if err != nil {
		return "", 0, err
	}
	f, err := openRegular(file)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha1.New()
	if size, err = copyAll(ctx, h, f); err != nil {
		return "", 0, err
	}
	place = place.Join(flow + "/" + sum(h))
	if r.opts.Postpone != nil {
		r.opts.Postpone(place, file)
		return place.String(), size, nil
	}
	return place.String(), size, r.sendIncluded(ctx, place, f)
}

// SendIncluded stores a file that was postponed ([Options].Postpone).
func (r *Reader) SendIncluded(ctx context.Context, place objects.Place, file string) error {
	f, err := openRegular(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := r.sendIncluded(ctx, place, f); err != nil {
		return fmt.Errorf("include file %q: %w", file, err)
	}
	return nil
}

// sendIncluded packs a file and sends it, if it still has the content its name says. What is there is not sent again.
func (r *Reader) sendIncluded(ctx context.Context, place objects.Place, f *os.File) (err error) {
	client, err := r.objectStore()
	if err != nil {
		return err
	}
	if _, err := client.Head(ctx, place); objects.KindOf(err) != objects.NotFound {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	packed, err := os.CreateTemp(r.opts.Dir, "include-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, packed.Close(), os.Remove(packed.Name())) }()
	z, err := gzip.NewWriterLevel(packed, packLevel)
	if err != nil {
		return err
	}
	h := sha1.New()
	if _, err := copyAll(ctx, io.MultiWriter(z, h), f); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if sum(h) != filepath.Base(place.Key) {
		return errors.New("it changed while it was read")
	}
	info, err := packed.Stat()
	if err != nil {
		return err
	}
	return client.Upload(ctx, place, packed, info.Size(), objects.PutOptions{})
}

// includedFromS3 fetches an included file.
func (r *Reader) includedFromS3(ctx context.Context, d descriptor) (p Place, err error) {
	place, err := objects.Parse(d.URL)
	if err != nil {
		return Place{}, refuse(InvalidCall, "%w", err)
	}
	client, err := r.objectStore()
	if err != nil {
		return Place{}, err
	}
	f, err := os.CreateTemp(r.opts.Dir, "included-*")
	if err != nil {
		return Place{}, err
	}
	got, err := client.Download(ctx, place, objects.Whole, f)
	if err == nil {
		err = f.Truncate(got.Length)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		if objects.KindOf(err) == objects.NotFound {
			return Place{}, refuse(NotFound, "the included file %q is gone", d.URL)
		}
		return Place{}, err
	}
	if !d.uploaded() {
		return Place{Path: f.Name(), Size: got.Length, Temporary: true}, nil
	}
	defer func() { _ = os.Remove(f.Name()) }()
	return r.unpacked(ctx, f.Name(), d.URL)
}

func (r *Reader) objectStore() (*objects.Client, error) {
	if r.opts.Objects == nil {
		return nil, refuse(NotFound, "there is no object store here to read included files from")
	}
	return r.opts.Objects()
}
