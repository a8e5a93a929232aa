package plain_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func splits(n int64) *int64 { return &n }

var bigInts = cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })

func shifted(sign int64, by uint) *big.Int { return new(big.Int).Lsh(big.NewInt(sign), by) }

var (
	frames = []any{
		plain.ForeachFrame{Step: "body", Var: "items", NumSplits: splits(3), Index: 1, Value: "a"},
		plain.ForeachFrame{Step: "b2", Var: "items", NumSplits: splits(3), Index: 2, Value: "\u00e9"},
	}
	numbers = plain.Tuple{shifted(1, 70), shifted(-1, 70), int64(-1), int64(1 << 31), int64(1 << 40), int64(-300)}
	mixed   = map[any]any{"a": []any{1.5, nil, true}, int64(2): plain.Tuple{"x", "y", int64(3), int64(4)}}
)

// vectors are pickles written by CPython 3.11.
var vectors = map[string]struct {
	pickle string
	want   any
}{
	"true":         {"8004882e", true},
	"false":        {"8004892e", false},
	"none":         {"80044e2e", nil},
	"empty list":   {"80045d942e", []any{}},
	"list":         {"80049506000000000000005d944b00612e", []any{int64(0)}},
	"int":          {"80044b032e", int64(3)},
	"str":          {"80049509000000000000008c057374617274942e", "start"},
	"transition":   {"8004950c000000000000005d948c02666594614e86942e", plain.Tuple{[]any{"fe"}, nil}},
	"frames 2":     {"80025d710028635f5f6d61696e5f5f0a466f72656163684672616d650a7101285804000000626f6479710258050000006974656d7371034b034b01580100000061710474710581710668012858020000006232710768034b034b025802000000c3a9710874710981710a652e", frames},
	"frames 3":     {"80035d710028635f5f6d61696e5f5f0a466f72656163684672616d650a7101285804000000626f6479710258050000006974656d7371034b034b01580100000061710474710581710668012858020000006232710768034b034b025802000000c3a9710874710981710a652e", frames},
	"frames 4":     {"80049554000000000000005d94288c085f5f6d61696e5f5f948c0c466f72656163684672616d65949394288c04626f6479948c056974656d73944b034b018c016194749481946803288c0262329468054b034b028c02c3a99474948194652e", frames},
	"frames 5":     {"80059554000000000000005d94288c085f5f6d61696e5f5f948c0c466f72656163684672616d65949394288c04626f6479948c056974656d73944b034b018c016194749481946803288c0262329468054b034b028c02c3a99474948194652e", frames},
	"bytes 2":      {"8002635f5f6275696c74696e5f5f0a62797465730a710029527101635f636f646563730a656e636f64650a710258040000006162c3bf710358060000006c6174696e3171048671055271068671072e", plain.Tuple{plain.Bytes(""), plain.Bytes("ab\xff")}},
	"bytes 3":      {"80034300710043036162ff71018671022e", plain.Tuple{plain.Bytes(""), plain.Bytes("ab\xff")}},
	"bytes 4":      {"8004950c0000000000000043009443036162ff9486942e", plain.Tuple{plain.Bytes(""), plain.Bytes("ab\xff")}},
	"numbers 2":    {"8002288a090000000000000000408a090000000000000000c04affffffff8a0500000080008a060000000000014ad4feffff7471002e", numbers},
	"numbers 5":    {"8005953300000000000000288a090000000000000000408a090000000000000000c04affffffff8a0500000080008a060000000000014ad4feffff74942e", numbers},
	"mixed 2":      {"80027d71002858010000006171015d710228473ff80000000000004e88654b0228580100000078710358010000007971044b034b04747105752e", mixed},
	"mixed 4":      {"80049529000000000000007d94288c0161945d9428473ff80000000000004e88654b02288c0178948c0179944b034b047494752e", mixed},
	"python 2 str": {"80025501 61 2e", "a"},
	"frame of unbounded foreach": {
		"8004 8c085f5f6d61696e5f5f 8c0c466f72656163684672616d65 93 28 8c0162 4e 4e 4b00 4e 74 81 2e", plain.ForeachFrame{Step: "b"},
	},
	"8-byte lengths": {"8004 8d0100000000000000 61 8e0100000000000000 62 86 2e", plain.Tuple{"a", plain.Bytes("b")}},
	"4-byte long":    {"8002 8b02000000 0080 2e", int64(-32768)},
	"shared str":     {"8004 5d 94 28 8c0161 94 6801 6801 65 2e", []any{"a", "a", "a"}},
	"shared tuple":   {"8004 4b01 85 94 6800 86 2e", plain.Tuple{plain.Tuple{int64(1)}, plain.Tuple{int64(1)}}},
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := plain.Decode(unhex(t, v.pickle))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.want, got, bigInts); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// doubling is a tuple of twice itself, n times: 2^n values in 3n bytes.
func doubling(n int) []byte {
	p := []byte{0x80, 4, 'N', 0x85, 0x94, 'h', 0}
	for i := range n {
		p = append(p, 0x86, 0x94, 'h', byte(i+1))
	}
	return append(p, 0x86, '.')
}

