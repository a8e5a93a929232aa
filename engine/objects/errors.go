package objects

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Kind is what an error means for the caller.
type Kind int

// The kinds. Those from [Throttled] on may pass.
const (
	Other       Kind = iota
	NotFound         // no such object
	NoBucket         // no such bucket
	Denied           // the credentials are right, but not allowed to do this
	BadLogin         // there are no credentials, or wrong ones
	BadRange         // the object ends before the range
	Exists           // there is an object already
	Changed          // the object is no longer the one that was asked for
	BadRequest       // the request makes no sense to the server
	Throttled        // too many requests
	Failing          // the server has a fault of its own
	Unreachable      // no connection, or one that broke
	Stalled          // no answer in time
	Damaged          // bytes arrived that were not sent
	Expired          // the credentials have run out
)

func (k Kind) passing() bool { return k >= Throttled && k <= Expired }

// Error is a failed request.
type Error struct {
	Op    string // read, write, list …
	Place Place
	Kind  Kind
	// Endpoint is where the request went, Code what the server called the failure.
	Endpoint string
	Code     string
	Cause    string // of BadLogin: who was to give credentials, and what he said
	Err      error
	Tries    int
	Took     time.Duration // of all tries, where there was more than one
}

// Error says what failed, why, and what was tried.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s %q: %s", e.Op, e.Place.String(), e.reason())
	if e.Tries > 1 {
		text += fmt.Sprintf(" (given up after %d tries in %s)", e.Tries, e.Took.Round(100*time.Millisecond))
	}
	return text
}

func (e *Error) reason() string {
	switch e.Kind {
	case NotFound:
		return "there is no such object"
	case NoBucket:
		return fmt.Sprintf("there is no bucket %q at %s", e.Place.Bucket, e.Endpoint)
	case Denied:
		return "access denied"
	case BadLogin:
		if e.Code == "" && e.Cause != "" {
			return fmt.Sprintf("there are no credentials for %s: %s", e.Endpoint, e.Cause)
		}
		if e.Code == "" {
			return "there are no credentials for " + e.Endpoint
		}
		return fmt.Sprintf("%s does not accept these credentials (%s)", e.Endpoint, e.Code)
	case BadRange:
		return "the object ends before the range asked for"
	case Exists:
		return "there is an object already"
	case Changed:
		return "the object was replaced while it was read"
	case Throttled:
		return fmt.Sprintf("%s is asked too often (%s)", e.Endpoint, e.Code)
	case Failing:
		return fmt.Sprintf("%s is failing (%s)", e.Endpoint, e.Code)
	case Unreachable:
		return fmt.Sprintf("%s cannot be reached: %s", e.Endpoint, RootCause(e.Err))
	case Stalled:
		return fmt.Sprintf("%s does not answer in time", e.Endpoint)
	case Damaged:
		return fmt.Sprintf("the bytes were damaged on the way: %s", RootCause(e.Err))
	case Expired:
		return fmt.Sprintf("the credentials have expired (%s)", e.Code)
	}
	return RootCause(e.Err)
}

// RootCause is the innermost error's text: what wraps it names the SDK's parts, not the user's.
func RootCause(err error) string {
	if err == nil {
		return "it failed"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// Remedy is the way out, empty where none is known.
func (e *Error) Remedy() string {
	switch e.Kind {
	case NoBucket:
		return fmt.Sprintf("create it (aws s3 mb s3://%s), or set METAFLOW_DATASTORE_SYSROOT_S3 or --datastore-root to one that exists", e.Place.Bucket)
	case Denied:
		return fmt.Sprintf("ask for s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on bucket %q, or choose another profile with AWS_PROFILE", e.Place.Bucket)
	case BadLogin:
		return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or log in with `aws sso login`"
	case Expired:
		return "log in again (`aws sso login`), or set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
	case Unreachable, Stalled:
		return fmt.Sprintf("check the network, and METAFLOW_S3_ENDPOINT_URL (now %s)", e.Endpoint)
	case Throttled, Failing:
		return "wait a little, or lower METAFLOW_S3_WORKER_COUNT"
	}
	return ""
}

// Unwrap gives the error below.
func (e *Error) Unwrap() error { return e.Err }

// Is makes an error of a missing object one of a missing file.
func (e *Error) Is(target error) bool {
	return target == fs.ErrNotExist && e.Kind == NotFound || target == fs.ErrExist && e.Kind == Exists
}

// KindOf is the kind of an error, [Other] for one that is not of this package.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Other
}
