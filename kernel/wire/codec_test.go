package wire

import (
	"bytes"
	"errors"
	"testing"
)

func sample() *Message {
	return &Message{
		Idents: [][]byte{[]byte("way")}, Header: Header{ID: "1", Type: "execute_request", Session: "s", Version: Version},
		Content: []byte(`{"code":"1"}`), Buffers: [][]byte{{0, 1}, {}},
	}
}

func encode(t testing.TB, c *Codec, m *Message) [][]byte {
	t.Helper()
	frames, err := c.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

func TestCodecRoundTrip(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "secret"} {
		c := NewCodec(key)
		got, err := c.Decode(encode(t, c, sample()))
		if err != nil {
			t.Fatal(err)
		}
		if got.Header.Type != "execute_request" || string(got.Content) != `{"code":"1"}` || len(got.Buffers) != 2 || string(got.Idents[0]) != "way" {
			t.Errorf("key %q: %+v", key, got)
		}
	}
}

func TestCodecRefuses(t *testing.T) {
	t.Parallel()
	signed := func(parts ...string) [][]byte {
		c := NewCodec("secret")
		frames := make([][]byte, 0, len(parts)+2)
		for _, p := range parts {
			frames = append(frames, []byte(p))
		}
		return append([][]byte{delimiter, c.sign(frames)}, frames...)
	}
	const header = `{"msg_id":"1","msg_type":"t"}`
	good := func() [][]byte { return signed(header, "{}", "{}", "{}") }
	change := func(at int, to string) [][]byte {
		frames := good()
		frames[at] = []byte(to)
		return frames
	}
	for name, test := range map[string]struct {
		frames [][]byte
		want   error // nil for any
	}{
		"nothing":            {nil, ErrNoDelimiter},
		"no delimiter":       {good()[1:], ErrNoDelimiter},
		"only delimiter":     {[][]byte{delimiter}, ErrTooFewFrames},
		"frame missing":      {good()[:5], ErrTooFewFrames},
		"unsigned":           {change(1, ""), ErrUnsigned},
		"short signature":    {change(1, "abcd"), ErrWrongSign},
		"no hex":             {change(1, string(bytes.Repeat([]byte("x"), 64))), ErrWrongSign},
		"another key's":      {append([][]byte{delimiter, NewCodec("other").sign(good()[2:])}, good()[2:]...), ErrWrongSign},
		"changed content":    {change(5, `{"code":"evil"}`), ErrWrongSign},
		"changed parent":     {change(3, `{"a":1}`), ErrWrongSign},
		"header no JSON":     {signed("{", "{}", "{}", "{}"), nil},
		"header a list":      {signed("[]", "{}", "{}", "{}"), nil},
		"header without id":  {signed(`{"msg_type":"t"}`, "{}", "{}", "{}"), nil},
		"content null":       {signed(header, "{}", "{}", "null"), nil},
		"metadata a number":  {signed(header, "{}", "1", "{}"), nil},
		"parent broken JSON": {signed(header, `{"a":`, "{}", "{}"), nil},
	} {
		_, err := NewCodec("secret").Decode(test.frames)
		if err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: error %v, want %v", name, err, test.want)
		}
	}
}

func TestCodecReplay(t *testing.T) {
	t.Parallel()
	c := NewCodec("secret")
	first := encode(t, c, sample())
	if _, err := c.Decode(first); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Decode(first); !errors.Is(err, ErrReplayed) {
		t.Errorf("the second time: %v", err)
	}
	for i := range remembered + 10 {
		var sum [32]byte
		sum[0], sum[1], sum[2], sum[3] = byte(i), byte(i>>8), byte(i>>16), 1
		if err := c.first(sum); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.seen)+len(c.old) > 2*remembered {
		t.Errorf("%d signatures are kept", len(c.seen)+len(c.old))
	}
	if _, err := c.Decode(first); !errors.Is(err, ErrReplayed) {
		t.Errorf("after one generation: %v", err)
	}
}

// FuzzDecode: whatever comes, no panic, and nothing without the right signature is accepted.
func FuzzDecode(f *testing.F) {
	for _, frames := range [][][]byte{nil, {delimiter}} {
		f.Add(bytes.Join(frames, []byte{'|'}), true)
	}
	f.Add(bytes.Join(must(NewCodec("").Encode(sample())), []byte{'|'}), false)
	f.Fuzz(func(t *testing.T, data []byte, keyed bool) {
		frames := bytes.Split(data, []byte{'|'})
		for i := range frames {
			if string(frames[i]) == "<IDS" && i+1 < len(frames) && string(frames[i+1]) == "MSG>" {
				frames = append(append(frames[:i:i], delimiter), frames[i+2:]...)
				break
			}
		}
		key := ""
		if keyed {
			key = "a key nobody guesses"
		}
		m, err := NewCodec(key).Decode(frames)
		if err == nil && keyed {
			t.Errorf("accepted without a signature: %q", frames)
		}
		if err == nil && (m.Header.Type == "" || m.Header.ID == "") {
			t.Errorf("accepted without a name: %q", frames)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
