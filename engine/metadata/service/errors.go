package service

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// Kind is what an error means for the user.
type Kind int

// The kinds.
const (
	Other       Kind = iota
	NotFound         // there is no such object
	Unreachable      // no connection, or one that broke
	Busy             // 429, 502, 503, 504: it may pass
	Failing          // another 5xx: a fault of the service's own
	Denied           // 401, 403
	Strange          // something answers that is no metadata service: HTML, a redirect
	TooOld           // the service does not know this call
	Refused          // another 4xx
)

// Error is a call that the service did not carry out.
type Error struct {
	Op     string // what was to be done
	URL    string // the service's
	Kind   Kind
	Status int    // of the HTTP answer, 0 for none
	Detail string // what the service said
	Err    error
	Tries  int
	Took   time.Duration // of all tries, where there was more than one

	maybe bool  // it may have been carried out all the same
	since int64 // how many calls had succeeded when this one was begun
}

// Error says what failed, why, and what was tried.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s", e.Op, e.reason())
	if e.Tries > 1 {
		text += fmt.Sprintf(" (given up after %d tries in %s)", e.Tries, e.Took.Round(100*time.Millisecond))
	}
	return text
}

func (e *Error) reason() string {
	switch e.Kind {
	case NotFound:
		return "it does not exist"
	case Unreachable:
		return fmt.Sprintf("the metadata service at %s does not answer (%s)", e.URL, cause(e.Err))
	case Busy, Failing:
		return fmt.Sprintf("the metadata service at %s is failing (status %d)%s", e.URL, e.Status, e.said())
	case Denied:
		return fmt.Sprintf("the metadata service at %s refuses the key (status %d)%s", e.URL, e.Status, e.said())
	case Strange:
		return fmt.Sprintf("what answers at %s is not a metadata service: %s", e.URL, e.Detail)
	case TooOld:
		return fmt.Sprintf("the metadata service at %s is too old: %s", e.URL, e.Detail)
	}
	return fmt.Sprintf("the metadata service at %s refused (status %d)%s", e.URL, e.Status, e.said())
}

func (e *Error) said() string {
	if e.Detail == "" {
		return ""
	}
	return ": " + e.Detail
}

// Remedy is the way out, empty where none is known.
func (e *Error) Remedy() string {
	switch e.Kind {
	case Unreachable:
		return fmt.Sprintf("check METAFLOW_SERVICE_URL (now %s) and the network, or keep metadata here with --metadata local", e.URL)
	case Busy, Failing:
		return "wait until the service is well again, or keep metadata here with --metadata local"
	case Denied:
		return "set METAFLOW_SERVICE_AUTH_KEY to the service's key, or METAFLOW_SERVICE_HEADERS to the headers it wants"
	case Strange:
		return fmt.Sprintf("set METAFLOW_SERVICE_URL (now %s) to the service's own address, with its path and without a login page before it", e.URL)
	case TooOld:
		return "ask whoever runs the service to upgrade it"
	}
	return ""
}

// Unwrap gives the error below.
func (e *Error) Unwrap() error { return e.Err }

// Is makes an error of a missing object one of package metadata.
func (e *Error) Is(target error) bool { return target == metadata.ErrNotFound && e.Kind == NotFound }

// passing says whether trying again soon can help while somebody waits.
func (e *Error) passing() bool { return e.Kind == Unreachable || e.Kind == Busy }

// cause is an error of a connection in few words.
func cause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Sprintf("nobody knows the host %q", dns.Name)
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// undelivered says whether a request cannot have reached anybody.
func undelivered(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// Short is the reason without the service's name.
func (e *Error) Short() string {
	switch e.Kind {
	case Unreachable:
		return "it does not answer: " + cause(e.Err)
	case Denied:
		return fmt.Sprintf("it refuses the key: status %d", e.Status)
	case Strange:
		return "what answers is not a metadata service: " + e.Detail
	}
	return fmt.Sprintf("it answers with status %d", e.Status)
}