func TestNotPlain(t *testing.T) {
	t.Parallel()
	deep := append([]byte{0x80, 4, 'N'}, bytes.Repeat([]byte{0x85}, 100_000)...)
	hostile := map[string][]byte{
		"empty":               nil,
		"no stop":             unhex(t, "80044e"),
		"nothing on stack":    unhex(t, "80042e"),
		"a mark":              unhex(t, "8004282e"),
		"after the end":       unhex(t, "80044e2e4e"),
		"os.system":           []byte("\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R."),
		"a class":             []byte("\x80\x04cbuiltins\neval\n."),
		"setstate":            []byte("\x80\x04Nb."),
		"protocol 0":          []byte("I1\n."),
		"protocol 6":          unhex(t, "80064e2e"),
		"set":                 unhex(t, "80048f2e"),
		"bytearray":           unhex(t, "8005960000000000000000 2e"),
		"persistent id":       unhex(t, "80044e512e"),
		"extension":           unhex(t, "800482012e"),
		"length beyond end":   unhex(t, "80048d ffffffffffffffff 2e"),
		"4 GB of bytes":       unhex(t, "800442 ffffffff 2e"),
		"long of 200 bytes":   append(append(unhex(t, "80028ac8"), make([]byte, 200)...), '.'),
		"unknown memo":        unhex(t, "800468052e"),
		"shared list":         unhex(t, "80045d944b0161680086 2e"),
		"list in itself":      unhex(t, "80045d946800612e"),
		"dict in itself":      unhex(t, "80047d94 4b01 6800 73 2e"),
		"tuple as a key":      unhex(t, "80047d 4b0185 4b01 73 2e"),
		"list as a key":       unhex(t, "80047d 5d 4b01 73 2e"),
		"frame as a key":      []byte("\x80\x04}c__main__\nForeachFrame\n)RNs."),
		"big int as a key":    unhex(t, "80047d 8a09000000000000000040 4b01 73 2e"),
		"frame of no fields":  []byte("\x80\x04c__main__\nForeachFrame\n)R."),
		"frame of wrong kind": []byte("\x80\x04c__main__\nForeachFrame\n(K\x01NNNNtR."),
		"deep":                append(deep, '.'),
		"doubling":            doubling(60),
		"too many opcodes":    append(append([]byte{0x80, 4, ']'}, bytes.Repeat([]byte("Na"), plain.MaxNodes)...), '.'),
		"too large":           make([]byte, plain.MaxSize+1),
		"bad encode":          []byte("\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00\xe2\x82X\x06\x00\x00\x00latin1\x86R."),
	}
	for name, p := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if v, err := plain.Decode(p); !errors.Is(err, plain.ErrNotPlain) || len(err.Error()) > 500 {
				t.Errorf("value %.100v, error %.300v", v, err)
			}
		})
	}
}

