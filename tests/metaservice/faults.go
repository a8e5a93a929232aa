package metaservice

import (
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Fault is what happens to a request.
type Fault int

// The faults.
const (
	None        Fault = iota
	Drop              // the connection closes, nothing is carried out
	Unavailable       // 503, nothing is carried out
	Throttled         // 429
	BadGateway        // it is carried out, but a proxy answers 502
	NoAnswer          // it is carried out, and the connection closes
	Half              // it is carried out, and the answer breaks off
	Slow              // it takes longer
	WebPage           // a login page answers instead, with 200
	Broken            // 500, nothing is carried out
)

// Passing are the faults that a caller gets over by trying again.
var Passing = []Fault{Drop, Unavailable, Throttled, BadGateway, NoAnswer, Half, Slow}

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

// answer is what a request gets.
type answer struct {
	status int
	body   string
}

// suffer answers a request with a fault.
func (s *Server) suffer(w http.ResponseWriter, r *http.Request, fault Fault) {
	switch fault {
	case Drop:
		panic(http.ErrAbortHandler)
	case Unavailable, Throttled, Broken:
		_, _ = io.Copy(io.Discard, r.Body)
		status := map[Fault]int{Unavailable: http.StatusServiceUnavailable, Throttled: http.StatusTooManyRequests, Broken: http.StatusInternalServerError}[fault]
		s.send(w, answer{status: status, body: "<html>busy</html>"})
		return
	case WebPage:
		_, _ = io.Copy(io.Discard, r.Body)
		s.send(w, answer{status: http.StatusOK, body: "<!doctype html><title>Log in</title>"})
		return
	case Slow:
		select {
		case <-time.After(20 * time.Millisecond):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	a := s.carryOut(r)
	switch fault {
	case BadGateway:
		a = answer{status: http.StatusBadGateway, body: "<html>bad gateway</html>"}
	case NoAnswer:
		panic(http.ErrAbortHandler)
	case Half:
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body[:len(a.body)/2])
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	}
	s.send(w, a)
}

func (s *Server) send(w http.ResponseWriter, a answer) {
	if s.opts.Version != "-" {
		w.Header().Set("METADATA_SERVICE_VERSION", s.opts.Version)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // a caller who has gone away does not want it
}
