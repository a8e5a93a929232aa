package spin

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"testing"
)

// dap is a client of the Debug Adapter Protocol, as an IDE has one.
type dap struct {
	t      *testing.T
	conn   net.Conn
	reader *bufio.Reader
	seq    int
	events []message // that nobody has waited for yet
}

type message struct {
	Type       string          `json:"type"`
	Event      string          `json:"event"`
	RequestSeq int             `json:"request_seq"`
	Success    bool            `json:"success"`
	Message    string          `json:"message"`
	Body       json.RawMessage `json:"body"`
}

func attach(t *testing.T, address string) *dap {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &dap{t: t, conn: conn, reader: bufio.NewReader(conn)}
}

// send sends a request and returns its number.
func (d *dap) send(command string, arguments any) int {
	d.t.Helper()
	d.seq++
	text, err := json.Marshal(map[string]any{"seq": d.seq, "type": "request", "command": command, "arguments": arguments})
	if err == nil {
		_, err = fmt.Fprintf(d.conn, "Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	if err != nil {
		d.t.Fatalf("%s: %v", command, err)
	}
	return d.seq
}

func (d *dap) read() message {
	d.t.Helper()
	header, err := textproto.NewReader(d.reader).ReadMIMEHeader()
	if err != nil {
		d.t.Fatalf("the debugger went away: %v", err)
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		d.t.Fatal(err)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(d.reader, text); err != nil {
		d.t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		d.t.Fatal(err)
	}
	return m
}

// answer waits for the response to a request and reads its body.
func (d *dap) answer(seq int, body any) {
	d.t.Helper()
	for {
		m := d.read()
		if m.Type == "event" {
			d.events = append(d.events, m)
		}
		if m.Type != "response" || m.RequestSeq != seq {
			continue
		}
		if !m.Success {
			d.t.Fatalf("request %d: %s", seq, m.Message)
		}
		if body != nil {
			if err := json.Unmarshal(m.Body, body); err != nil {
				d.t.Fatal(err)
			}
		}
		return
	}
}

func (d *dap) call(command string, arguments, body any) {
	d.t.Helper()
	d.answer(d.send(command, arguments), body)
}

// await waits for an event and reads its body.
func (d *dap) await(event string, body any) {
	d.t.Helper()
	for {
		var m message
		if len(d.events) > 0 {
			m, d.events = d.events[0], d.events[1:]
		} else {
			m = d.read()
		}
		if m.Type != "event" || m.Event != event {
			continue
		}
		if body != nil {
			if err := json.Unmarshal(m.Body, body); err != nil {
				d.t.Fatal(err)
			}
		}
		return
	}
}
