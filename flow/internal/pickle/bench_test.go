package pickle_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"testing"

	"github.com/spindle-flow/spindle/flow/internal/pickle"
)

const many = 1_000_000

func floats() []float64 {
	out := make([]float64, many)
	for i := range out {
		out[i] = float64(i) / 7
	}
	return out
}

func bench(b *testing.B, what string, v any) {
	value := reflect.ValueOf(v)
	written := dump(b, v)
	size := int64(value.Len()) * int64(value.Type().Elem().Size())
	b.Run(what+"/write", func(b *testing.B) {
		var e pickle.Encoder
		buffer := make([]byte, 0, len(written)+1<<20)
		b.SetBytes(size)
		for b.Loop() {
			if _, err := e.Append(buffer, value); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(what+"/read", func(b *testing.B) {
		var d pickle.Decoder
		b.SetBytes(size)
		for b.Loop() {
			if err := d.Decode(written, reflect.New(value.Type()).Elem()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Slices of numbers beside copying them and beside encoding/gob; the speed is that of the numbers in memory.
func BenchmarkNumbers(b *testing.B) {
	bench(b, "float64", floats())
	bench(b, "int", upTo(many))
	bench(b, "bool", make([]bool, many))
	bench(b, "float32", make([]float32, many))
	b.Run("float64/memcpy", func(b *testing.B) {
		from, to := floats(), make([]float64, many)
		b.SetBytes(8 * many)
		for b.Loop() {
			copy(to, from)
		}
	})
	b.Run("float64/gob write", func(b *testing.B) {
		from := floats()
		b.SetBytes(8 * many)
		for b.Loop() {
			if err := gob.NewEncoder(&bytes.Buffer{}).Encode(from); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("float64/gob read", func(b *testing.B) {
		var stored bytes.Buffer
		if err := gob.NewEncoder(&stored).Encode(floats()); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(8 * many)
		for b.Loop() {
			var to []float64
			if err := gob.NewDecoder(bytes.NewReader(stored.Bytes())).Decode(&to); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkStructs(b *testing.B) {
	points := make([]point, 10_000)
	for i := range points {
		points[i] = point{X: float64(i), RunID: fmt.Sprint(i)}
	}
	bench(b, "point", points)
}
