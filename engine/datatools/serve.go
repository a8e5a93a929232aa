package datatools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/engine/objects"
)

// Kinds of [Error], as in docs/task-protocol.md.
const (
	NotFound    = "s3_not_found"
	Denied      = "s3_denied"
	BadRange    = "s3_range"
	BadURL      = "s3_url"
	NoSpace     = "s3_disk"
	Failed      = "s3"
	InvalidCall = "invalid_call"
	UnknownCall = "unknown_call"
)

// Error is a refused call. Every error of a [Server] is one.
type Error struct {
	Kind    string
	Message string
	Err     error
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap is what the error was made of.
func (e *Error) Unwrap() error { return e.Err }

// ErrorKind makes an Error a worker.Kinded.
func (e *Error) ErrorKind() string { return e.Kind }

// Server answers calls.
type Server struct {
	// Objects is the client, asked for with the first call.
	Objects func() (*objects.Client, error)
	// Root is where S3(run=…) begins, an address; empty if nothing says so.
	Root string
}

type call func(s *Server, ctx context.Context, args json.RawMessage) (any, error)

var calls = map[string]call{
	"s3_root": (*Server).root,
	"s3_get":  (*Server).get,
	"s3_info": (*Server).info,
	"s3_list": (*Server).list,
	"s3_put":  (*Server).put,
}

// Serves says whether a store call is one of this package's.
func Serves(name string) bool { return strings.HasPrefix(name, "s3_") }

// Serve answers one call with a value that can be written as JSON.
func (s *Server) Serve(ctx context.Context, name string, args json.RawMessage) (any, error) {
	serve, ok := calls[name]
	if !ok {
		return nil, &Error{Kind: UnknownCall, Message: fmt.Sprintf("there is no store call %q", name)}
	}
	result, err := serve(s, ctx, args)
	if err != nil {
		return nil, classify(err)
	}
	return result, nil
}

// classify gives any error a kind.
func classify(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	e := &Error{Kind: Failed, Message: err.Error(), Err: err}
	var remote *objects.Error
	switch errors.As(err, &remote); {
	case errors.Is(err, syscall.ENOSPC):
		e.Kind = NoSpace
	case remote == nil:
	case remote.Kind == objects.NotFound || remote.Kind == objects.NoBucket:
		e.Kind = NotFound
	case remote.Kind == objects.Denied || remote.Code == "InvalidAccessKeyId":
		e.Kind = Denied
	case remote.Kind == objects.BadRange:
		e.Kind = BadRange
	}
	if remote != nil && remote.Remedy() != "" {
		e.Message += "; " + remote.Remedy()
	}
	return e
}

func decode(args json.RawMessage, into any) error {
	if err := json.Unmarshal(args, into); err != nil {
		return &Error{Kind: InvalidCall, Message: "the arguments cannot be read: " + err.Error(), Err: err}
	}
	return nil
}

// object parses the URL of an object.
func object(url string) (objects.Place, error) {
	p, err := objects.Parse(url)
	p.Key = strings.TrimLeft(p.Key, "/")
	if err == nil && p.Key == "" {
		err = fmt.Errorf("%q names a bucket, not an object in it", url)
	}
	if err != nil {
		return p, &Error{Kind: BadURL, Message: err.Error(), Err: err}
	}
	return p, nil
}

func prefix(url string) (objects.Place, error) {
	p, err := objects.Parse(url)
	p.Key = strings.TrimLeft(p.Key, "/")
	if err != nil {
		return p, &Error{Kind: BadURL, Message: err.Error(), Err: err}
	}
	return p, nil
}

func (s *Server) root(context.Context, json.RawMessage) (any, error) {
	return map[string]string{"root": s.Root}, nil
}
