package objects_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/objects"
)

func TestParse(t *testing.T) {
	for url, want := range map[string]objects.Place{
		"s3://b": {Bucket: "b"}, "s3://b/": {Bucket: "b"}, "s3://b/k": {Bucket: "b", Key: "k"}, "s3://b/a b/#?%": {Bucket: "b", Key: "a b/#?%"},
		"s3:///k": {}, "http://b/k": {}, "b/k": {}, "": {}, "s3://b c/k": {},
	} {
		got, err := objects.Parse(url)
		if got != want || (err == nil) != (want != objects.Place{}) {
			t.Errorf("%q: %+v, %v", url, got, err)
		}
	}
}

func TestRangeHeader(t *testing.T) {
	for want, r := range map[string]objects.Range{
		"": objects.Whole, "bytes=0-0": {Length: 1}, "bytes=5-9": {Offset: 5, Length: 5}, "bytes=5-": {Offset: 5, Length: objects.Rest}, "bytes=-3": {Length: -3},
	} {
		if got := r.Header(); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

// failing is a store that refuses everything.
type failing struct {
	objects.Requests
	kind    objects.Kind
	tries   int
	renewed int
}

func (f *failing) Head(context.Context, objects.Place) (objects.Info, error) {
	f.tries++
	return objects.Info{}, &objects.Error{Op: "look up", Kind: f.kind, Err: errors.New("no")}
}

func (f *failing) Renew() { f.renewed++ }

// TestWaits makes sure that waits are anything between nothing and a bound that doubles up to its cap, and that the last error says what was tried.
func TestWaits(t *testing.T) {
	for share, want := range map[float64][]time.Duration{
		0:    {0, 0, 0, 0},
		0.5:  {50, 100, 200, 200},
		0.99: {99, 198, 396, 396},
	} {
		store, waits := &failing{kind: objects.Throttled}, []time.Duration{}
		c := objects.New(store, objects.Options{
			Policy: objects.Policy{Tries: 5, Base: 100, Cap: 400}, Random: func() float64 { return share },
			Sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil },
		})
		_, err := c.Head(t.Context(), objects.Place{Bucket: "b", Key: "k"})
		var e *objects.Error
		if !errors.As(err, &e) || e.Tries != 5 || store.tries != 5 {
			t.Errorf("%v after %d tries", err, store.tries)
		}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatIsNotRepeated(t *testing.T) {
	for kind, want := range map[objects.Kind]int{
		objects.NotFound: 1, objects.Denied: 1, objects.BadLogin: 1, objects.Exists: 1, objects.Changed: 1, objects.Other: 1, objects.Expired: 2, objects.Stalled: 4,
	} {
		store := &failing{kind: kind}
		c := objects.New(store, objects.Options{Policy: objects.Policy{Tries: 4, Base: 1, Cap: 1}})
		if _, err := c.Head(t.Context(), objects.Place{}); objects.KindOf(err) != kind || store.tries != want {
			t.Errorf("kind %d: %v after %d tries, want %d", kind, err, store.tries, want)
		}
		if (store.renewed == 1) != (kind == objects.Expired) {
			t.Errorf("kind %d: credentials were renewed %d times", kind, store.renewed)
		}
	}
}

// TestOutOfTime tells a wait that its caller ended from one that took too long.
func TestOutOfTime(t *testing.T) {
	stalled := objects.New(&failing{kind: objects.Stalled}, objects.Options{Policy: objects.Policy{Tries: 1000, Base: time.Hour, Cap: time.Hour}})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := stalled.Head(ctx, objects.Place{}); objects.KindOf(err) != objects.Stalled {
		t.Errorf("too long: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := stalled.Head(ctx, objects.Place{}); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}
