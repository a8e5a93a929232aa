package pickle_test

import (
	"encoding/hex"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func dump(t testing.TB, v any) []byte {
	t.Helper()
	var e pickle.Encoder
	b, err := e.Append(nil, reflect.ValueOf(v))
	if err != nil {
		t.Fatalf("%#v: %v", v, err)
	}
	return b
}

type point struct {
	X, Y     float64
	RunID    string `artifact:"id"`
	Hidden   int    `artifact:"-"`
	Next     *point
	Settings map[string]any
}

type base struct{ Name, Extra string }

type derived struct {
	base
	Base
	Name string
}

// Base is embedded, and exported.
type Base struct{ Depth int }

type celsius float64

// What is written is read as it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", -5*3600)
	for _, v := range []any{
		true, false, 0, 1, -1, 255, 256, 65535, 65536, -129, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, uint64(math.MaxUint64),
		int8(-8), uint8(200), int16(-300), 0.0, 1.5, math.Inf(-1), math.MaxFloat64, float32(0.1), celsius(36.6), complex(1, -2),
		"", "text", "äöü – 北", strings.Repeat("long", 1000), []byte{}, []byte{0, 255}, [3]byte{1, 2, 3}, [2]int{4, 5},
		[]int{}, []int{1, -2, 1 << 40, math.MinInt64}, []int64{math.MaxInt64}, []int32{-5, 70000}, []int8{-1}, []uint16{65535}, []uint32{1 << 31},
		[]uint64{math.MaxUint64, 0}, []float64{}, []float64{1, math.Pi, math.Inf(1)}, []float32{0.25}, []celsius{1, 2}, []bool{true, false},
		[]string{"a", ""}, [][]float64{{1, 2}, {}, {3}}, [][]int{{1}, {2, 3}}, []any{1, "two", 3.5, nil, true, []any{}},
		map[string]int{"b": 2, "a": 1}, map[int]string{3: "c", -1: "m"}, map[string]struct{}{"x": {}, "y": {}}, map[[2]int]bool{{1, 2}: true},
		map[string]any{"n": nil, "l": []any{1}}, point{X: 1, RunID: "7", Next: &point{Y: 2}, Settings: map[string]any{"deep": 1}},
		[]point{{X: 1}, {Y: 2}}, derived{Name: "outer", Base: Base{3}}, struct{}{}, new(int), time.Date(2026, 11, 21, 1, 2, 3, 456789000, time.UTC),
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, zone), time.Duration(0), -90 * time.Minute, 49 * time.Hour,
		[]time.Duration{time.Second}, big.NewInt(5), new(big.Int).Lsh(big.NewInt(-3), 500), []*int{nil},
	} {
		b := dump(t, v)
		into := reflect.New(reflect.TypeOf(v)).Elem()
		var d pickle.Decoder
		if err := d.Decode(b, into); err != nil {
			t.Errorf("%#v: %v (%x)", v, err, b)
			continue
		}
		got := into.Interface()
		if when, ok := v.(time.Time); ok {
			if other, ok := got.(time.Time); !ok || !when.Equal(other) {
				t.Errorf("%v became %v", v, got)
			}
			continue
		}
		if diff := cmp.Diff(v, got, cmpopts.EquateEmpty(), cmp.AllowUnexported(point{}, derived{}), cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
			t.Errorf("%#v: %s", v, diff)
		}
		if again := dump(t, got); string(again) != string(b) {
			t.Errorf("%#v: written again it is %x instead of %x", v, again, b)
		}
	}
}

// Some bytes, so that they stay as they are: they are the keys of the store.
func TestBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  string
	}{
		{true, "8004882e"},
		{nil, "80044e2e"},
		{3, "80044b032e"},
		{[]int(nil), "80045d2e"},
		{[]int{0}, "80045d284b00652e"},
		{map[string]int{"b": 1, "a": 2}, "80047d288c01614b028c01624b01752e"},
		{"start", "80048c0573746172742e"},
		{pickle.Tuple{[]string{"fe"}, nil}, "80045d288c026665654e862e"},
		{point{X: 1}, "80047d288c017847" + "3ff0000000000000" + "8c017947" + "0000000000000000" + "8c0269648c008c046e6578744e8c0873657474696e67737d752e"},
	} {
		if got := hex.EncodeToString(dump(t, c.value)); got != c.want {
			t.Errorf("%#v is %s, want %s", c.value, got, c.want)
		}
	}
}

