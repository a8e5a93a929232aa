package objects

import (
	"bytes"
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"
)

// maxParts is how many parts an object may have.
const maxParts = 10_000

// Put writes an object from memory.
func (c *Client) Put(ctx context.Context, p Place, data []byte, opts PutOptions) error {
	return c.Upload(ctx, p, bytes.NewReader(data), int64(len(data)), opts)
}

// Upload writes an object: in one request, or in parallel parts where it is large. It may be called again, whatever became of an earlier call.
func (c *Client) Upload(ctx context.Context, p Place, from io.ReaderAt, size int64, opts PutOptions) error {
	if opts.Encryption == "" {
		opts.Encryption = c.opts.Encryption
	}
	t := c.meter.begin(Up, size)
	defer t.end()
	if size >= 2*c.opts.PartSize {
		return c.uploadParts(ctx, p, from, size, opts, t)
	}
	return c.once(ctx, func(ctx context.Context) error {
		body := t.seeker(io.NewSectionReader(from, 0, size))
		_, err := c.requests.Put(ctx, p, body, size, opts)
		if err != nil {
			body.undo()
		}
		return err
	})
}

func (c *Client) uploadParts(ctx context.Context, p Place, from io.ReaderAt, size int64, opts PutOptions, t *transfer) (err error) {
	var upload string
	err = c.once(ctx, func(ctx context.Context) (err error) {
		upload, err = c.requests.StartUpload(ctx, p, opts.Attributes)
		return err
	})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil { // parts that nobody finishes cost money; the bucket's own rules remove what cannot be removed now
			_ = c.requests.AbortUpload(context.WithoutCancel(ctx), p, upload)
		}
	}()
	parts, err := c.putParts(ctx, p, upload, from, size, t)
	if err != nil {
		return err
	}
	lost := false
	return c.once(ctx, func(ctx context.Context) error {
		_, err := c.requests.FinishUpload(ctx, p, upload, parts, opts)
		if lost && err != nil && KindOf(err) != Exists && c.finished(ctx, p, size) {
			return nil // an earlier try was carried out, and only its answer was lost
		}
		lost = lost || err != nil
		return err
	})
}

// finished says whether the object is there in the size it is to have.
func (c *Client) finished(ctx context.Context, p Place, size int64) bool {
	info, err := c.requests.Head(ctx, p)
	return err == nil && info.Size == size
}

func (c *Client) putParts(ctx context.Context, p Place, upload string, from io.ReaderAt, size int64, t *transfer) ([]Part, error) {
	step := c.opts.PartSize
	for (size+step-1)/step > maxParts {
		step *= 2
	}
	parts := make([]Part, (size+step-1)/step)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(c.slots))
	for i := range parts {
		offset := int64(i) * step
		length := min(step, size-offset)
		g.Go(func() error {
			return c.once(ctx, func(ctx context.Context) (err error) {
				body := t.seeker(io.NewSectionReader(from, offset, length))
				if parts[i], err = c.requests.PutPart(ctx, p, upload, i+1, body, length); err != nil {
					body.undo()
				}
				return err
			})
		})
	}
	return parts, g.Wait()
}

// PutNew writes an object where there is none, and says whether it did. Servers that ignore the condition are asked first.
func (c *Client) PutNew(ctx context.Context, p Place, from io.ReaderAt, size int64, opts PutOptions) (created bool, err error) {
	_, err = c.Head(ctx, p)
	if err == nil {
		return false, nil
	}
	if KindOf(err) != NotFound {
		return false, err
	}
	opts.IfNone = true
	err = c.Upload(ctx, p, from, size, opts)
	var e *Error
	if errors.As(err, &e) && e.Kind == Exists {
		return false, nil
	}
	return err == nil, err
}

// Swap writes a small object where the one with an ETag is, or where none is for an empty ETag, and returns the new ETag. written is false where somebody
// else was faster, or where an earlier try was carried out and its answer was lost: who must know reads what is there.
func (c *Client) Swap(ctx context.Context, p Place, data []byte, etag string) (now string, written bool, err error) {
	opts := PutOptions{Attributes: Attributes{Encryption: c.opts.Encryption}, IfNone: etag == "", IfMatch: etag}
	err = c.once(ctx, func(ctx context.Context) (err error) {
		now, err = c.requests.Put(ctx, p, bytes.NewReader(data), int64(len(data)), opts)
		return err
	})
	switch KindOf(err) {
	case Exists:
		return "", false, nil
	case NotFound:
		if etag != "" { // what was to be replaced is gone
			return "", false, nil
		}
	}
	return now, err == nil, err
}
