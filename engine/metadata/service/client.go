package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Options are what a [Service] takes from its surroundings.
type Options struct {
	URL     string            // METAFLOW_SERVICE_URL
	Headers map[string]string // METAFLOW_SERVICE_HEADERS
	Key     string            // METAFLOW_SERVICE_AUTH_KEY
	// Tries is how often a call is made that somebody waits for, 0 for 5 (METAFLOW_SERVICE_RETRY_COUNT).
	Tries int
	// AnyVersion leaves out asking for the service's version: it is taken to know all calls.
	AnyVersion bool
	User       string // recorded as the author of what is written
	// Patience is how long [Service.Flush] waits while nothing can be posted, 0 for 5 minutes.
	Patience time.Duration
	// Base is the wait after a first failure, 0 for 1 s; each further one is twice as long, up to Cap, 0 for 15 s.
	Base, Cap time.Duration
	// Timeout bounds one request, 0 for 30 s.
	Timeout time.Duration
	// Connections is how many requests are on their way at most, 0 for 16, and as many heartbeats.
	Connections int
	Now         func() time.Time // time.Now when nil
	Random      func() float64   // in [0, 1); the system's when nil
	// Sleep waits, or returns early with an error when ctx ends. Real time when nil.
	Sleep func(ctx context.Context, d time.Duration) error
	// Token is a text that nobody else has, for each run; random when nil.
	Token func() string
}

// Variables with which a service is set up.
const (
	URLVariable      = "METAFLOW_SERVICE_URL"
	HeadersVariable  = "METAFLOW_SERVICE_HEADERS"
	KeyVariable      = "METAFLOW_SERVICE_AUTH_KEY"
	RetryVariable    = "METAFLOW_SERVICE_RETRY_COUNT"
	VersionVariable  = "METAFLOW_SERVICE_VERSION_CHECK"
	PatienceVariable = "SPINDLE_SERVICE_PATIENCE"
)

