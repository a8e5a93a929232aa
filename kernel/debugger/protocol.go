package debugger

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
)

// maxMessage is the size in bytes of the longest message that is taken from a process.
const maxMessage = 256 << 20

// message is a message of the Debug Adapter Protocol: a request, a response or an event.
type message struct {
	Seq        int64           `json:"seq"`
	Type       string          `json:"type"`
	Command    string          `json:"command,omitempty"`
	Arguments  any             `json:"arguments,omitempty"`
	Event      string          `json:"event,omitempty"`
	RequestSeq int64           `json:"request_seq,omitempty"`
	Success    *bool           `json:"success,omitempty"`
	Message    string          `json:"message,omitempty"`
	Body       json.RawMessage `json:"body,omitempty"`
}

func readMessage(r *bufio.Reader) (message, error) {
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return message{}, err
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || length < 0 || length > maxMessage {
		return message{}, fmt.Errorf("a message of the debugger claims a length of %q", header.Get("Content-Length"))
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return message{}, err
	}
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return message{}, fmt.Errorf("message of the debugger: %w", err)
	}
	return m, nil
}

func writeMessage(w io.Writer, m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Content-Length: %d\r\n\r\n%s", len(text), text)
	return err
}

// reply is what answers a request: the response's body, or why there is none.
type reply struct {
	body any
	err  error
}

func failed(format string, args ...any) reply { return reply{err: fmt.Errorf(format, args...)} }

var errGone = errors.New("the process has ended")
