package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// call is a request that was sent to moto, with the status it was answered by.
type call struct {
	method, path string
	header       http.Header
	body         []byte
	status       int
}

// recorder stands before moto and keeps what is sent.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	calls []*call
}

func record(moto string) (*recorder, error) {
	target, err := url.Parse(moto)
	if err != nil {
		return nil, err
	}
	r := &recorder{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		request.Body = io.NopCloser(bytes.NewReader(body))
		c := &call{method: request.Method, path: request.URL.RequestURI(), header: request.Header.Clone(), body: body}
		r.mu.Lock()
		r.calls = append(r.calls, c)
		r.mu.Unlock()
		seen := &status{ResponseWriter: w}
		proxy.ServeHTTP(seen, request)
		c.status = seen.code
	}))
	return r, nil
}

type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// replay sends calls again, in their order, as many side by side as given, and says how long that took and how many were answered otherwise.
func replay(calls []*call, moto string, together int) (took time.Duration, otherwise int, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: together}}
	next := make(chan *call)
	var mu sync.Mutex
	var done sync.WaitGroup
	begun := time.Now()
	for range together {
		done.Go(func() {
			for c := range next {
				code, failed := c.send(client, moto)
				mu.Lock()
				if failed != nil {
					err = failed
				} else if code != c.status {
					otherwise++
				}
				mu.Unlock()
			}
		})
	}
	for _, c := range calls {
		next <- c
	}
	close(next)
	done.Wait()
	return time.Since(begun), otherwise, err
}

func (c *call) send(client *http.Client, moto string) (int, error) {
	r, err := http.NewRequest(c.method, moto+c.path, bytes.NewReader(c.body))
	if err != nil {
		return 0, err
	}
	r.Header = c.header.Clone()
	answer, err := client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", c.method, c.path, err)
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}
