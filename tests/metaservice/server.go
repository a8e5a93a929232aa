package metaservice

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Options of a server.
type Options struct {
	Version string           // that it says it has; "2.5.0" if empty, none for "-"
	Key     string           // that callers must send, empty for none
	Open    bool             // whether /ping wants no key
	Now     func() time.Time // of heartbeats; the system's if nil
	Wait    int              // seconds between heartbeats it asks for; 10 if 0
	After   int              // the ids of runs are greater
}

// Server is a running service.
type Server struct {
	URL  string
	opts Options
	addr string

	mu     sync.Mutex
	http   *http.Server                       // guarded by mu; nil while it is stopped
	plan   func(n int, r *http.Request) Fault // guarded by mu
	n      int                                // guarded by mu: requests
	counts map[string]int                     // guarded by mu: by kind, what was carried out
	conns  map[net.Conn]bool                  // guarded by mu: those open
	peak   int                                // guarded by mu: the most there were at once
	before func(method, path string, n int)   // guarded by mu
	data   store                              // guarded by mu
}

// Start runs a service until the test ends.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	s, err := Launch(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Launch runs a service until it is stopped.
func Launch(opts Options) (*Server, error) {
	if opts.Version == "" {
		opts.Version = "2.5.0"
	}
	if opts.Wait == 0 {
		opts.Wait = 10
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{opts: opts, addr: "127.0.0.1:0", counts: map[string]int{}, conns: map[net.Conn]bool{}, data: newStore()}
	s.data.runs = opts.After
	if err := s.Resume(); err != nil {
		return nil, err
	}
	s.URL = "http://" + s.addr
	return s, nil
}

// Stop makes the service unreachable: connections break, new ones are refused. What it knows stays.
func (s *Server) Stop() {
	s.mu.Lock()
	h := s.http
	s.http = nil
	s.mu.Unlock()
	if h != nil {
		_ = h.Close() // nobody waits for what breaks
	}
}

// Resume makes it reachable again, at the same address.
func (s *Server) Resume() error {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	h := &http.Server{Handler: s, ConnState: s.conn}
	s.mu.Lock()
	s.addr, s.http = l.Addr().String(), h
	s.mu.Unlock()
	go func() { _ = h.Serve(l) }()
	return nil
}

func (s *Server) conn(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns[c] = true
		s.peak = max(s.peak, len(s.conns))
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, c)
	}
}

// Connections is how many connections there were at most at once.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peak
}

// Faults sets what happens to the n-th request from now on, counted from 1 over all; nil for nothing.
func (s *Server) Faults(plan func(n int, r *http.Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = plan
}

// Requests is how many requests came.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// Counts is how many requests of each kind were carried out: "POST task", "GET runs", "POST heartbeat".
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for k, n := range s.counts {
		out[k] = n
	}
	return out
}

// Before sets who is called with each request that is about to be carried out, and how many of its kind were before.
func (s *Server) Before(call func(method, path string, n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = call
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.n++
	fault := None
	if s.plan != nil {
		fault = s.plan(s.n, r)
	}
	s.mu.Unlock()
	s.suffer(w, r, fault)
}

// carryOut answers a request as the service does.
func (s *Server) carryOut(r *http.Request) answer {
	if s.opts.Key != "" && !(s.opts.Open && r.URL.Path == "/ping") && r.Header.Get("x-api-key") != s.opts.Key {
		return answer{status: http.StatusForbidden, body: `{"message":"Forbidden"}`}
	}
	body, err := read(r)
	if err != nil {
		return answer{status: http.StatusBadRequest, body: message(err.Error())}
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	kind := r.Method + " " + parts[len(parts)-1]
	s.mu.Lock()
	before, n := s.before, s.counts[kind]
	s.mu.Unlock()
	if before != nil {
		before(r.Method, r.URL.Path, n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[kind]++
	return s.route(r, parts, body)
}
