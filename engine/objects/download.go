package objects

import (
	"context"
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
	head := int64(0)
	err = c.once(ctx, func(ctx context.Context) error {
		body, err := c.requests.Get(ctx, p, r, "")
		if err != nil {
			return err
		}
		defer body.Close()
		got = Got{Info: body.Info, Offset: body.Offset, Length: body.Length}
		t.resize(got.Length)
		head = got.Length
		if head >= 2*c.opts.PartSize {
			head = c.opts.PartSize
		}
		n, err := copyAt(w, 0, io.LimitReader(body, head), t)
		if err == nil && n < head {
			err = io.ErrUnexpectedEOF
		}
		if err == nil && head == got.Length { // a checksum is compared at the end
			_, err = body.Read(make([]byte, 1))
			if err == io.EOF {
				err = nil
			}
		}
		if err != nil {
			t.add(-n)
		}
		return received(p, err)
	})
	if err != nil || head == got.Length {
		return got, err
	}
	return got, c.downloadRest(ctx, got, head, w, t)
}

// downloadRest fetches what comes after the first bytes, in parallel.
func (c *Client) downloadRest(ctx context.Context, got Got, from int64, w io.WriterAt, t *transfer) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(c.slots))
	for offset := from; offset < got.Length; offset += c.opts.PartSize {
		length := min(c.opts.PartSize, got.Length-offset)
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
