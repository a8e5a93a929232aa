package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// Limits bound what one connection may send.
type Limits struct {
	Message int64 // bytes of all frames of one message
	Frames  int   // frames of one message
}

// DefaultLimits let large widgets through and nothing that would use up the machine.
func DefaultLimits() Limits { return Limits{Message: 256 << 20, Frames: 4096} }

// ErrTooLarge ends a connection whose message passes the limits.
var ErrTooLarge = errors.New("message larger than the limit")

// ZMTP's flags of a frame, and the size of its greeting.
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
	greeting    = 64
)

// handshakeLimit is the size a command frame may have.
const commandLimit = 64 << 10

// guard is a connection that looks at the head of each frame before zmq4 does, which makes room for whatever size a frame claims to have. It also takes the
// commands of a peer that is past its handshake out of the stream: zmq4 would answer them in the middle of what is being sent.
type guard struct {
	net.Conn
	limits Limits
	r      *bufio.Reader
	w      *bufio.Writer
	ready  bool         // the handshake is over; set by the reading goroutine
	onPing func([]byte) // called with the context of a PING
	left   int64        // bytes that may be read before the next frame's head
	head   []byte       // a frame's head that has been checked and not yet read
	buf    [9]byte      // holds head
	size   int64        // of the message so far
	frames int          // of the message so far
}

func newGuard(conn net.Conn, limits Limits) *guard {
	return &guard{Conn: conn, limits: limits, r: bufio.NewReaderSize(conn, 16<<10), w: bufio.NewWriterSize(conn, 16<<10), left: greeting}
}

// Read returns what zmq4 asks for, never more than the rest of a head or of a body.
func (g *guard) Read(p []byte) (int, error) {
	if len(g.head) == 0 && g.left == 0 {
		if err := g.next(); err != nil {
			return 0, err
		}
	}
	if len(g.head) > 0 {
		n := copy(p, g.head)
		g.head = g.head[n:]
		return n, nil
	}
	if int64(len(p)) > g.left {
		p = p[:g.left]
	}
	n, err := g.r.Read(p)
	g.left -= int64(n)
	return n, err
}

// next reads and checks the head of the next frame that is not a command.
func (g *guard) next() error {
	for {
		flags, size, err := g.readHead()
		if err != nil {
			return err
		}
		if flags&flagCommand != 0 {
			if size > commandLimit {
				return ErrTooLarge
			}
			if g.ready {
				if err := g.command(size); err != nil {
					return err
				}
				continue
			}
		}
		g.frames++
		if size < 0 || size > g.limits.Message-g.size || g.frames > g.limits.Frames {
			return ErrTooLarge
		}
		g.size, g.left = g.size+size, size
		if flags&flagMore == 0 {
			g.size, g.frames = 0, 0
		}
		return nil
	}
}

func (g *guard) readHead() (flags byte, size int64, err error) {
	if _, err := io.ReadFull(g.r, g.buf[:2]); err != nil {
		return 0, 0, err
	}
	g.head = g.buf[:2]
	if g.buf[0]&flagLong == 0 {
		return g.buf[0], int64(g.buf[1]), nil
	}
	if _, err := io.ReadFull(g.r, g.buf[2:9]); err != nil {
		return 0, 0, err
	}
	g.head = g.buf[:9]
	return g.buf[0], int64(binary.BigEndian.Uint64(g.buf[1:9])), nil
}

// command reads a command and answers it if it is a PING: name, two bytes of time to live, a context to give back.
func (g *guard) command(size int64) error {
	g.head = nil
	if size < 0 {
		return ErrTooLarge
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(g.r, body); err != nil {
		return err
	}
	const ping = "\x04PING"
	if len(body) >= len(ping)+2 && string(body[:len(ping)]) == ping && g.onPing != nil {
		g.onPing(body[len(ping)+2:])
	}
	return nil
}

// Write collects; what belongs to the handshake goes out at once.
func (g *guard) Write(p []byte) (int, error) {
	n, err := g.w.Write(p)
	if err == nil && !g.ready {
		err = g.w.Flush()
	}
	return n, err
}
