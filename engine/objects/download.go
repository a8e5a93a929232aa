package objects

import (
	"context"
	"errors"
	"io"

	"golang.org/x/sync/errgroup"
)

// Got is what a download wrote.
type Got struct {
	Info
	Offset, Length int64
}

// Download writes an object, or a range of one, to w from its position 0 on. Large ones come in parallel ranges. Behind the length it returns, w may hold
// bytes of an object that was replaced meanwhile.
func (c *Client) Download(ctx context.Context, p Place, r Range, w io.WriterAt) (got Got, err error) {
	const replaced = 3 // how often an object may change under the download
	for n := 1; ; n++ {
		got, err = c.download(ctx, p, r, w)
		if KindOf(err) != Changed || n == replaced {
			return got, err
		}
	}
}

func (c *Client) download(ctx context.Context, p Place, r Range, w io.WriterAt) (got Got, err error) {
	t := c.meter.begin(Down, 0)
	defer t.end()
	var body Body // left open for a large object
	err = c.once(ctx, func(ctx context.Context) (err error) {
		if body, err = c.requests.Get(ctx, p, r, ""); err != nil {
			return err
		}
		got = Got{Info: body.Info, Offset: body.Offset, Length: body.Length}
		t.resize(got.Length)
		if got.Length >= 2*c.opts.PartSize {
			return nil
		}
		defer body.Close()
		n, err := receive(w, body, t)
		if err != nil {
			t.add(-n)
		}
		return received(p, err)
	})
	if err != nil || got.Length < 2*c.opts.PartSize {
		return got, err
	}
	return got, c.downloadParts(ctx, got, body, w, t)
}

// receive copies a whole body. Its checksum is compared at the end.
func receive(w io.WriterAt, body Body, t *transfer) (int64, error) {
	n, err := copyAt(w, 0, body, t)
	if err == nil && n < body.Length {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// step is the size of the ranges of a large object: the larger, the fewer requests, as long as there is something to do for many connections.
func (c *Client) step(length int64) int64 {
	const most = 64 << 20
	return max(2*c.opts.PartSize, min(length/int64(cap(c.slots)), most))
}

// downloadParts fetches an object in parallel ranges, the first from the body that is open already.
func (c *Client) downloadParts(ctx context.Context, got Got, body Body, w io.WriterAt, t *transfer) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(c.slots))
	step := c.step(got.Length)
	first := min(step, got.Length)
	g.Go(func() error {
		n, err := copyAt(w, 0, io.LimitReader(body, first), t)
		_ = body.Close() // the rest of it comes by other connections
		var keeping *Error
		if errors.As(err, &keeping) && keeping.Kind == Other { // it could not be written
			return err
		}
		if n == first || ctx.Err() != nil {
			return ctx.Err()
		}
		return c.downloadPart(ctx, got, Range{n, first - n}, w, t)
	})
	for offset := first; offset < got.Length; offset += step {
		length := min(step, got.Length-offset)
		g.Go(func() error { return c.downloadPart(ctx, got, Range{offset, length}, w, t) })
	}
	return g.Wait()
}

// downloadPart fetches one range of what is written, and goes on where a try broke off.
func (c *Client) downloadPart(ctx context.Context, got Got, part Range, w io.WriterAt, t *transfer) error {
	done := int64(0)
	return c.once(ctx, func(ctx context.Context) error {
		left := Range{got.Offset + part.Offset + done, part.Length - done}
		body, err := c.requests.Get(ctx, got.Place, left, got.ETag)
		if err != nil {
			return err
		}
		defer body.Close()
		n, err := copyAt(w, part.Offset+done, body, t)
		done += n
		if err == nil && n < left.Length {
			err = io.ErrUnexpectedEOF
		}
		return received(got.Place, err)
	})
}

// copyAt copies to a place in w until the end of r.
func copyAt(w io.WriterAt, offset int64, r io.Reader, t *transfer) (int64, error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	var size int64
	for {
		n, err := r.Read(*buf)
		if n > 0 {
			if _, err := w.WriteAt((*buf)[:n], offset+size); err != nil {
				return size, &Error{Op: "keep", Kind: Other, Err: err}
			}
			size += int64(n)
			t.add(int64(n))
		}
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}
