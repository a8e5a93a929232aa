package objects

import (
	"context"
	"errors"
	"time"
)

// Policy says how long to go on trying.
type Policy struct {
	Tries int           // in all, at least 1
	Base  time.Duration // the first wait is at most this long, each further one at most twice as long
	Cap   time.Duration // and none longer than this
}

// Patient is the policy of a run: an endpoint may be gone for about a minute.
var Patient = Policy{Tries: 12, Base: 100 * time.Millisecond, Cap: 15 * time.Second}

// Brisk is the policy of a first contact, which says whether there is anybody at all.
var Brisk = Policy{Tries: 3, Base: 100 * time.Millisecond, Cap: time.Second}

// wait is the bound of the wait after a failed try; tries count from 1.
func (p Policy) wait(try int) time.Duration {
	d := p.Base
	for range try - 1 {
		if d *= 2; d >= p.Cap {
			return p.Cap
		}
	}
	return min(d, p.Cap)
}

// retry runs one request until it succeeds, fails for good or the policy is used up. Expired credentials are renewed once for each request.
func (c *Client) retry(ctx context.Context, try func(ctx context.Context) error) error {
	began := c.opts.Now()
	renewed := false
	var last *Error
	for n := 1; ; n++ {
		err := try(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return c.outOfTime(ctx, last, n-1, began)
		}
		var e *Error
		if !errors.As(err, &e) || !e.Kind.passing() {
			return err
		}
		if e.Kind == Expired {
			if renewed {
				return err
			}
			renewed = true
			c.requests.Renew()
			continue
		}
		if last = e; n >= c.policy.Tries {
			return e.after(n, c.opts.Now().Sub(began))
		}
		if err := c.opts.Sleep(ctx, time.Duration(c.opts.Random()*float64(c.policy.wait(n)))); err != nil {
			return c.outOfTime(ctx, last, n, began)
		}
	}
}

// outOfTime is the error of tries that their context ended: what the last one met, unless somebody did not want to wait any more.
func (c *Client) outOfTime(ctx context.Context, last *Error, tries int, began time.Time) error {
	if last == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	return last.after(tries, c.opts.Now().Sub(began))
}

// after is the error with what was tried.
func (e *Error) after(tries int, took time.Duration) *Error {
	given := *e
	given.Tries, given.Took = tries, took
	return &given
}

// Sleep waits for real time, or until ctx ends, whose error it returns then.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
