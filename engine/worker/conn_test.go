package worker_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/spindle-flow/spindle/engine/worker"
)

func TestDecoder(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	for name, c := range map[string]struct {
		in    string
		types []string
		err   string // empty for a clean end
	}{
		"none":       {"", nil, ""},
		"two":        {`{"type":"a"}` + "\n" + `{"type":"b","id":1,"re":2}` + "\n", []string{"a", "b"}, ""},
		"long":       {`{"type":"a","x":"` + long + `"}` + "\n" + `{"type":"b"}` + "\n", []string{"a", "b"}, ""},
		"cut off":    {`{"type":"a"}` + "\n" + `{"ty`, []string{"a"}, "message cut off"},
		"empty line": {"\n", nil, "not a message"},
		"id":         {`{"type":"a","id":"x"}` + "\n", nil, "not a message"},
		"null":       {"null\n", nil, "message without type"},
		"oversize":   {`{"type":"` + strings.Repeat("y", worker.MaxMessage) + `"}` + "\n", nil, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.HalfReader(strings.NewReader(c.in))} {
				types, err := readAll(r)
				if fmt.Sprint(types) != fmt.Sprint(c.types) {
					t.Errorf("types = %q, want %q", types, c.types)
				}
				if c.err == "" && !errors.Is(err, io.EOF) {
					t.Errorf("error = %v, want the end", err)
				}
				if c.err != "" && (!errors.As(err, new(*worker.ProtocolError)) || !strings.Contains(err.Error(), c.err)) {
					t.Errorf("error = %v, want %q", err, c.err)
				}
			}
		})
	}
}

func readAll(r io.Reader) (types []string, err error) {
	d := worker.NewDecoder(r)
	for {
		m, err := d.Read()
		if err != nil {
			return types, err
		}
		types = append(types, m.Type)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte(`{"type":"hello","protocol":1}`+"\n"), false)
	f.Add([]byte(`{"type":"get","id":1,"items":[[0,"x"]]}`+"\n"+`{"type":"done","inherit":[[0,["a"]]]}`+"\n"), true)
	f.Add([]byte("\x00\xff\n{}\n[]"), true)
	f.Fuzz(func(t *testing.T, in []byte, slow bool) {
		var r io.Reader = bytes.NewReader(in)
		if slow {
			r = iotest.OneByteReader(r)
		}
		d, read := worker.NewDecoder(r), 0
		for {
			m, err := d.Read()
			if err != nil {
				break
			}
			read += len(m.Line)
			if m.Type == "" || bytes.Count(m.Line, []byte("\n")) != 1 {
				t.Fatalf("message %q", m.Line)
			}
			decodeAll(m)
		}
		if read > len(in) {
			t.Fatalf("%d bytes read of %d", read, len(in))
		}
	})
}

// decodeAll decodes a message as everything it could be; errors are fine, panics are not.
func decodeAll(m worker.Message) {
	for _, v := range []any{
		new(worker.Hello), new(worker.Description), new(worker.Result), new(worker.Task), new(worker.FlowError),
		&struct{ Items []worker.Item }{},
	} {
		_ = m.Decode(v)
	}
}
