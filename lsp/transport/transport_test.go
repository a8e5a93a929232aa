package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"
	"go.lsp.dev/jsonrpc2"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/transport"
)

const token = "s3cret"

// serve listens as `spindle lsp --websocket` does. The count is of the sessions that are open.
func serve(t *testing.T) (address string, open *atomic.Int32, ended chan error) {
	t.Helper()
	open, ended = new(atomic.Int32), make(chan error, 10)
	server := httptest.NewServer(transport.Handler(transport.Gate{Token: token, Origins: []string{"https://lab.example"}}, func(ctx context.Context, stream jsonrpc2.Stream) {
		open.Add(1)
		err := lsp.Serve(ctx, stream, lsp.Options{})
		open.Add(-1)
		ended <- err
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http"), open, ended
}

// TestGate holds who may connect.
func TestGate(t *testing.T) {
	t.Parallel()
	address, _, _ := serve(t)
	tests := map[string]struct {
		path, origin string
		want         int
	}{
		"no page":              {"/" + token, "", http.StatusSwitchingProtocols},
		"token in the query":   {"/?token=" + token, "", http.StatusSwitchingProtocols},
		"below a path":         {"/lsp/" + token, "", http.StatusSwitchingProtocols},
		"page of this machine": {"/" + token, "http://localhost:8888", http.StatusSwitchingProtocols},
		"its address":          {"/" + token, "http://127.0.0.1:8888", http.StatusSwitchingProtocols},
		"its other address":    {"/" + token, "https://[::1]:8888", http.StatusSwitchingProtocols},
		"page that was named":  {"/" + token, "https://lab.example", http.StatusSwitchingProtocols},
		"another page":         {"/" + token, "https://evil.example", http.StatusForbidden},
		"a name that begins":   {"/" + token, "http://localhost.evil.example", http.StatusForbidden},
		"another port":         {"/" + token, "https://lab.example:444", http.StatusForbidden},
		"a file":               {"/" + token, "file://", http.StatusForbidden},
		"a sandboxed page":     {"/" + token, "null", http.StatusForbidden},
		"no token":             {"/", "", http.StatusForbidden},
		"another token":        {"/s3cre", "", http.StatusForbidden},
		"empty token":          {"/?token=", "http://localhost:8888", http.StatusForbidden},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if test.origin != "" {
				header.Set("Origin", test.origin)
			}
			conn, answer, err := websocket.DefaultDialer.Dial(address+test.path, header)
			if answer == nil {
				t.Fatal(err)
			}
			if err == nil {
				defer conn.Close()
			}
			if answer.StatusCode != test.want {
				t.Errorf("%s from %q is answered with %d, want %d", test.path, test.origin, answer.StatusCode, test.want)
			}
		})
	}
}

// client is an editor in a browser.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func connect(t *testing.T, address string) *client {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(address+"/"+token, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t, conn}
}

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if err := c.conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatal(err)
	}
}

type message struct {
	ID     json.RawMessage
	Method string
	Error  struct{ Code int }
	Params struct {
		URI         string
		Diagnostics []struct{ Code string }
	}
}

// until reads until a message is as wanted.
func (c *client) until(wanted func(m message) bool) message {
	c.t.Helper()
	for {
		kind, data, err := c.conn.ReadMessage()
		if err != nil || kind != websocket.TextMessage {
			c.t.Fatalf("a message of kind %d: %v", kind, err)
		}
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			c.t.Fatalf("%v in %s", err, data)
		}
		if wanted(m) {
			return m
		}
	}
}

func (c *client) answer(id string) message {
	return c.until(func(m message) bool { return m.Method == "" && string(m.ID) == id })
}

func (c *client) initialize() {
	c.send(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`)
	c.answer("1")
}

// TestSeveralClients: each connection is a session of its own, with documents that no other one sees.
func TestSeveralClients(t *testing.T) {
	t.Parallel()
	address, open, ended := serve(t)
	const flow = `from metaflow import FlowSpec, step\n\nclass A(FlowSpec):\n    @step\n    def start(self):\n        self.next(self.%s)\n    @step\n    def end(self):\n        pass\n\nA()\n`
	codes := []string{"", "SP118", ""}
	var clients []*client
	for i, code := range codes {
		c := connect(t, address)
		clients = append(clients, c)
		c.initialize()
		target := "end"
		if code != "" {
			target = "ende"
		}
		c.send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///w/same.py","languageId":"python","version":%d,"text":"`+flow+`"}}}`, i, target)
	}
	for i, c := range clients {
		c.send(`{"jsonrpc":"2.0","id":2,"method":"textDocument/diagnostic","params":{"textDocument":{"uri":"file:///w/same.py"}}}`)
		c.until(func(m message) bool { return string(m.ID) == "2" })
		if codes[i] != "" {
			c.send(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///w/same.py","version":9},"contentChanges":[{"text":"`+flow+`"}]}}`, "edn")
			m := c.until(func(m message) bool { return m.Method == "textDocument/publishDiagnostics" })
			if m.Params.URI != "file:///w/same.py" || len(m.Params.Diagnostics) != 1 || m.Params.Diagnostics[0].Code != codes[i] {
				t.Errorf("client %d is told %+v", i, m)
			}
		}
	}
	_ = clients[0].conn.Close() // leaves without a word
	if err := <-ended; err == nil {
		t.Error("a session whose client is gone ended well")
	}
	clients[1].send(`{"jsonrpc":`)
	if m := clients[1].answer("null"); m.Error.Code != -32700 {
		t.Errorf("what is no JSON is answered with %+v", m)
	}
	clients[1].send(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`)
	if m := clients[1].answer("3"); m.Error.Code != 0 {
		t.Errorf("shutdown is answered with %+v", m)
	}
	clients[1].send(`{"jsonrpc":"2.0","method":"exit"}`)
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	clients[2].send(`{"jsonrpc":"2.0","id":4,"method":"shutdown"}`)
	clients[2].answer("4")
	if n := open.Load(); n != 1 {
		t.Errorf("%d sessions are open, want 1", n)
	}
}

// TestStdioCloses: a session can end though nothing comes from standard input any more.
func TestStdioCloses(t *testing.T) {
	t.Parallel()
	in, never := io.Pipe()
	defer never.Close()
	stream := transport.Stdio(in, io.Discard)
	read := make(chan error)
	go func() {
		_, _, err := stream.Read(context.Background())
		read <- err
	}()
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err == nil {
		t.Error("a message was read from a stream that is closed")
	}
}
