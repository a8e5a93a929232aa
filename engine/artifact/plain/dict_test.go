package plain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact/plain"
)

func TestEncodeDict(t *testing.T) {
	t.Parallel()
	many, manyWant := plain.Dict{}, map[any]any{}
	for i := range int64(2500) {
		many, manyWant[i] = append(many, plain.Pair{Key: i, Value: "v"}), "v"
	}
	for name, tt := range map[string]struct {
		dict plain.Dict
		want map[any]any
	}{
		"empty":  {plain.Dict{}, map[any]any{}},
		"one":    {plain.Dict{{Key: "a", Value: int64(1)}}, map[any]any{"a": int64(1)}},
		"nested": {plain.Dict{{Key: "a", Value: plain.Dict{{Key: "b", Value: nil}}}, {Key: "c", Value: []any{true}}}, map[any]any{"a": map[any]any{"b": nil}, "c": []any{true}}},
		"many":   {many, manyWant},
	} {
		raw, err := plain.Encode(tt.dict)
		if err != nil {
			t.Fatal(err)
		}
		got, err := plain.Decode(raw)
		if diff := cmp.Diff(any(tt.want), got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if got, err := plain.Encode(plain.Dict{{Key: "a", Value: int64(1)}}); err != nil || string(got) != "\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s." {
		t.Errorf("%q, %v: not what CPython writes", got, err)
	}
}
