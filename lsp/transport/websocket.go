package transport

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/gorilla/websocket"
	"go.lsp.dev/jsonrpc2"
)

// maxFrame is the largest message that is taken: a document of the largest size that is read, with room for its JSON.
const maxFrame = 64 << 20

// Gate decides who may connect. Whoever can reach the port is not enough: any web page of the user's browser can.
type Gate struct {
	// Token must come as the last part of the path or as the query's token.
	Token string
	// Origins are pages that may connect besides those of this machine, as scheme://host:port.
	Origins []string
}

// Handler serves a session on each connection that the gate lets in, until the connection ends. One message is one frame of text.
func Handler(gate Gate, session func(ctx context.Context, stream jsonrpc2.Stream)) http.Handler {
	upgrader := websocket.Upgrader{CheckOrigin: gate.knows}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !gate.opens(r) {
			http.Error(w, "the token is missing or wrong", http.StatusForbidden)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the upgrader has answered
		}
		session(r.Context(), newSocket(conn))
	})
}

func (g Gate) opens(r *http.Request) bool {
	given := r.URL.Query().Get("token")
	if given == "" {
		given = lastPart(r.URL.Path)
	}
	return g.Token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(g.Token)) == 1
}

func lastPart(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// knows reports whether a request comes from no web page, from one of this machine, or from one that was named.
func (g Gate) knows(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(g.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && IsLoopback(u.Hostname())
}

// IsLoopback reports whether a host is this machine and nothing else.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// socket is a stream over a WebSocket.
type socket struct {
	conn *websocket.Conn
	mu   sync.Mutex // held while a message is written
}

func newSocket(conn *websocket.Conn) *socket {
	conn.SetReadLimit(maxFrame)
	return &socket{conn: conn}
}

// Read implements [jsonrpc2.Stream].
func (s *socket) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	_, data, err := s.conn.ReadMessage()
	if err != nil {
		var closed *websocket.CloseError
		if errors.As(err, &closed) || errors.Is(err, net.ErrClosed) {
			return nil, 0, io.EOF
		}
		return nil, 0, fmt.Errorf("read from the socket: %w", err)
	}
	msg, err := jsonrpc2.DecodeMessage(data)
	if err != nil {
		return nil, 0, err
	}
	return msg, int64(len(data)), nil
}

// Write implements [jsonrpc2.Stream].
func (s *socket) Write(ctx context.Context, msg jsonrpc2.Message) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	data, err := jsonrpc2.EncodeMessage(msg)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.WriteMessage(websocket.TextMessage, data); err != nil {
		return 0, fmt.Errorf("write to the socket: %w", err)
	}
	return int64(len(data)), nil
}

// Close implements [jsonrpc2.Stream].
func (s *socket) Close() error { return s.conn.Close() }
