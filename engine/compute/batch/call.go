package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fate is what a failed call means.
type fate int

const (
	refused   fate = iota // it will be refused again
	throttled             // too many calls
	failing               // Batch has a fault of its own
	unheard               // no answer: it may have been carried out
	expired               // the credentials have run out
	garbled               // there is an answer, and it makes no sense
)

// Error is a call that Batch did not carry out.
type Error struct {
	Op    string // submit job, describe jobs …
	Code  string // what Batch called it
	fate  fate
	tries int
	took  time.Duration
	Err   error
}

// Error says what was asked, and what Batch answered.
func (e *Error) Error() string {
	text := "AWS Batch: " + e.Op + ": " + e.reason()
	if e.tries > 1 {
		text += fmt.Sprintf(" (given up after %d tries in %s)", e.tries, e.took.Round(time.Second))
	}
	return text
}

func (e *Error) reason() string {
	var api smithy.APIError
	switch {
	case e.fate == expired:
		return "the credentials have expired; log in again (aws sso login), or set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
	case errors.As(e.Err, &api) && api.ErrorMessage() != "":
		return api.ErrorMessage() + " (" + api.ErrorCode() + ")"
	case e.Code != "":
		return e.Code
	}
	return innermost(e.Err).Error()
}

// Unwrap gives the error below.
func (e *Error) Unwrap() error { return e.Err }

// innermost is the first cause: what wraps it names the SDK's parts.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// judge says what a failure of the SDK means.
func judge(op string, err error) *Error {
	e := &Error{Op: op, Err: err, fate: unheard}
	var api smithy.APIError
	if errors.As(err, &api) {
		e.Code = api.ErrorCode()
	}
	status := 0
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	var signing *smithy.OperationError
	switch {
	case strings.Contains(e.Code, "Expired"):
		e.fate = expired
	case strings.Contains(e.Code, "TooManyRequests"), strings.Contains(e.Code, "Throttl"), strings.Contains(e.Code, "LimitExceeded"), status == 429:
		e.fate = throttled
	case status >= 500:
		e.fate = failing
	case status >= 400:
		e.fate = refused
	case errors.As(err, new(*smithy.DeserializationError)) && status == 200 && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, new(net.Error)):
		e.fate = garbled
	case status == 0 && e.Code == "" && errors.As(err, &signing) && strings.Contains(err.Error(), "get identity"):
		e.fate = refused // there are no credentials at all
	}
	return e
}

// Patience says how long calls are tried again.
type Patience struct {
	Base, Cap time.Duration // of the wait between tries
	Limit     time.Duration // of all tries together
}

// Patient outlives an outage of minutes.
var Patient = Patience{Base: 200 * time.Millisecond, Cap: 20 * time.Second, Limit: 30 * time.Minute}

// Brisk is for commands whose user waits.
var Brisk = Patience{Base: 200 * time.Millisecond, Cap: 2 * time.Second, Limit: 15 * time.Second}

// Clock is time and chance, so that tests have their own.
type Clock struct {
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Random func() float64 // in [0, 1)
}

// caller makes calls of one kind: again while that may help, and no more often than Batch takes them.
type caller struct {
	clock    Clock
	patience Patience
	renew    func()
	pace     *pace
}

// with is the same caller, its pace included, with another patience.
func (c caller) with(p Patience) caller {
	c.patience = p
	return c
}

// do calls until it succeeds, is refused, or patience ends. lost is asked, when not nil, before a call is repeated that may have been carried out, and
// before such a call is given up: true ends the tries.
func (c caller) do(ctx context.Context, op string, call func(ctx context.Context) error, lost func(ctx context.Context) (bool, error)) error {
	t := try{caller: c, op: op, lost: lost, began: c.clock.Now()}
	for n := 1; ; n++ {
		if err := c.pace.await(ctx, c.clock); err != nil {
			return t.leave(ctx, err)
		}
		err := call(ctx)
		if err == nil {
			c.pace.good()
			return nil
		}
		e := judge(op, err)
		e.tries, e.took = n, c.clock.Now().Sub(t.began)
		if again, err := t.failed(ctx, e); !again {
			return err
		}
		if err := c.clock.Sleep(ctx, c.wait(n)); err != nil {
			return t.leave(ctx, err)
		}
		if found, err := t.look(ctx); found || err != nil {
			return err
		}
	}
}

// try is a call and its repetitions.
type try struct {
	caller
	op      string
	lost    func(ctx context.Context) (bool, error)
	began   time.Time
	renewed bool
	unsure  bool // a call whose answer was lost may have been carried out
}

// garbledTries is how often a call is made whose answers make no sense.
const garbledTries = 5

// failed says whether another try makes sense.
func (t *try) failed(ctx context.Context, e *Error) (again bool, err error) {
	t.unsure = t.unsure || e.fate == unheard || e.fate == failing || e.fate == garbled
	switch {
	case e.fate == refused:
		return false, e
	case ctx.Err() != nil:
		return false, t.leave(ctx, ctx.Err())
	case e.took > t.patience.Limit, e.fate == garbled && e.tries >= garbledTries:
		return false, t.leave(ctx, e)
	case e.fate == throttled:
		t.pace.bad()
	case e.fate == expired && !t.renewed:
		t.renewed = true
		t.renew()
	}
	return true, nil
}

// look asks whether a call that seemed lost was carried out.
func (t *try) look(ctx context.Context) (bool, error) {
	if !t.unsure || t.lost == nil {
		return false, nil
	}
	found, err := t.lost(ctx)
	if err == nil && !found {
		t.unsure = false
	}
	return found, err
}

// leave gives up with an error, unless the call was carried out after all.
func (t *try) leave(ctx context.Context, reason error) error {
	found, err := t.look(context.WithoutCancel(ctx))
	if found {
		return nil
	}
	return errors.Join(reason, err)
}

// wait is anything up to a bound that doubles, so that many callers do not come back together.
func (c caller) wait(n int) time.Duration {
	bound := c.patience.Base
	for range n - 1 {
		if bound *= 2; bound >= c.patience.Cap {
			bound = c.patience.Cap
			break
		}
	}
	return time.Duration(c.clock.Random() * float64(bound))
}

// pace spreads calls over time: it halves when Batch throttles, and grows slowly while it does not.
type pace struct {
	most, least float64 // calls a second

	mu   sync.Mutex
	rate float64
	next time.Time
	cut  time.Time // of the last cut: what comes back throttled together counts once
	now  func() time.Time
}

func newPace(most float64, now func() time.Time) *pace {
	return &pace{most: most, least: most / 50, rate: most, now: now}
}

// await waits for this call's turn.
func (p *pace) await(ctx context.Context, clock Clock) error {
	p.mu.Lock()
	now := p.now()
	if p.next.Before(now) {
		p.next = now
	}
	turn := p.next
	p.next = turn.Add(time.Duration(float64(time.Second) / p.rate))
	p.mu.Unlock()
	if d := turn.Sub(now); d > 0 {
		return clock.Sleep(ctx, d)
	}
	return ctx.Err()
}

func (p *pace) good() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate = min(p.most, p.rate+p.most/100)
}

func (p *pace) bad() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); now.Sub(p.cut) > 500*time.Millisecond {
		p.rate, p.cut = max(p.least, p.rate/2), now
	}
}
