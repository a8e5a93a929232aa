package s3server

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Fault is what a proxy does to a request.
type Fault int

// The faults.
const (
	None         Fault = iota
	Hang               // no answer, and the request is not carried out
	DoneHang           // it is carried out, but nobody answers
	SlowDown           // 503, asked too often
	InternalErr        // 500
	Reset              // the connection breaks in the middle of the answer
	ResetRequest       // the connection breaks in the middle of the request
	WrongBytes         // a byte of the answer's body is another
	WrongUpload        // a byte of what is sent is another
	Expired            // the credentials have run out
	NoAnswer           // it is carried out, and the connection closes without an answer
)

// Faults are all there are but those that hang, which cost the time of a timeout.
var Faults = []Fault{SlowDown, InternalErr, Reset, ResetRequest, WrongBytes, WrongUpload, Expired, NoAnswer}

// Proxy stands before a server.
type Proxy struct {
	Endpoint string
	target   string
	plan     func(n int, r *http.Request) Fault
	stop     chan struct{}

	mu   sync.Mutex
	n    int
	hits map[Fault]int
}

// NewProxy starts a proxy before s that asks plan what to do with the n-th request, counted from 1.
func NewProxy(t testing.TB, s *Server, plan func(n int, r *http.Request) Fault) *Proxy {
	t.Helper()
	p := &Proxy{target: s.Endpoint, plan: plan, stop: make(chan struct{}), hits: map[Fault]int{}}
	server := httptest.NewServer(p)
	p.Endpoint = server.URL
	t.Cleanup(func() {
		close(p.stop)
		server.CloseClientConnections()
		server.Close()
	})
	return p
}

// Seeded is a plan of faults for a share of the requests, the same for the same seed.
func Seeded(seed uint64, share float64, faults ...Fault) func(int, *http.Request) Fault {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 1))
	return func(int, *http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		if random.Float64() >= share {
			return None
		}
		return faults[random.IntN(len(faults))]
	}
}

// Hits is how often each fault happened.
func (p *Proxy) Hits() map[Fault]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[Fault]int{}
	for f, n := range p.hits {
		out[f] = n
	}
	return out
}

// Requests is how many requests came.
func (p *Proxy) Requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.n++
	n := p.n
	p.mu.Unlock()
	fault := p.plan(n, r)
	p.mu.Lock()
	p.hits[fault]++
	p.mu.Unlock()
	switch fault {
	case Hang:
		p.hang(r)
		panic(http.ErrAbortHandler)
	case SlowDown:
		refuse(w, r, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	case InternalErr:
		refuse(w, r, http.StatusInternalServerError, "InternalError", "We encountered an internal error.")
	case Expired:
		refuse(w, r, http.StatusBadRequest, "ExpiredToken", "The provided token has expired.")
	case ResetRequest:
		_, _ = io.CopyN(io.Discard, r.Body, max(r.ContentLength/2, 0))
		panic(http.ErrAbortHandler)
	default:
		p.forward(w, r, fault)
	}
}

// hang waits for the client to lose its patience.
func (p *Proxy) hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	select {
	case <-r.Context().Done():
	case <-p.stop:
	}
}

func refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
	}
}

func (p *Proxy) forward(w http.ResponseWriter, r *http.Request, fault Fault) {
	var body io.Reader = r.Body
	if fault == WrongUpload && r.Method == http.MethodPut {
		data, _ := io.ReadAll(r.Body)
		if len(data) > 0 {
			data[len(data)/2] ^= 1
		}
		body = bytes.NewReader(data)
	}
	out, err := http.NewRequestWithContext(r.Context(), r.Method, p.target+r.URL.RequestURI(), body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out.Header, out.Host, out.ContentLength = r.Header.Clone(), r.Host, r.ContentLength
	if r.ContentLength == 0 {
		out.Body = nil
	}
	resp, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close()
	switch fault {
	case DoneHang:
		_, _ = io.Copy(io.Discard, resp.Body)
		p.hang(r)
		panic(http.ErrAbortHandler)
	case NoAnswer:
		_, _ = io.Copy(io.Discard, resp.Body)
		panic(http.ErrAbortHandler)
	}
	answer(w, resp, fault, r.Method)
}

// answer passes a response on.
func answer(w http.ResponseWriter, resp *http.Response, fault Fault, method string) {
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	half := resp.ContentLength / 2
	if fault == Reset && (half <= 0 || method == http.MethodHead) {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(resp.StatusCode)
	switch {
	case fault == Reset:
		_, _ = io.CopyN(w, resp.Body, half)
		panic(http.ErrAbortHandler)
	case fault == WrongBytes && method == http.MethodGet && resp.StatusCode < 300 && resp.Header.Get("Content-Type") != "application/xml":
		data, _ := io.ReadAll(resp.Body)
		if len(data) > 0 {
			data[len(data)/2] ^= 1
		}
		_, _ = w.Write(data)
	default:
		_, _ = io.Copy(w, resp.Body)
	}
}
