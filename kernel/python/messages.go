package python

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// maxMessage is the size in bytes that a message and its buffers may each have.
const maxMessage = 1 << 30

// Cell is one cell to run.
type Cell struct {
	Code         string            `json:"code"`
	Silent       bool              `json:"silent"`
	StoreHistory bool              `json:"store_history"`
	AllowStdin   bool              `json:"allow_stdin"`
	Count        int               `json:"count"`
	Expressions  map[string]string `json:"expressions,omitempty"`
	Parent       json.RawMessage   `json:"parent,omitempty"` // {"header": …} of the request
	File         string            `json:"file,omitempty"`   // what a debugger calls the cell
}

// Done is how a cell ended.
type Done struct {
	Status      string          `json:"status"`
	Name        string          `json:"ename"`
	Value       string          `json:"evalue"`
	Traceback   []string        `json:"traceback"`
	Payload     json.RawMessage `json:"payload"`
	Expressions json.RawMessage `json:"expressions"`
}

// Comm is a message of a frontend about a comm.
type Comm struct {
	Kind     string          `json:"kind"` // comm_open, comm_msg or comm_close
	Content  json.RawMessage `json:"content"`
	Metadata json.RawMessage `json:"metadata"`
	Parent   json.RawMessage `json:"parent,omitempty"`
	Data     [][]byte        `json:"-"`
}

// Published is what a cell publishes.
type Published struct {
	Kind     string          `json:"kind"`
	Content  json.RawMessage `json:"content"`
	Metadata json.RawMessage `json:"metadata"`
	Data     [][]byte        `json:"-"`
}

// Asked is a question of the process.
type Asked struct {
	ID       int64           `json:"id"`
	Question json.RawMessage `json:"question"`
	process  *Process
}

// Tell answers it; a process that is gone needs no answer.
func (a Asked) Tell(answer any, err error) {
	told := map[string]any{"re": a.ID, "answer": answer}
	if err != nil {
		told = map[string]any{"re": a.ID, "failed": err.Error()}
	}
	_ = a.process.questions.write("told", 0, told, nil)
}

// Hello is how the process introduces itself.
type Hello struct {
	Version    string `json:"version"`
	Executable string `json:"executable"`
	Debugger   bool   `json:"debugger"` // the environment has what a debugger needs
	SDK        string `json:"sdk"`      // the folder of our own code
}

// Ready says what runs cells: "ipython" or "plain".
type Ready struct {
	Shell  string `json:"shell"`
	Banner string `json:"banner"`
}

// incoming is a message of Python: its envelope, and the line to decode further.
type incoming struct {
	Type    string  `json:"type"`
	Re      int64   `json:"re"`
	Sync    int64   `json:"sync"`
	Buffers []int64 `json:"buffers"`
	line    []byte
	data    [][]byte
}

// conn is one of the sockets to the process.
type conn struct {
	pipe *pipe.Reader
	r    *bufio.Reader
	wmu  sync.Mutex // keeps messages whole
}

func newConn(r *pipe.Reader) *conn { return &conn{pipe: r, r: bufio.NewReaderSize(r, 64<<10)} }

var errTooLong = errors.New("message of the Python process is longer than a kernel takes")

func (c *conn) read() (incoming, error) {
	var line []byte
	for {
		part, err := c.r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxMessage {
			return incoming{}, errTooLong
		}
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return incoming{}, err
		}
	}
	m := incoming{line: line}
	if err := json.Unmarshal(line, &m); err != nil {
		return incoming{}, fmt.Errorf("message of the Python process: %w", err)
	}
	var total int64
	for _, size := range m.Buffers {
		if total += size; size < 0 || total > maxMessage {
			return incoming{}, errTooLong
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(c.r, data); err != nil {
			return incoming{}, fmt.Errorf("message of the Python process: %w", err)
		}
		m.data = append(m.data, data)
	}
	return m, nil
}

// write sends the fields of v with a type and a number.
func (c *conn) write(kind string, id int64, v any, data [][]byte) error {
	fields, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	sizes := make([]int, len(data))
	for i, d := range data {
		sizes[i] = len(d)
	}
	head, err := json.Marshal(struct {
		Type    string `json:"type"`
		ID      int64  `json:"id"`
		Buffers []int  `json:"buffers,omitempty"`
	}{kind, id, sizes})
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	line := head
	if len(fields) > len("{}") {
		line = append(append(head[:len(head)-1], ','), fields[1:]...)
	}
	line = append(line, '\n')
	for _, d := range data {
		line = append(line, d...)
	}
	c.wmu.Lock()
	defer c.wmu.Unlock()
	if _, err := c.pipe.File().Write(line); err != nil {
		return fmt.Errorf("tell the Python process: %w", err)
	}
	return nil
}