type cyclic struct{ Next *cyclic }

func TestUnwritable(t *testing.T) {
	t.Parallel()
	loop := &cyclic{}
	loop.Next = loop
	for want, v := range map[string]any{
		"deeper than":                  loop,
		"func() can't be stored":       func() {},
		"chan int can't be stored":     make(chan int),
		"Cells[1].F: a func()":         struct{ Cells []struct{ F func() } }{make([]struct{ F func() }, 2)[0:2:2]},
		"no valid UTF-8":               "\xff",
		"[1]: a string that is no":     []string{"a", "\xff"},
		"no exported field":            struct{ hidden int }{1},
		"its years are from 1 to 9999": time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		var e pickle.Encoder
		_, err := e.Append(nil, reflect.ValueOf(v))
		if want == "Cells[1].F: a func()" {
			want = "Cells[0].F: a func()"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: error %v, want one with %q", v, err, want)
		}
	}
}

// A value of another type than what is wanted is told with the place where it lies.
func TestMismatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, into any
		want        string
	}{
		{"text", new(int), "it is a str, and int is wanted"},
		{2.5, new(int), "it is a float, and int is wanted"},
		{300, new(uint8), "the number 300 does not fit a uint8"},
		{-1, new(uint), "the number -1 does not fit a uint"},
		{uint64(math.MaxUint64), new(int), "does not fit a int"},
		{1e300, new(float32), "does not fit a float32"},
		{[]any{1, "x"}, new([]int), "[1]: it is a str, and int is wanted"},
		{[]float64{1, 1e300}, new([]float32), "[1]: the number 1e+300 does not fit a float32"},
		{map[string]any{"x": "one"}, new(point), ".X: it is a str, and float64 is wanted"},
		{map[string]any{"next": map[string]any{"settings": []int{1}}}, new(point), ".Next.Settings: it is a list, and map[string]interface {} is wanted"},
		{[]int{1, 2, 3}, new([2]int), "it has 3 elements, and [2]int is wanted"},
		{1, new(map[string]int), "it is an int, and map[string]int is wanted"},
		{true, new(int), "it is a bool, and int is wanted"},
		{pickle.Object{Module: "shop", Name: "Basket", New: true}, new(map[string]int), "it is an object of Python's class shop.Basket, which Go can't read"},
		{pickle.Object{Module: "shop", Name: "Basket"}, new(any), "it is an object of Python's class shop.Basket, which Go can't read"},
		{1, new(error), "which type of a error it is to be can't be known"},
	} {
		var d pickle.Decoder
		err := d.Decode(dump(t, c.value), reflect.ValueOf(c.into).Elem())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v into %T: error %v, want one with %q", c.value, c.into, err, c.want)
		}
	}
}

// None is the zero value of whatever is wanted, and what a struct does not know is left out.
func TestLenience(t *testing.T) {
	t.Parallel()
	for _, into := range []any{new(int), new(string), new([]int), new(*int), new(point), new(any), new(time.Time)} {
		v := reflect.ValueOf(into).Elem()
		if err := new(pickle.Decoder).Decode(dump(t, nil), v); err != nil || !v.IsZero() {
			t.Errorf("%T: %v, %v", into, v, err)
		}
	}
	p := point{Y: 9}
	err := new(pickle.Decoder).Decode(dump(t, map[any]any{"x": 1, "strange": []int{1}, 7: 8}), reflect.ValueOf(&p).Elem())
	if err != nil || p.X != 1 || p.Y != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestTypeName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "NoneType"}, {1, "int"}, {celsius(1), "float"}, {"", "str"}, {[]byte{}, "bytes"}, {[]int{}, "list"}, {point{}, "dict"}, {&point{}, "dict"},
		{map[int]int{}, "dict"}, {map[int]struct{}{}, "set"}, {time.Now(), "datetime.datetime"}, {time.Second, "datetime.timedelta"}, {(*int)(nil), "NoneType"},
		{pickle.Tuple{}, "tuple"}, {pickle.Object{Module: "m", Name: "C"}, "m.C"},
	} {
		if got := pickle.TypeName(reflect.ValueOf(c.value)); got != "<class '"+c.want+"'>" {
			t.Errorf("%T is %s, want %s", c.value, got, c.want)
		}
	}
}
