package pyvalue_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/artifact/pyvalue"
)

func big1() *big.Int { return new(big.Int).Exp(big.NewInt(7), big.NewInt(60), nil) }

// cases are pairs of a Go value and the Python expression that makes the same value.
func cases() []struct {
	value  any
	python string
} {
	return []struct {
		value  any
		python string
	}{
		{nil, "None"}, {true, "True"}, {false, "False"}, {int64(-12), "-12"}, {big1(), "7**60"},
		{0.1, "0.1"}, {3.0, "3.0"}, {math.Copysign(0, -1), "-0.0"}, {1e16, "1e16"}, {1e15, "1e15"}, {123456789012345680.0, "123456789012345680.0"},
		{1e-4, "1e-4"}, {0.00001234, "0.00001234"}, {5e-324, "5e-324"}, {1.7976931348623157e308, "1.7976931348623157e308"},
		{math.Inf(-1), "float('-inf')"}, {2.5e-7, "2.5e-7"},
		{"", "''"}, {"it's", `"it's"`}, {"film 映画", "'film 映画'"},
		{[]any{"it's", `"`, "both ' and \"", "a\nb\t\\\x00\x7f", "é"}, `["it's", '"', 'both \' and "', 'a\nb\t\\\x00\x7f', 'é']`},
		{plain.Bytes("a'\x00\xff\n"), `b"a'\x00\xff\n"`}, {plain.Bytes(`'"`), `b'\'"'`},
		{[]any{}, "[]"}, {plain.Tuple{}, "()"}, {plain.Tuple{int64(1)}, "(1,)"}, {plain.Tuple{[]any{"a"}, nil}, "(['a'], None)"},
		{map[any]any{}, "{}"}, {map[any]any{"a": []any{1.5}}, "{'a': [1.5]}"}, {map[any]any{int64(1): true}, "{1: True}"},
	}
}

func TestStrIsPythons(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to compare with")
	}
	var expressions []string
	for _, c := range cases() {
		expressions = append(expressions, "str("+c.python+")")
	}
	script := "import json\nprint(json.dumps([" + strings.Join(expressions, ",\n") + "]))"
	out, err := exec.Command(python, "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	for i, c := range cases() {
		if got, ok := pyvalue.Str(c.value); !ok || got != want[i] {
			t.Errorf("%s: %q (%v), want %q", c.python, got, ok, want[i])
		}
	}
}

func TestLeftToPython(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		map[any]any{"a": int64(1), "b": int64(2)}, []any{map[any]any{"a": int64(1), "b": int64(2)}}, "\xed\xa0\x80", []any{"\u00ad"},
		plain.ForeachFrame{}, struct{}{},
	} {
		if text, ok := pyvalue.Str(v); ok {
			t.Errorf("%#v: %q", v, text)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	value := plain.Tuple{nil, true, int64(3), 1.5, "x", []any{big1()}, map[any]any{"k": "v", "l": int64(1)}}
	out, ok := pyvalue.JSON(value)
	if !ok {
		t.Fatal("not JSON")
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	want := `[null,true,3,1.5,"x",[` + big1().String() + `],{"k":"v","l":1}]`
	if diff := cmp.Diff(want, string(bytes.TrimSpace(text))); diff != "" {
		t.Error(diff)
	}
	for _, v := range []any{math.NaN(), math.Inf(1), plain.Bytes("x"), map[any]any{int64(1): "x"}, []any{math.NaN()}} {
		if out, ok := pyvalue.JSON(v); ok {
			t.Errorf("%#v: %v", v, out)
		}
	}
}
