// Package wire speaks the task protocol (docs/task-protocol.md) as a worker does: messages of one line each, on a socket that the engine
// has left open for this process.
package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// Protocol is the version that is spoken here.
const Protocol = 1

// maxMessage is the size in bytes that a message may have.
const maxMessage = 64 << 20

// Message is one message as it came.
type Message struct {
	Type string `json:"type"`
	ID   *int64 `json:"id"`
	Re   *int64 `json:"re"`
	Line []byte `json:"-"`
}

// Decode decodes the message into v.
func (m Message) Decode(v any) error {
	if err := json.Unmarshal(m.Line, v); err != nil {
		return fmt.Errorf("task protocol: the message %q can't be decoded: %w", m.Type, err)
	}
	return nil
}

// ErrUnasked is what a message is that nobody has asked for.
var ErrUnasked = errors.New("task protocol: a message came that was not asked for")

// Conn is a channel to the engine. Its methods are safe for concurrent use.
type Conn struct {
	mu     sync.Mutex // held while a request waits for its reply
	socket io.ReadWriteCloser
	in     *bufio.Reader
	last   int64
	theirs Hello
}

// Open opens the channel whose descriptor a variable's value names. Processes that this one starts do not get it.
func Open(fd string) (*Conn, error) {
	n, err := strconv.Atoi(fd)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("task protocol: the channel's descriptor %q is no number", fd)
	}
	syscall.CloseOnExec(n)
	// A process that waits in a blocking call is watched by its runtime, which wakes up every few microseconds to do so: with many tasks at once
	// that is most of what the machine does.
	if err := syscall.SetNonblock(n, true); err != nil {
		return nil, fmt.Errorf("task protocol: the channel %s: %w", fd, err)
	}
	return New(os.NewFile(uintptr(n), "task protocol")), nil
}

// New returns a channel over a socket.
func New(socket io.ReadWriteCloser) *Conn {
	return &Conn{socket: socket, in: bufio.NewReaderSize(socket, 8<<10)}
}

// Close closes the socket.
func (c *Conn) Close() error { return c.socket.Close() }

// Read returns the next message, [io.EOF] at a clean end.
func (c *Conn) Read() (Message, error) {
	line, err := c.line()
	if err != nil {
		return Message{}, err
	}
	return envelope(line)
}

func (c *Conn) line() ([]byte, error) {
	var line []byte
	for {
		part, err := c.in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxMessage {
			return nil, fmt.Errorf("task protocol: a message is larger than %d bytes", maxMessage)
		}
		switch {
		case err == nil:
			return bytes.TrimSuffix(line, []byte("\n")), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

// Write sends a message.
func (c *Conn) Write(v any) error {
	b, err := encode(v)
	if err != nil {
		return fmt.Errorf("task protocol: %w", err)
	}
	if len(b) >= maxMessage {
		return fmt.Errorf("task protocol: a message of %d bytes is too large", len(b))
	}
	_, err = c.socket.Write(append(b, '\n'))
	return err
}

func encode(v any) ([]byte, error) {
	if m, ok := v.(appender); ok {
		return m.appendTo(make(line, 0, 4<<10)), nil
	}
	return json.Marshal(v)
}

// Ask sends a request, made for the number it gets, and returns its reply.
func (c *Conn) Ask(request func(id int64) any) (Message, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	if err := c.Write(request(c.last)); err != nil {
		return Message{}, err
	}
	m, err := c.Read()
	switch {
	case err != nil:
		return m, err
	case m.Re == nil || *m.Re != c.last:
		return m, fmt.Errorf("%w: %.80s", ErrUnasked, m.Line)
	}
	return m, nil
}
