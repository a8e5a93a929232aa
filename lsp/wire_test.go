package lsp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/transport"
)

// wire is the far end of a server's stream, for what no client of good manners would send.
type wire struct {
	t       *testing.T
	conn    net.Conn
	answers chan answer // closed at the end
	ended   chan error
}

func startWire(t *testing.T, opts lsp.Options) *wire {
	t.Helper()
	here, there := net.Pipe()
	w := &wire{t, here, make(chan answer, 100), make(chan error, 1)}
	go w.listen()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { w.ended <- lsp.Serve(ctx, jsonrpc2.NewHeaderStream(there), opts) }()
	t.Cleanup(func() {
		cancel()
		_ = here.Close()
	})
	return w
}

// send writes a message, which may be none.
func (w *wire) send(body string) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.conn, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		w.t.Fatalf("send %s: %v", body, err)
	}
}

// answer is a response: its id, and the code of the error, 0 for a result.
type answer struct {
	ID    json.RawMessage
	Error struct {
		Code    int
		Message string
	}
	Method string
}

// listen reads responses; what the server asks or tells is passed over.
func (w *wire) listen() {
	defer close(w.answers)
	in := bufio.NewReader(w.conn)
	for {
		head, err := textproto.NewReader(in).ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(head.Get("Content-Length"))
		if err != nil {
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var a answer
		if err := json.Unmarshal(body, &a); err != nil || a.Method == "" {
			w.answers <- a
		}
	}
}

func (w *wire) next() answer {
	w.t.Helper()
	a, ok := <-w.answers
	if !ok {
		w.t.Fatalf("the server left: %v", <-w.ended)
	}
	return a
}

const hello = `{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`

// TestWire holds what is answered to what no client should send, and that the next request is answered after it.
func TestWire(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before bool // initialize has not been sent
		send   string
		id     string
		code   int // 0 for no answer
	}{
		"no JSON":                     {send: `{"jsonrpc":`, id: "null", code: -32700},
		"a text":                      {send: `"hello"`, id: "null", code: -32700},
		"a list that is empty":        {send: `[]`, id: "null", code: -32600},
		"no request":                  {send: `{"jsonrpc":"2.0","id":1,"method":7}`, id: "null", code: -32600},
		"another version":             {send: `{"jsonrpc":"1.0","id":1,"method":"shutdown"}`, id: "null", code: -32600},
		"unknown method":              {send: `{"jsonrpc":"2.0","id":1,"method":"textDocument/nothing"}`, id: "1", code: -32601},
		"unknown notification":        {send: `{"jsonrpc":"2.0","method":"$/nothing"}`},
		"wrong parameters":            {send: `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{"position":7}}`, id: "1", code: -32602},
		"parameters of another type":  {send: `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":[1]}`, id: "1", code: -32602},
		"wrong notification":          {send: `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":[]}}`},
		"change of what is not open":  {send: `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x.py","version":2},"contentChanges":[]}}`},
		"close of what is not open":   {send: `{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///x.py"}}}`},
		"cancel of what is not there": {send: `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99}}`},
		"cancel of nothing":           {send: `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}}`},
		"answer to no question":       {send: `{"jsonrpc":"2.0","id":99,"result":null}`},
		"initialize twice":            {send: hello, id: `"hello"`, code: -32600},
		"request before initialize":   {before: true, send: `{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{}}`, id: "1", code: -32002},
		"shutdown before initialize":  {before: true, send: `{"jsonrpc":"2.0","id":1,"method":"shutdown"}`, id: "1", code: -32002},
		"notification before it":      {before: true, send: `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startWire(t, lsp.Options{})
			if !test.before {
				w.send(hello)
				w.next()
			}
			w.send(test.send)
			if test.code != 0 {
				if a := w.next(); string(a.ID) != test.id || a.Error.Code != test.code {
					t.Errorf("the answer to %s is %d %q to %s, want %d to %s", test.send, a.Error.Code, a.Error.Message, a.ID, test.code, test.id)
				}
			}
			next := `{"jsonrpc":"2.0","id":"after","method":"shutdown"}`
			if test.before {
				next = strings.Replace(hello, "hello", "after", 1)
			}
			w.send(next)
			if a := w.next(); string(a.ID) != `"after"` || a.Error.Code != 0 {
				t.Errorf("afterwards the answer to %s is %+v", a.ID, a.Error)
			}
		})
	}
}

// TestEndings holds how a session ends.
func TestEndings(t *testing.T) {
	t.Parallel()
	const shutdown, exit = `{"jsonrpc":"2.0","id":1,"method":"shutdown"}`, `{"jsonrpc":"2.0","method":"exit"}`
	t.Run("shutdown and exit", func(t *testing.T) {
		t.Parallel()
		w := startWire(t, lsp.Options{})
		w.send(hello)
		w.next()
		w.send(shutdown)
		w.next()
		w.send(strings.Replace(shutdown, `"id":1`, `"id":2`, 1))
		if a := w.next(); a.Error.Code != -32600 {
			t.Errorf("a request after shutdown is answered with %+v", a.Error)
		}
		w.send(exit)
		if err := <-w.ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Run("exit at once", func(t *testing.T) {
		t.Parallel()
		w := startWire(t, lsp.Options{})
		w.send(exit)
		if err := <-w.ended; !errors.Is(err, lsp.ErrNoShutdown) {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Run("gone", func(t *testing.T) {
		t.Parallel()
		w := startWire(t, lsp.Options{})
		w.send(hello)
		w.next()
		_ = w.conn.Close()
		if err := <-w.ended; err == nil {
			t.Error("it ended well")
		}
	})
	t.Run("process gone", func(t *testing.T) {
		t.Parallel()
		looked := make(chan bool)
		w := startWire(t, lsp.Options{
			Alive: func(pid int) bool { return pid == 4711 && <-looked },
			Pause: func(ctx context.Context) bool { return ctx.Err() == nil },
		})
		w.send(strings.Replace(hello, `"processId":null`, `"processId":4711`, 1))
		w.next()
		looked <- true
		looked <- false
		if err := <-w.ended; !errors.Is(err, lsp.ErrNoShutdown) {
			t.Errorf("it ended with %v", err)
		}
	})
}

// silent is a client that reads the answer to its first request and then takes nothing any more.
func silent(t *testing.T, in io.Writer, out io.Reader, more string) {
	t.Helper()
	send := func(body string) {
		if _, err := fmt.Fprintf(in, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Fatalf("send %s: %v", body, err)
		}
	}
	send(hello)
	r := bufio.NewReader(out)
	head, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	length, err := strconv.Atoi(head.Get("Content-Length"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Discard(length); err != nil {
		t.Fatal(err)
	}
	send(more)
	if _, err := out.Read(make([]byte, 1)); err != nil { // the answer has begun
		t.Fatal(err)
	}
}

const search = `{"jsonrpc":"2.0","id":1,"method":"workspace/symbol","params":{"query":"x"}}`

// TestEndsThoughNobodyReads: a session ends when it is told to, though an answer is on its way to a client that has stopped reading.
func TestEndsThoughNobodyReads(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- lsp.Serve(ctx, jsonrpc2.NewHeaderStream(there), lsp.Options{}) }()
	silent(t, here, here, search)
	cancel()
	if err := <-ended; !errors.Is(err, lsp.ErrNoShutdown) {
		t.Errorf("it ended with %v", err)
	}
}

// TestEndsThoughOutputIsStuck: standard output can't be made to let go of what nobody takes; the session does not wait for it.
func TestEndsThoughOutputIsStuck(t *testing.T) {
	t.Parallel()
	in, typed := io.Pipe()
	shown, out := io.Pipe()
	t.Cleanup(func() { _ = shown.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- lsp.Serve(ctx, transport.Stdio(in, out), lsp.Options{Wait: func(ctx context.Context, d time.Duration) bool {
			if d != 2*time.Second { // all other waits are for work that may be left undone
				<-ctx.Done()
			}
			return false
		}})
	}()
	silent(t, typed, shown, search)
	cancel()
	if err := <-ended; !errors.Is(err, lsp.ErrNoShutdown) {
		t.Errorf("it ended with %v", err)
	}
}