// TestEncodeVectors holds the keys of compat A.1.
func TestEncodeVectors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value any
		key   string
	}{
		{true, "868436778cb011a1c6230bc12534683ab0b7f1c3"},
		{false, "2473d4676d5b2aba674167293142f8031ada401b"},
		{nil, "dbc1aaddc8b7343d6d33b34edcf608b8f8801918"},
		{[]any{}, "c5cf38908fc549f499ade5b17ce221ff0ced377f"},
		{[]any{0}, "654aad3e805783ba7465efc66f3c46cb8035b408"},
		{3, "f985b91548a08fb73bb3a8c382a3e8e021f7fcfc"},
		{"start", "27a9c187db5f8b3ae4e0051322bfa3acf3af9bf5"},
		{"LinFlow", "340596b3076a032b1e7de4be9b739e448e587cf5"},
		{plain.Tuple{[]string{"fe"}, nil}, "4eaa0aa0d32c441b03b34d74a5c83d53676ce820"},
	}
	for _, tt := range tests {
		p, err := plain.Encode(tt.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha1.Sum(p)); got != tt.key {
			t.Errorf("%v: key %s, want %s (%x)", tt.value, got, tt.key, p)
		}
	}
	if _, err := plain.Encode(struct{}{}); err == nil {
		t.Error("encoded a struct")
	}
	endless := []any{nil}
	endless[0] = endless
	if _, err := plain.Encode(endless); err == nil {
		t.Error("encoded a list in itself")
	}
}

// awkward are values at the edges of their encodings.
func awkward() []any {
	var ints []any
	for _, edge := range []int64{0, 1 << 7, 1 << 8, 1 << 15, 1 << 16, 1 << 31, 1 << 32, 1 << 39, math.MaxInt64} {
		ints = append(ints, edge, edge-1, -edge, -edge-1)
	}
	long := make([]any, 2500)
	for i := range long {
		long[i] = "item " + fmt.Sprint(i)
	}
	return []any{
		ints, long, []any{long[:1000], long[1000:2001]}, plain.Tuple{}, plain.Tuple{"a", "b", "c", plain.Tuple{1.5, math.Inf(1)}},
		strings.Repeat("x", 255), strings.Repeat("y", 256), strings.Repeat("\u00e9", 50_000), "",
	}
}

func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	for _, v := range awkward() {
		p, err := plain.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := plain.Decode(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, got); diff != "" {
			t.Errorf("(-want +got):\n%.1000s", diff)
		}
	}
}

// TestEncodeLikePython: unpickled and pickled again by Python, the bytes are the same, frames and all.
func TestEncodeLikePython(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	const script = `import pickle, sys; sys.stdout.buffer.write(pickle.dumps(pickle.loads(sys.stdin.buffer.read()), 4))`
	for i, v := range awkward() {
		p, err := plain.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(python, "-c", script)
		cmd.Stdin = bytes.NewReader(p)
		got, err := cmd.Output()
		if err != nil {
			t.Fatalf("value %d: %v", i, err)
		}
		// Python joins slices of one list only by value, and frames beyond 64 KiB differ.
		if len(p) < 64<<10 && !bytes.Equal(got, p) {
			t.Errorf("value %d: %.200x, Python writes %.200x", i, p, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range vectors {
		f.Add(unhex(f, v.pickle))
	}
	f.Add(doubling(30))
	f.Add([]byte("\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00abX\x06\x00\x00\x00latin1\x86R."))
	f.Fuzz(func(t *testing.T, p []byte) {
		v, err := plain.Decode(p)
		if err != nil {
			if !errors.Is(err, plain.ErrNotPlain) {
				t.Errorf("error %v", err)
			}
			return
		}
		q, err := plain.Encode(v)
		if err != nil {
			return // a kind that Encode does not write
		}
		back, err := plain.Decode(q)
		if err != nil {
			t.Fatalf("cannot decode what was encoded of %v: %v", v, err)
		}
		if diff := cmp.Diff(fmt.Sprintf("%#v", v), fmt.Sprintf("%#v", back)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func BenchmarkDecodeFrames(b *testing.B) {
	p := unhex(b, vectors["frames 4"].pickle)
	for b.Loop() {
		if _, err := plain.Decode(p); err != nil {
			b.Fatal(err)
		}
	}
}
