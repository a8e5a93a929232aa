package motoserver

import (
	"errors"
	"os"
	"sync"
	"testing"
)

// One is one moto for all tests of a package, started by the first that wants it.
type One struct {
	mu     sync.Mutex
	server *Server
}

// Get is the server. prepare is called once, when it has been started; nil for nothing. Where moto is not installed the test is left out.
func (o *One) Get(t testing.TB, opts Options, prepare func(*Server) error) *Server {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.server != nil {
		return o.server
	}
	server, err := Launch(opts)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip(err)
	}
	if err == nil && prepare != nil {
		err = prepare(server)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.server = server
	return server
}

// Stop ends it, if it was started: for TestMain.
func (o *One) Stop() {
	if o.server != nil {
		o.server.Stop()
	}
}
