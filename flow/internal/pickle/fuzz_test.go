package pickle_test

import (
	"bytes"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

// Whatever comes in, reading ends, with memory in proportion to it; what was read can be written and read again.
func FuzzDecode(f *testing.F) {
	for _, v := range []any{nil, 1, 2.5, "text", []byte("b"), []int{1, 1 << 40}, []float64{1, 2}, []any{1, "x", nil}, map[string]any{"a": []int{1}}, time.Now(), point{}} {
		f.Add(dump(f, v))
	}
	for _, s := range []string{
		"\x80\x04\x95\x1b\x00\x00\x00\x00\x00\x00\x00]\x94(G?\xf8\x00\x00\x00\x00\x00\x00K\x01M\x00\x01e.", "(lp0\nI1\na.", "\x80\x04]\x94h\x00a.",
		"\x80\x04\x8c\x05numpy\x94\x8c\x05dtype\x94\x93\x94\x8c\x02f8\x94\x89\x88\x87\x94R\x94.", "\x80\x04\x8f(K\x01\x90.", "\x80\x04K\x01K\x02\x86N\x87.",
		"\x80\x04\x8c\x08datetime\x94\x8c\x08datetime\x94\x93\x94C\n\x07\xea\x01\x02\x03\x04\x05\x00\x00\x06\x94\x85\x94R\x94.",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, into := range []any{new(any), new([]float64), new(map[string]int), new(point), new([][]int)} {
			_ = new(pickle.Decoder).Decode(b, reflect.ValueOf(into).Elem())
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20+2000*uint64(len(b)) {
			t.Errorf("%d bytes for a pickle of %d", used, len(b))
		}
		var v, again any
		if new(pickle.Decoder).Decode(b, reflect.ValueOf(&v).Elem()) != nil {
			return
		}
		var e pickle.Encoder
		written, err := e.Append(nil, reflect.ValueOf(v))
		if err != nil {
			return // text that is none, say
		}
		if err := new(pickle.Decoder).Decode(written, reflect.ValueOf(&again).Elem()); err != nil {
			t.Fatalf("%#v was written and can't be read: %v", v, err)
		}
		if rewritten, err := e.Append(nil, reflect.ValueOf(again)); err != nil || !bytes.Equal(written, rewritten) {
			t.Errorf("%#v was read as %#v, %v", v, again, err)
		}
	})
}

// A small pickle that stands for something huge is refused.
func TestRepeats(t *testing.T) {
	t.Parallel()
	bomb := []byte("\x80\x04]\x94")
	for i := range byte(40) {
		bomb = append(bomb, ']', 0x94, '(', 'h', i, 'h', i, 'h', i, 'h', i, 'e')
	}
	var v any
	if err := new(pickle.Decoder).Decode(append(bomb, '.'), reflect.ValueOf(&v).Elem()); err == nil {
		t.Error("a value of 4 to the 40th parts was read")
	}
	for _, damaged := range []string{"", "\x80", "\x80\x04", "\x80\x09N.", "e.", "(e.", "\x80\x04B\xff\xff\xff\xff.", "\x80\x04\x8a\x05\x01.", "h\x05.", "Nb.", "N}s.", "}(K\x01u."} {
		if err := new(pickle.Decoder).Decode([]byte(damaged), reflect.ValueOf(&v).Elem()); err == nil {
			t.Errorf("%q was read as %v", damaged, v)
		}
	}
}
