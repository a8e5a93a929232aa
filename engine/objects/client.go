package objects

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"
)

// Options of a [Client]. All may be left out.
type Options struct {
	Policy Policy // Patient
	// Slots is how many requests run at once, 64 if 0.
	Slots int
	// PartSize is the size of the parts of a large object, 8 MiB if 0; objects of twice that are large.
	PartSize int64
	// Encryption is what objects are written with that ask for none of their own.
	Encryption string
	// Watch is told how transfers go; see [Progress].
	Watch  func(Progress)
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Random func() float64 // in [0, 1)
}

// Client sends requests again that failed, and does large and many transfers in parallel. It is safe for concurrent use.
type Client struct {
	requests Requests
	opts     Options
	policy   Policy
	slots    chan struct{}
	meter    *meter
}

// New returns a client for the store that requests go to.
func New(requests Requests, opts Options) *Client {
	if opts.Policy == (Policy{}) {
		opts.Policy = Patient
	}
	if opts.Slots <= 0 {
		opts.Slots = 64
	}
	if opts.PartSize <= 0 {
		opts.PartSize = 8 << 20
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Sleep == nil {
		opts.Sleep = Sleep
	}
	if opts.Random == nil {
		opts.Random = rand.Float64
	}
	return &Client{
		requests: requests, opts: opts, policy: opts.Policy, slots: make(chan struct{}, opts.Slots), meter: newMeter(opts),
	}
}

// With is the same client, its slots included, with another policy.
func (c *Client) With(p Policy) *Client {
	other := *c
	other.policy = p
	return &other
}

// once runs a request in a slot, again if need be.
func (c *Client) once(ctx context.Context, try func(ctx context.Context) error) error {
	return c.retry(ctx, func(ctx context.Context) error {
		release, err := c.slot(ctx)
		if err != nil {
			return err
		}
		defer release()
		return try(ctx)
	})
}

func (c *Client) slot(ctx context.Context) (release func(), err error) {
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Head describes an object.
func (c *Client) Head(ctx context.Context, p Place) (info Info, err error) {
	err = c.once(ctx, func(ctx context.Context) (err error) {
		info, err = c.requests.Head(ctx, p)
		return err
	})
	return info, err
}

// Touch makes an object new without changing it.
func (c *Client) Touch(ctx context.Context, info Info) error {
	return c.once(ctx, func(ctx context.Context) error { return c.requests.Touch(ctx, info) })
}

// Check says whether a bucket can be used.
func (c *Client) Check(ctx context.Context, bucket string) error {
	return c.once(ctx, func(ctx context.Context) error { return c.requests.Check(ctx, bucket) })
}

// deleteMost is how many keys a request to delete may have.
const deleteMost = 1000

// Delete removes objects of one bucket.
func (c *Client) Delete(ctx context.Context, bucket string, keys []string) error {
	for len(keys) > 0 {
		n := min(deleteMost, len(keys))
		err := c.once(ctx, func(ctx context.Context) error { return c.requests.Delete(ctx, bucket, keys[:n]) })
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// List calls each with every page of the keys that begin with p's, until it returns an error.
func (c *Client) List(ctx context.Context, p Place, folders bool, each func(Page) error) error {
	opts := ListOptions{Folders: folders}
	for {
		var page Page
		err := c.once(ctx, func(ctx context.Context) (err error) {
			page, err = c.requests.List(ctx, p, opts)
			return err
		})
		if err != nil {
			return err
		}
		if err := each(page); err != nil {
			return err
		}
		if opts.Token = page.Next; opts.Token == "" {
			return nil
		}
	}
}

// Bytes reads a small object whole.
func (c *Client) Bytes(ctx context.Context, p Place) (data []byte, info Info, err error) {
	err = c.once(ctx, func(ctx context.Context) error {
		body, err := c.requests.Get(ctx, p, Whole, "")
		if err != nil {
			return err
		}
		defer body.Close()
		info = body.Info
		data = make([]byte, body.Length)
		_, err = io.ReadFull(body, data)
		if err == nil { // a checksum is compared at the end
			_, err = io.Copy(io.Discard, body)
		}
		return received(p, err)
	})
	return data, info, err
}

// received is the error of a body that broke off.
func received(p Place, err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Op: "read", Place: p, Kind: Unreachable, Endpoint: "the store", Err: err}
}
