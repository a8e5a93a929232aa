package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// zmq4's own sockets, which only the tests use, leave a goroutine waiting when they are closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/go-zeromq/zmq4.(*socket).connReaper"),
		goleak.IgnoreAnyFunction("github.com/go-zeromq/zmq4.(*qreader).listen"))
}

func listen(t testing.TB, opts Options) *Socket {
	t.Helper()
	if opts.Limits == (Limits{}) {
		opts.Limits = DefaultLimits()
	}
	if opts.Receive == nil {
		opts.Receive = func(p *Peer, frames [][]byte) { _ = p.Send(frames) }
	}
	s, err := Listen("tcp", "127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func dial(t testing.TB, socket zmq4.Socket, s *Socket) zmq4.Socket {
	t.Helper()
	if err := socket.Dial("tcp://" + s.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	return socket
}

func TestRouterAnswersTheOneWhoAsked(t *testing.T) {
	t.Parallel()
	s := listen(t, Options{})
	var clients []zmq4.Socket
	for range 2 {
		// Both have the same name, as frontends that share a session do.
		clients = append(clients, dial(t, zmq4.NewDealer(context.Background(), zmq4.WithID(zmq4.SocketIdentity("me"))), s))
	}
	for i, c := range clients {
		want := bytes.Repeat([]byte{byte(i)}, 300)
		if err := c.Send(zmq4.NewMsgFrom([]byte("a"), want, nil)); err != nil {
			t.Fatal(err)
		}
		got, err := c.Recv()
		if err != nil || len(got.Frames) != 3 || !bytes.Equal(got.Frames[1], want) {
			t.Errorf("client %d got %v, %v", i, got, err)
		}
	}
	if s.Find("me") == nil || s.Find("you") != nil || s.Find("") != nil {
		t.Error("peers are not found by their names")
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	s := listen(t, Options{Kind: Echo})
	c := dial(t, zmq4.NewReq(context.Background()), s)
	for range 3 {
		if err := c.Send(zmq4.NewMsgString("ping")); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Recv(); err != nil || string(got.Frames[0]) != "ping" {
			t.Fatal(got, err)
		}
	}
}

func TestPublisher(t *testing.T) {
	t.Parallel()
	welcome := make(chan string, 4)
	s := listen(t, Options{Kind: Publisher, Welcome: func(_ *Peer, topic string) { welcome <- topic }})
	c := dial(t, zmq4.NewSub(context.Background()), s)
	if err := c.SetOption(zmq4.OptionSubscribe, "stat"); err != nil {
		t.Fatal(err)
	}
	if topic := <-welcome; topic != "stat" {
		t.Fatal(topic)
	}
	s.Publish([][]byte{[]byte("other"), []byte("no")})
	s.Publish([][]byte{[]byte("status"), []byte("yes")})
	if got, err := c.Recv(); err != nil || string(got.Frames[1]) != "yes" {
		t.Fatal(got, err)
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "k-1")
	opts := Options{Limits: DefaultLimits(), Kind: Echo}
	first, err := Listen("unix", path, opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix", path, opts); err == nil {
		t.Error("two kernels at one address")
	}
	first.listener.(*net.UnixListener).SetUnlinkOnClose(false) // as if it had been killed
	first.Close()
	second, err := Listen("unix", path, opts)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

// shake is the client's half of a handshake, by hand.
func shake(t testing.TB, s *Socket) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	hello := make([]byte, greeting)
	hello[0], hello[9], hello[10] = 0xff, 0x7f, 3
	copy(hello[12:], "NULL")
	ready := []byte("\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER")
	if _, err := conn.Write(append(hello, append([]byte{flagCommand, byte(len(ready))}, ready...)...)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, hello); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 2)
	if _, err := io.ReadFull(conn, head); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, head[1])); err != nil {
		t.Fatal(err)
	}
	return conn
}

func long(flags byte, size uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{flags | flagLong}, size)
}

