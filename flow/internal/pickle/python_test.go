package pickle_test

import (
	"encoding/hex"
	"math/big"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

// interpreter is the Python with numpy, where there is one; the plain values are tried with any.
var interpreter = sync.OnceValues(func() (name string, numpy bool) {
	for _, name := range []string{os.Getenv("SPINDLE_PEER"), os.Getenv("SPINDLE_PYTHON"), "python3"} {
		if name != "" && exec.Command(name, "-c", "import numpy").Run() == nil {
			return name, true
		}
	}
	return "python3", false
})

// python runs a script that has the lines of its input in `lines`, and returns the lines it prints.
func python(t testing.TB, script string, lines []string) []string {
	t.Helper()
	name, _ := interpreter()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip("no python3")
	}
	prelude := "import sys, pickle, datetime, collections, array\ntry:\n    import numpy as np\nexcept ImportError:\n    np = None\n" +
		"lines = sys.stdin.read().splitlines()\n"
	cmd := exec.Command(name, "-c", prelude+script)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python: %v\n%s", err, stderr.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// Python reads what Go writes as the values one would expect.
func TestPythonReadsGo(t *testing.T) {
	t.Parallel()
	cases := []struct {
		value any
		want  string
	}{
		{nil, "None"}, {true, "True"}, {-5, "-5"}, {int64(1) << 40, "1099511627776"}, {uint64(1) << 63, "9223372036854775808"},
		{new(big.Int).Lsh(big.NewInt(-1), 100), "-1267650600228229401496703205376"}, {new(big.Int).Lsh(big.NewInt(1), 2100), "1 << 2100"},
		{0.1, "0.1"}, {float32(0.5), "0.5"}, {complex(1, 2), "(1+2j)"}, {"ä北", "'ä北'"}, {strings.Repeat("x", 300), "'x' * 300"},
		{[]byte{0, 255}, `b"\x00\xff"`}, {[]int{1, 300, 70000, -1}, "[1, 300, 70000, -1]"}, {[]float64{1, 2.5}, "[1.0, 2.5]"}, {[]float32{0.25}, "[0.25]"},
		{[]bool{true, false}, "[True, False]"}, {[]string{"a", "b"}, "['a', 'b']"}, {[][]int{{1}, nil}, "[[1], []]"}, {[2]float64{1, 2}, "[1.0, 2.0]"},
		{map[string]int{"a": 1}, "{'a': 1}"}, {map[int][]string{1: {"x"}}, "{1: ['x']}"}, {map[string]struct{}{"x": {}}, "{'x'}"}, {map[string]int(nil), "{}"},
		{point{X: 1, RunID: "7"}, "{'x': 1.0, 'y': 0.0, 'id': '7', 'next': None, 'settings': {}}"}, {&struct{ HTTPPort int }{80}, "{'http_port': 80}"},
		{time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), "datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)"},
		{time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", -3600)), "datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(-datetime.timedelta(hours=1)))"},
		{-90 * time.Minute, "-datetime.timedelta(minutes=90)"}, {pickle.Tuple{1, "a", nil, 2.0}, "(1, 'a', None, 2.0)"}, {pickle.Tuple{}, "()"},
		{pickle.Dict{{Key: "z", Value: 1}, {Key: "a", Value: pickle.Tuple{1}}}, "{'z': 1, 'a': (1,)}"},
		{pickle.Object{Module: "collections", Name: "OrderedDict", State: nil, Args: pickle.Tuple{}}, "collections.OrderedDict()"},
		{make([]int, 200_000), "[0] * 200000"}, {make([]float64, 70_000), "[0.0] * 70000"},
	}
	var lines []string
	for _, c := range cases {
		lines = append(lines, hex.EncodeToString(dump(t, c.value)), c.want)
	}
	said := python(t, `
for i in range(0, len(lines), 2):
    got, want = pickle.loads(bytes.fromhex(lines[i])), eval(lines[i + 1])
    print("same" if got == want and type(got) is type(want) and repr(got) == repr(want) else f"{got!r:.200} instead of {want!r:.200}")
`, lines)
	for i, c := range cases {
		if said[i] != "same" {
			t.Errorf("%T: Python reads %s", c.value, said[i])
		}
	}
}

