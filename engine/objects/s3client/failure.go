package s3client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/spindle-flow/spindle/engine/objects"
)

// kinds are what S3's error codes mean.
var kinds = map[string]objects.Kind{
	"NoSuchKey": objects.NotFound, "NotFound": objects.NotFound, "NoSuchUpload": objects.NotFound,
	"NoSuchBucket": objects.NoBucket,
	"AccessDenied": objects.Denied, "Forbidden": objects.Denied, "AllAccessDisabled": objects.Denied,
	"InvalidAccessKeyId": objects.BadLogin, "SignatureDoesNotMatch": objects.BadLogin, "InvalidToken": objects.BadLogin,
	"InvalidSecurity": objects.BadLogin, "RequestTimeTooSkewed": objects.BadLogin, "UnrecognizedClientException": objects.BadLogin,
	"XAdminUserNotFound": objects.BadLogin, // versitygw's InvalidAccessKeyId
	"InvalidRange":       objects.BadRange,
	"PreconditionFailed": objects.Exists, "ConditionalRequestConflict": objects.Throttled, "OperationAborted": objects.Throttled,
	"SlowDown": objects.Throttled, "Throttling": objects.Throttled, "ThrottlingException": objects.Throttled,
	"RequestLimitExceeded": objects.Throttled, "TooManyRequests": objects.Throttled, "BandwidthLimitExceeded": objects.Throttled,
	"InternalError": objects.Failing, "ServiceUnavailable": objects.Failing,
	"RequestTimeout": objects.Stalled,
	"BadDigest":      objects.Damaged, "InvalidDigest": objects.Damaged, "XAmzContentSHA256Mismatch": objects.Damaged,
	"XAmzContentChecksumMismatch": objects.Damaged, "IncompleteBody": objects.Damaged,
	"ExpiredToken": objects.Expired, "ExpiredTokenException": objects.Expired, "TokenRefreshRequired": objects.Expired, "RequestExpired": objects.Expired,
}

// failed is the error of a request in the words of package objects.
func (c *Client) failed(ctx context.Context, op string, p objects.Place, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e := &objects.Error{Op: op, Place: p, Endpoint: c.endpoint, Err: err}
	status, region := answer(err)
	var api smithy.APIError
	if errors.As(err, &api) {
		e.Code = api.ErrorCode()
	}
	if e.Code == "" && status != 0 {
		e.Code = "HTTP status " + strconv.Itoa(status)
	}
	var login *loginError
	switch {
	case errors.As(err, &login):
		e.Kind, e.Cause = login.kind(e.Code, status), login.source()
		if e.Kind == objects.BadLogin {
			e.Code = "" // it is another service's
		}
	case c.moved(p.Bucket, region) && status >= 300: // the next try goes there
		e.Kind = objects.Failing
	case kinds[e.Code] != objects.Other:
		e.Kind = kinds[e.Code]
	case status != 0:
		e.Kind = ofStatus(status)
	default:
		e.Kind = ofConnection(err)
	}
	if e.Kind == objects.NotFound && (op == "open" || op == "list") { // there may be no bucket, but that has a code of its own
		e.Kind = objects.BadRequest
		e.Err = fmt.Errorf("%s does not answer as S3 does (%s)", c.endpoint, e.Code)
	}
	return e
}

// kind is what it means for the request that a service which gives credentials has answered with a code.
func (e *loginError) kind(code string, status int) objects.Kind {
	kind := kinds[code]
	if kind == objects.Other && status != 0 {
		kind = ofStatus(status)
	}
	switch kind {
	case objects.Expired, objects.Throttled, objects.Failing, objects.Stalled:
		return kind
	}
	return objects.BadLogin
}

// source is the service that was to give credentials and did not, with what it said; empty where none was to: there is nothing configured then.
func (e *loginError) source() string {
	var op *smithy.OperationError
	if !errors.As(e.err, &op) || op.Service() == "ec2imds" {
		return ""
	}
	var api smithy.APIError
	if errors.As(op.Err, &api) {
		return fmt.Sprintf("%s answered %s: %s", op.Service(), api.ErrorCode(), api.ErrorMessage())
	}
	return fmt.Sprintf("%s could not be asked: %s", op.Service(), objects.RootCause(op.Err))
}

// answer is the status of the server's answer, 0 where there was none, and the region it says the bucket is in.
func answer(err error) (status int, region string) {
	var r *smithyhttp.ResponseError
	if !errors.As(err, &r) || r.Response == nil {
		return 0, ""
	}
	if status = r.HTTPStatusCode(); status < 300 { // the answer's body broke off
		return 0, ""
	}
	return status, r.Response.Header.Get("X-Amz-Bucket-Region")
}

func ofStatus(status int) objects.Kind {
	switch {
	case status == http.StatusNotFound:
		return objects.NotFound
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return objects.Denied
	case status == http.StatusPreconditionFailed:
		return objects.Exists
	case status == http.StatusRequestedRangeNotSatisfiable:
		return objects.BadRange
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return objects.Throttled
	case status == http.StatusRequestTimeout || status == http.StatusGatewayTimeout:
		return objects.Stalled
	case status >= 500:
		return objects.Failing
	}
	return objects.BadRequest
}

// ofConnection is the kind of a failure without an answer.
func ofConnection(err error) objects.Kind {
	var (
		network net.Error
		dial    *net.OpError
		odd     *smithy.DeserializationError
		send    *smithyhttp.RequestSendError
	)
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return objects.Unreachable
	case errors.As(err, &network) && network.Timeout():
		return objects.Stalled
	case errors.As(err, &dial), errors.As(err, &send), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return objects.Unreachable
	case errors.As(err, &odd):
		return objects.Damaged
	}
	return objects.Other
}

// body turns the errors of receiving into those of package objects.
type body struct {
	io.ReadCloser
	ctx context.Context
	c   *Client
	p   objects.Place
}

// Read implements io.Reader.
func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	if b.ctx.Err() != nil {
		return n, b.ctx.Err()
	}
	kind := ofConnection(err)
	if kind == objects.Other { // the checksum
		kind = objects.Damaged
	}
	return n, &objects.Error{Op: "read", Place: b.p, Endpoint: b.c.endpoint, Kind: kind, Err: err}
}
