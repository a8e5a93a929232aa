package s3client

import (
	"context"
	"net"
	"net/http"
	"time"
)

// transport keeps many connections open and gives up those on which nothing moves.
func (cfg Config) transport(t *http.Transport) {
	connect, stall, connections := cfg.Connect, cfg.Stall, cfg.Connections
	if connect <= 0 {
		connect = 5 * time.Second
	}
	if stall <= 0 {
		stall = 30 * time.Second
	}
	if connections <= 0 {
		connections = 64
	}
	dialer := &net.Dialer{Timeout: connect, KeepAlive: 30 * time.Second}
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &moving{Conn: conn, stall: stall}, nil
	}
	t.MaxIdleConns, t.MaxIdleConnsPerHost, t.IdleConnTimeout = connections, connections, stall
	t.TLSHandshakeTimeout, t.DisableCompression = connect, true
	t.WriteBufferSize, t.ReadBufferSize = 128<<10, 128<<10
}

// moving is a connection that fails when nothing has been read or written for a while.
type moving struct {
	net.Conn
	stall time.Duration
}

// Read implements net.Conn.
func (m *moving) Read(p []byte) (int, error) {
	if err := m.SetReadDeadline(time.Now().Add(m.stall)); err != nil {
		return 0, err
	}
	return m.Conn.Read(p)
}

// Write implements net.Conn. It gives the answer its time, too, for which a read is waiting already.
func (m *moving) Write(p []byte) (int, error) {
	if err := m.SetDeadline(time.Now().Add(m.stall)); err != nil {
		return 0, err
	}
	return m.Conn.Write(p)
}