// Go reads what Python writes, in every protocol, into what is wanted.
func TestGoReadsPython(t *testing.T) {
	t.Parallel()
	_, numpy := interpreter()
	cases := []struct {
		expression string
		want       any
		numpy      bool
	}{
		{expression: "None", want: 0}, {expression: "True", want: true}, {expression: "12", want: 12}, {expression: "-1 << 40", want: -1 << 40},
		{expression: "1 << 2100", want: new(big.Int).Lsh(big.NewInt(1), 2100)}, {expression: "3", want: 3.0}, {expression: "2.5", want: float32(2.5)},
		{expression: "'ä' * 400", want: strings.Repeat("ä", 400)}, {expression: `b"\x00\xff"`, want: []byte{0, 255}},
		{expression: "bytearray(b'ab')", want: []byte("ab")}, {expression: "list(range(5000))", want: upTo(5000)}, {expression: "[0.5] * 70000", want: halves(70000)},
		{expression: "[1, 2.5, 3]", want: []float64{1, 2.5, 3}}, {expression: "(1, 2)", want: []int{1, 2}}, {expression: "{3}", want: []int{3}},
		{expression: "frozenset([4])", want: map[int]struct{}{4: {}}}, {expression: "{'a', 'b'}", want: map[string]bool{"a": true, "b": true}},
		{expression: "['x', 'y', 'x', None]", want: []any{"x", "y", "x", nil}}, {expression: "[[1.0, 2.0], [3.0]]", want: [][]float64{{1, 2}, {3}}},
		{expression: "{'x': 1, 'y': 2.5, 'id': 'q', 'next': {'x': 3}}", want: point{X: 1, Y: 2.5, RunID: "q", Next: &point{X: 3}}},
		{expression: "{1: 'a', 'b': 2}", want: map[any]any{1: "a", "b": 2}}, {expression: "{'a': (1, [2.5])}", want: map[string]any{"a": []any{1, []any{2.5}}}},
		{expression: "collections.OrderedDict(b=1, a=2)", want: map[string]int{"a": 2, "b": 1}}, {expression: "collections.Counter('aab')", want: map[string]int{"a": 2, "b": 1}},
		{expression: "collections.defaultdict(list, a=[1])", want: map[string][]int{"a": {1}}}, {expression: "collections.deque([1, 2])", want: []int{1, 2}},
		{expression: "datetime.datetime(2026, 1, 2, 3, 4, 5, 6)", want: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)},
		{expression: "datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)", want: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
		{expression: "datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))", want: time.Date(2026, 1, 1, 22, 0, 0, 0, time.UTC)},
		{expression: "datetime.date(2026, 1, 2)", want: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
		{expression: "datetime.timedelta(days=-1, microseconds=5)", want: -24*time.Hour + 5*time.Microsecond}, {expression: "1 + 2j", want: complex(1, 2)},
		{expression: "array.array('d', [1.5, 2])", want: []float64{1.5, 2}}, {expression: "array.array('i', [-1, 2])", want: []int{-1, 2}},
		{expression: "(lambda a: [a, a, (a,)])([1, 2])", want: []any{[]any{1, 2}, []any{1, 2}, []any{[]any{1, 2}}}},
		{"np.array([1.5, 2.5])", []float64{1.5, 2.5}, true}, {"np.array([1, -2], dtype='int16')", []int{1, -2}, true}, {"np.float64(2.5)", 2.5, true},
		{"np.int64(7)", 7, true}, {"np.bool_(True)", true, true}, {"np.array([True, False])", []bool{true, false}, true}, {"np.array(3)", 3, true},
		{"np.arange(6.0).reshape(2, 3)", [][]float64{{0, 1, 2}, {3, 4, 5}}, true}, {"np.arange(6).reshape(2, 3).T", [][]int{{0, 3}, {1, 4}, {2, 5}}, true},
		{"np.asfortranarray(np.arange(6).reshape(2, 3))", [][]int{{0, 1, 2}, {3, 4, 5}}, true}, {"np.array([1.5], dtype='>f4')", []float64{1.5}, true},
		{"np.zeros((2, 0))", [][]float64{{}, {}}, true}, {"np.array([2**64 - 1], dtype='uint64')", []uint64{1<<64 - 1}, true},
		{"{'x': np.float64(1), 'y': np.int32(2)}", point{X: 1, Y: 2}, true}, {"np.zeros((2, 2, 1))", [][][]float64{{{0}, {0}}, {{0}, {0}}}, true},
	}
	var expressions []string
	for _, c := range cases {
		if numpy || !c.numpy {
			expressions = append(expressions, c.expression)
		}
	}
	said := python(t, "for line in lines:\n    print(*[pickle.dumps(eval(line), protocol).hex() for protocol in (2, 3, 4, 5)])\n", expressions)
	at := 0
	for _, c := range cases {
		if c.numpy && !numpy {
			continue
		}
		for protocol, text := range strings.Fields(said[at]) {
			b, err := hex.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			into := reflect.New(reflect.TypeOf(c.want)).Elem()
			if err := new(pickle.Decoder).Decode(b, into); err != nil {
				t.Errorf("%s, protocol %d: %v", c.expression, protocol+2, err)
				continue
			}
			opts := []cmp.Option{cmp.AllowUnexported(point{}), cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })}
			if diff := cmp.Diff(c.want, into.Interface(), opts...); diff != "" {
				t.Errorf("%s, protocol %d: %.600s", c.expression, protocol+2, diff)
			}
		}
		at++
	}
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func halves(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 0.5
	}
	return out
}

// What Python has and Go can't read is told by its name.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	cases := [][2]string{
		{"print", "the class builtins.print"}, {"range(3)", "builtins.range"}, {"datetime.time(1)", "datetime.time"},
		{"Exception('x')", "builtins.Exception"}, {"__import__('decimal').Decimal('1')", "decimal.Decimal"},
	}
	var expressions []string
	for _, c := range cases {
		expressions = append(expressions, c[0])
	}
	said := python(t, "for line in lines:\n    print(pickle.dumps(eval(line), 4).hex())\n", expressions)
	for i, c := range cases {
		b, err := hex.DecodeString(said[i])
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := new(pickle.Decoder).Decode(b, reflect.ValueOf(&v).Elem()); err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v, %v; want an error with %q", c[0], v, err, c[1])
		}
	}
}
