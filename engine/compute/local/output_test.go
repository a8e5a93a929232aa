package local

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute"
)

// feed sends a stream through a splitter in chunks of at most n bytes.
func feed(in []byte, limit int64, n int) (lines []string, truncated int) {
	s := lineSplitter{
		limit:     limit,
		line:      func(text []byte) { lines = append(lines, string(text)) },
		truncated: func() { truncated++ },
	}
	for len(in) > 0 {
		space := s.space()
		k := copy(space[:min(n, len(space))], in)
		in = in[k:]
		s.wrote(k)
	}
	s.end()
	return lines, truncated
}

func TestLines(t *testing.T) {
	t.Parallel()
	mega := strings.Repeat("m", compute.LineMax)
	for name, c := range map[string]struct {
		in        string
		limit     int64
		want      []string
		truncated int
	}{
		"none":                {"", 0, nil, 0},
		"two":                 {"a\nb\n", 0, []string{"a", "b"}, 0},
		"no newline":          {"a\nb", 0, []string{"a", "b"}, 0},
		"empty lines":         {"\n\nx\n\n", 0, []string{"", "", "x", ""}, 0},
		"binary":              {"\x00\xff\r\n\x80", 0, []string{"\x00\xff\r", "\x80"}, 0},
		"as long as possible": {mega + "\nx\n", 0, []string{mega, "x"}, 0},
		"longer":              {mega + mega + "y\n\nx", 0, []string{mega, mega, "y", "", "x"}, 0},
		"at the limit":        {"abc\n", 3, []string{"abc"}, 0},
		"limit, no newline":   {"abc", 3, []string{"abc"}, 0},
		"over the limit":      {"abcd\ne\n", 3, []string{"abc"}, 1},
		"after the limit":     {"abc\n\n\n", 4, []string{"abc"}, 1},
		"limit in 2nd line":   {"ab\ncd\nef\n", 5, []string{"ab", "cd"}, 1},
		"long over the limit": {mega + mega, 10, []string{mega[:10]}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{1 << 20, 4096, 7} {
				if n == 7 && len(c.in) > compute.LineMax {
					continue // millions of chunks show no more than thousands
				}
				lines, truncated := feed([]byte(c.in), c.limit, n)
				if diff := cmp.Diff(c.want, lines); diff != "" || truncated != c.truncated {
					t.Errorf("chunks of %d: truncated %d times, lines (-want +got):\n%.500s", n, truncated, diff)
				}
			}
		})
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\n\nccc"), int64(0), 3)
	f.Add([]byte("a\nb\n\nccc"), int64(4), 1)
	f.Fuzz(func(t *testing.T, in []byte, limit int64, n int) {
		if n <= 0 || limit < 0 {
			t.Skip()
		}
		lines, truncated := feed(in, limit, n)
		want, cut := model(in, limit)
		if diff := cmp.Diff(want, lines); diff != "" || (truncated == 1) != cut || truncated > 1 {
			t.Errorf("truncated %d times, want %v; lines (-want +got):\n%s", truncated, cut, diff)
		}
	})
}

// model is what a splitter should do with a stream that has no very long lines, done simply.
func model(in []byte, limit int64) (lines []string, cut bool) {
	parts := bytes.SplitAfter(in, []byte("\n"))
	if last := len(parts) - 1; len(parts[last]) == 0 {
		parts = parts[:last]
	}
	var passed int64
	for _, part := range parts {
		text := strings.TrimSuffix(string(part), "\n")
		left := limit - passed
		if limit > 0 && (left <= 0 || int64(len(text)) > left) {
			if left > 0 {
				lines = append(lines, text[:left])
			}
			return lines, true
		}
		passed += int64(len(part))
		lines = append(lines, text)
	}
	return lines, false
}

func BenchmarkLines(b *testing.B) {
	in := []byte(strings.Repeat(fmt.Sprintf("%080d\n", 1), 10_000))
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		feed(in, 0, 64<<10)
	}
}
