package wire_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stream is a socket whose other side has said its part already.
type stream struct {
	io.Reader
	bytes.Buffer
}

func (s *stream) Read(p []byte) (int, error)  { return s.Reader.Read(p) }
func (s *stream) Write(p []byte) (int, error) { return s.Buffer.Write(p) }
func (*stream) Close() error                  { return nil }

func conn(said string) (*wire.Conn, *stream) {
	s := &stream{Reader: strings.NewReader(said)}
	return wire.New(s), s
}

func TestGreet(t *testing.T) {
	t.Parallel()
	mine := wire.Hello{Type: "hello", Protocol: wire.Protocol, File: "/bin/flow"}
	for said, want := range map[string]string{
		`{"type":"hello","protocol":1,"new":{}}` + "\n":                 "",
		`{"type":"hello","protocol":7,"file":"/bin/spindle"}` + "\n":    "the engine speaks protocol 7 (/bin/spindle), the flow's binary 1 (/bin/flow)",
		`{"type":"error","kind":"protocol","message":"go away"}` + "\n": "the engine refuses: go away",
		`{"type":"dance"}` + "\n":                                       `"dance" instead of hello`,
		"garbage\n":                                                     "this is no message",
		`{"type":"hello`:                                                "unexpected EOF",
		"":                                                              "EOF",
	} {
		c, s := conn(said)
		err := c.Greet(mine)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: error %v, want one with %q", said, err, want)
		}
		if strings.Contains(said, `"protocol":7`) && !strings.Contains(s.String(), `"kind":"protocol"`) {
			t.Errorf("the engine was told %q", s.String())
		}
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	c, s := conn(`{"type":"reply","re":1,"result":{"id":"7"}}` + "\n" + `{"type":"reply","re":2,"error":{"kind":"not_found","message":"no run"}}` + "\n" + `{"type":"reply","re":9}` + "\n")
	var got struct{ ID string }
	if err := c.Call("object", map[string]any{"pathspec": "F/7"}, &got); err != nil || got.ID != "7" {
		t.Errorf("%+v, %v", got, err)
	}
	var fault *wire.Fault
	if err := c.Call("object", nil, &got); !errors.As(err, &fault) || fault.Kind != "not_found" {
		t.Errorf("error %v", err)
	}
	if err := c.Call("object", nil, &got); !errors.Is(err, wire.ErrUnasked) {
		t.Errorf("error %v", err)
	}
	if !strings.HasPrefix(s.String(), `{"args":{"pathspec":"F/7"},"call":"object","id":1,"type":"store"}`+"\n") {
		t.Errorf("asked %s", s.String())
	}
}

// A place is read once; a temporary file is gone then.
func TestPlace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(path, []byte("abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := wire.Place{Path: path, Offset: 2, Size: 3}
	if b, err := p.Bytes(); string(b) != "cde" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	p.Size = 30
	if _, err := p.Bytes(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that is too short: %v", err)
	}
	p.Size, p.Temporary = 4, true
	if b, err := p.Bytes(); string(b) != "cdef" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := p.Bytes(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a temporary file was there twice: %v", err)
	}
}

// Whatever comes in, reading ends.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"type":"hello","protocol":1}` + "\n" + `{"type":"task"}`))
	f.Add([]byte("\x00\n{}\n[]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, _ := conn(string(b))
		for range len(b) + 1 {
			if m, err := c.Read(); err != nil {
				return
			} else if m.Type == "" {
				t.Fatalf("a message without a type: %q", m.Line)
			}
		}
		t.Fatal("reading does not end")
	})
}