// Frames that claim to be huge end the connection before room is made for them, and nobody else's.
func TestHugeFrames(t *testing.T) {
	t.Parallel()
	s := listen(t, Options{Limits: Limits{Message: 1000, Frames: 3}})
	for name, data := range map[string][]byte{
		"frame":        long(0, 1<<62),
		"negative":     long(0, 1<<63),
		"most":         long(flagMore, 1<<64-1),
		"just over":    long(0, 1001),
		"sum":          append(append(long(flagMore, 600), make([]byte, 600)...), long(0, 600)...),
		"many":         bytes.Repeat([]byte{flagMore, 0}, 4),
		"huge command": long(flagCommand, 1<<40),
	} {
		conn := shake(t, s)
		if _, err := conn.Write(data); err != nil {
			t.Fatal(err)
		}
		if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !isReset(err) {
			t.Errorf("%s: %d bytes, %v; want the end of the connection", name, n, err)
		}
	}
	conn := shake(t, s)
	want := append(long(0, 999), make([]byte, 999)...)
	if _, err := conn.Write(want); err != nil {
		t.Fatal(err)
	}
	if got := must(io.ReadAll(io.LimitReader(conn, int64(len(want))))); !bytes.Equal(got, want) {
		t.Error("a message below the limit did not come back")
	}
}

func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op)
}

func TestPing(t *testing.T) {
	t.Parallel()
	conn := shake(t, listen(t, Options{}))
	if _, err := conn.Write([]byte("\x04\x0b\x04PING\x00\x00ctx\x00")); err != nil {
		t.Fatal(err)
	}
	want := "\x04\x09\x04PONGctx\x00"
	if got := must(io.ReadAll(io.LimitReader(conn, int64(len(want))))); string(got) != want {
		t.Errorf("%q", got)
	}
}

// A frontend that has stopped reading does not hold up the others for ever, nor does what waits for it grow without end.
func TestPeerThatDoesNotRead(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	p := &Peer{guard: newGuard(ours, DefaultLimits()), wake: make(chan struct{}, 1), topics: map[string]bool{}}
	p.room = sync.NewCond(&p.mu)
	p.bytes = queueLimit + 1
	blocked := make(chan error, 1)
	go func() { blocked <- p.Send([][]byte{{1}}) }()
	p.Close() // as the timer does
	if err := <-blocked; !errors.Is(err, errClosed) {
		t.Error(err)
	}
}

// FuzzConnection: whatever comes over a connection, before and after the handshake, there is no panic.
func FuzzConnection(f *testing.F) {
	f.Add([]byte{flagMore, 1, 'a', 0, 0}, true)
	f.Add(long(0, 1<<60), true)
	f.Add([]byte("GET / HTTP/1.1\r\n"), false)
	f.Add([]byte("\x04\x0b\x04PING\x00\x00ctx\x00"), true)
	f.Add([]byte("\xff\x00\x00\x00\x00\x00\x00\x00\x00\x7f\x03"), false)
	s := listen(f, Options{Limits: Limits{Message: 1 << 16, Frames: 16}})
	f.Fuzz(func(t *testing.T, data []byte, shaken bool) {
		var conn net.Conn
		if shaken {
			conn = shake(t, s)
		} else {
			conn = must(net.Dial("tcp", s.Addr().String()))
		}
		defer conn.Close()
		_, _ = conn.Write(data)
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.Copy(io.Discard, conn)
	})
}

// FuzzHandshake: metadata of any form.
func FuzzHandshake(f *testing.F) {
	f.Add([]byte("\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"))
	f.Add([]byte("\x05READY\xff"))
	f.Add([]byte("\x05READY\x01a\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 255 {
			return
		}
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() {
			hello := make([]byte, greeting)
			hello[0], hello[9], hello[10] = 0xff, 0x7f, 3
			copy(hello[12:], "NULL")
			_, _ = theirs.Write(append(append(hello, flagCommand, byte(len(body))), body...))
			_ = theirs.Close()
		}()
		if p, err := meet(ours, zmq4.Router, DefaultLimits()); err == nil {
			p.Close()
		}
		_ = ours.Close()
	})
}
