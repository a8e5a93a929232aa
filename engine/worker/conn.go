package worker

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// MaxMessage is the size in bytes that a message may have, its newline included.
const MaxMessage = 64 << 20

// Message is one message as it came: its envelope, and the whole line to decode further.
type Message struct {
	Type string `json:"type"`
	ID   *int64 `json:"id"`
	Re   *int64 `json:"re"`
	Line []byte `json:"-"` // valid until the next Read
}

// Decode decodes the message into v.
func (m Message) Decode(v any) error {
	if err := json.Unmarshal(m.Line, v); err != nil {
		return &ProtocolError{Problem: fmt.Sprintf("%s message can't be decoded: %v", m.Type, err)}
	}
	return nil
}

// ProtocolError is a breach of the task protocol by the other side.
type ProtocolError struct{ Problem string }

// Error returns what was wrong.
func (e *ProtocolError) Error() string { return "task protocol: " + e.Problem }

// Decoder reads messages from a stream. After an error other than [io.EOF] the stream is unusable.
type Decoder struct {
	r     *bufio.Reader
	limit int
	long  []byte // keeps a line that does not fit the reader's buffer
}

// NewDecoder returns a decoder that refuses messages larger than [MaxMessage].
func NewDecoder(r io.Reader) *Decoder { return newDecoder(r, MaxMessage) }

func newDecoder(r io.Reader, limit int) *Decoder {
	return &Decoder{r: bufio.NewReaderSize(r, 4<<10), limit: limit}
}

// Read returns the next message, [io.EOF] at a clean end, a [*ProtocolError] where the bytes are not a message.
func (d *Decoder) Read() (Message, error) {
	line, err := d.line()
	if err != nil {
		return Message{}, err
	}
	m := Message{Line: line}
	if err := json.Unmarshal(line, &m); err != nil {
		return Message{}, &ProtocolError{Problem: fmt.Sprintf("not a message: %v: %s", err, excerpt(line))}
	}
	if m.Type == "" {
		return Message{}, &ProtocolError{Problem: "message without type: " + excerpt(line)}
	}
	return m, nil
}

func (d *Decoder) line() ([]byte, error) {
	d.long = d.long[:0]
	for {
		part, err := d.r.ReadSlice('\n')
		if len(d.long)+len(part) > d.limit {
			return nil, &ProtocolError{Problem: fmt.Sprintf("message larger than %d bytes", d.limit)}
		}
		switch {
		case err == nil && len(d.long) == 0:
			return part, nil
		case err == nil:
			d.long = append(d.long, part...)
			return d.long, nil
		case errors.Is(err, bufio.ErrBufferFull):
			d.long = append(d.long, part...)
		case err == io.EOF && len(d.long)+len(part) > 0:
			return nil, &ProtocolError{Problem: "message cut off: " + excerpt(append(d.long, part...))}
		default:
			return nil, err
		}
	}
}

// excerpt shows the beginning of a line in an error.
func excerpt(line []byte) string {
	const most = 80
	line = bytes.TrimRight(line, "\n")
	if len(line) > most {
		return fmt.Sprintf("%q… (%d bytes)", line[:most], len(line))
	}
	return fmt.Sprintf("%q", line)
}

// Conn is one end of a control or task channel. One goroutine may read while any number write.
type Conn struct {
	*Decoder
	pipe *pipe.Reader
	wmu  sync.Mutex // keeps messages whole
}

// NewConn returns a connection over a socket made by [pipe.Socket].
func NewConn(r *pipe.Reader) *Conn { return &Conn{Decoder: NewDecoder(r), pipe: r} }

// Close closes the socket. A Read in progress returns an error.
func (c *Conn) Close() error { return c.pipe.Close() }

// Release says that the other side has exited: what it has sent can still be read, then Read returns [io.EOF]; writes fail.
func (c *Conn) Release(quiet, limit time.Duration) {
	c.pipe.Release(quiet, limit)
	// An error means that the socket is closed, which ends writes as well.
	_ = c.pipe.File().SetWriteDeadline(time.Now())
}

// Write sends one message.
func (c *Conn) Write(v any) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	c.wmu.Lock()
	defer c.wmu.Unlock()
	if _, err := c.pipe.File().Write(line); err != nil {
		return fmt.Errorf("send message: %w", err)
	}
	return nil
}

// WriteFiles sends one message with files attached. The receiver gets duplicates: the caller still owns the files.
func (c *Conn) WriteFiles(v any, files ...*os.File) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	rights, err := rightsOf(files)
	if err != nil {
		return err
	}
	c.wmu.Lock()
	defer c.wmu.Unlock()
	n, err := sendOnce(c.pipe.File(), line, rights)
	if err == nil && n < len(line) {
		_, err = c.pipe.File().Write(line[n:])
	}
	if err != nil {
		return fmt.Errorf("send message with descriptors: %w", err)
	}
	return nil
}

// encode returns v as one line.
func encode(v any) ([]byte, error) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // most messages name types, which have < and >
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode message: %w", err)
	}
	if line.Len() > MaxMessage {
		return nil, fmt.Errorf("encode message: %d bytes are more than the protocol's %d", line.Len()-1, MaxMessage)
	}
	return line.Bytes(), nil
}

// rightsOf packs files for sending. Descriptors are taken without [os.File.Fd], which would make the file blocking.
func rightsOf(files []*os.File) ([]byte, error) {
	fds := make([]int, 0, len(files))
	for _, f := range files {
		raw, err := f.SyscallConn()
		if err == nil {
			err = raw.Control(func(fd uintptr) { fds = append(fds, int(fd)) })
		}
		if err != nil {
			return nil, fmt.Errorf("attach %q to message: %w", f.Name(), err)
		}
	}
	return syscall.UnixRights(fds...), nil
}

// sendOnce sends what one call takes, with the rights attached to the first byte.
func sendOnce(f *os.File, line, rights []byte) (n int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	var sendErr error
	err = raw.Write(func(fd uintptr) bool {
		for {
			n, sendErr = syscall.SendmsgN(int(fd), line, rights, nil, 0)
			if sendErr != syscall.EINTR {
				return sendErr != syscall.EAGAIN
			}
		}
	})
	if err != nil {
		return 0, err
	}
	return n, sendErr
}