func (o *Options) setDefaults() {
	o.URL = strings.TrimRight(o.URL, "/")
	for _, d := range []struct {
		v    *time.Duration
		then time.Duration
	}{{&o.Patience, 5 * time.Minute}, {&o.Base, time.Second}, {&o.Cap, 15 * time.Second}, {&o.Timeout, 30 * time.Second}} {
		if *d.v <= 0 {
			*d.v = d.then
		}
	}
	if o.Tries <= 0 {
		o.Tries = 5
	}
	if o.Connections <= 0 {
		o.Connections = 16
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = mathrand.Float64
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Token == nil {
		o.Token = rand.Text
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// client sends requests and puts what comes of them into words.
type client struct {
	opts Options
	http *http.Client
	// successes counts the calls that succeeded, as far as they are reported.
	successes atomic.Int64
}

func newClient(o Options) *client {
	// One host, so all idle connections are its; heartbeats have their own share.
	n := 2 * o.Connections
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.MaxConnsPerHost = n, n, n
	return &client{opts: o, http: &http.Client{
		Transport: transport, Timeout: o.Timeout,
		// A POST that is sent elsewhere becomes a GET: rather say that the address is wrong.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call is one request: what it does in words, and what is sent.
type call struct {
	op, method, path string
	body             any // nil for none
}

// answer is what came back of a call that was carried out.
type answer struct {
	body   []byte
	header http.Header
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 256 << 20

// once sends a request. Its errors are all of type [*Error], but for those of ctx.
func (c *client) once(ctx context.Context, k call) (*answer, error) {
	since := c.successes.Load()
	fail := func(kind Kind, err error) *Error {
		return &Error{Op: k.op, URL: c.opts.URL, Kind: kind, Err: err, Tries: 1, since: since}
	}
	var body io.Reader
	if k.body != nil {
		data, err := json.Marshal(k.body)
		if err != nil {
			return nil, fail(Other, err)
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, k.method, c.opts.URL+k.path, body)
	if err != nil {
		return nil, fail(Unreachable, err)
	}
	c.head(req)
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		e := fail(Unreachable, err)
		e.maybe = !undelivered(err)
		return nil, e
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		e := fail(Unreachable, fmt.Errorf("the answer broke off: %w", err))
		e.maybe = true
		return nil, e
	}
	if e := c.judge(resp, data); e != nil {
		e.Op, e.since = k.op, since
		return nil, e
	}
	return &answer{body: data, header: resp.Header}, nil
}

func (c *client) head(req *http.Request) {
	for name, value := range c.opts.Headers {
		req.Header.Set(name, value)
	}
	if c.opts.Key != "" {
		req.Header.Set("x-api-key", c.opts.Key)
	}
	if req.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json, text/plain")
}

// judge is what an answer says against the call; nil if it was carried out.
func (c *client) judge(resp *http.Response, data []byte) *Error {
	e := &Error{URL: c.opts.URL, Status: resp.StatusCode, Detail: said(data), Tries: 1}
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		e.Kind = Denied
		if isHTML(data) {
			e.Detail = ""
		}
	case s == http.StatusTooManyRequests || s == http.StatusBadGateway || s == http.StatusServiceUnavailable || s == http.StatusGatewayTimeout:
		e.Kind, e.maybe = Busy, s != http.StatusTooManyRequests
		if isHTML(data) {
			e.Detail = ""
		}
	case s >= 500:
		e.Kind, e.maybe = Failing, true
	case s >= 300 && s < 400:
		e.Kind, e.Detail = Strange, fmt.Sprintf("it sends the caller on to %q", resp.Header.Get("Location"))
	case isHTML(data):
		e.Kind, e.Detail, e.maybe = Strange, fmt.Sprintf("it answers with a web page (status %d)", s), s < 300
	case s == http.StatusNotFound:
		e.Kind = NotFound
	case s >= 400:
		e.Kind = Refused
	default:
		return nil
	}
	return e
}

func isHTML(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n\ufeff"), []byte("<"))
}

// said is what an answer says, short enough for a line.
func said(data []byte) string {
	var doc struct {
		Message string `json:"message"`
		Detail  string `json:"detail"`
		Title   string `json:"title"`
	}
	text := string(data)
	if json.Unmarshal(data, &doc) == nil && doc.Message+doc.Detail+doc.Title != "" {
		text = strings.TrimSpace(doc.Message + " " + strings.TrimSpace(doc.Title+" "+doc.Detail))
	}
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return text
}

// wait is how long to wait after a failed try; tries count from 1.
func (c *client) wait(try int) time.Duration {
	d := c.opts.Base
	for range try - 1 {
		if d *= 2; d >= c.opts.Cap {
			d = c.opts.Cap
			break
		}
	}
	return time.Duration(float64(d) * (0.5 + 0.5*c.opts.Random()))
}

// patient makes a call that somebody waits for, as often as the options say. failed is told of each try that is repeated.
func (c *client) patient(ctx context.Context, k call, failed func(try int, e *Error)) (*answer, error) {
	began := c.opts.Now()
	for try := 1; ; try++ {
		a, err := c.once(ctx, k)
		var e *Error
		if err == nil || !errors.As(err, &e) || !e.passing() {
			return a, err
		}
		if try >= c.opts.Tries {
			e.Tries, e.Took = try, c.opts.Now().Sub(began)
			return nil, e
		}
		if failed != nil {
			failed(try, e)
		}
		if err := c.opts.Sleep(ctx, c.wait(try)); err != nil {
			return nil, err
		}
	}
}

// atLeast says whether a version is another or later. One that says nothing, or something else than numbers, is taken for an early one.
func atLeast(version, want string) bool {
	have, need := strings.Split(version, "."), strings.Split(want, ".")
	for i, n := range need {
		w, _ := strconv.Atoi(n)
		h := 0
		if i < len(have) {
			digits := have[i]
			if end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
				digits = digits[:end]
			}
			h, _ = strconv.Atoi(digits)
		}
		if h != w {
			return h > w
		}
	}
	return version != ""
}
