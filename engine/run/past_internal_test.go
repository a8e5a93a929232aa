package run

import "testing"

func TestParallelNodes(t *testing.T) {
	t.Parallel()
	const head = "\x80\x04\x95\x40\x00\x00\x00\x00\x00\x00\x00\x8c\x12metaflow.flowspec\x94\x8c\x0bParallelUBF\x94\x93\x94)\x81\x94}\x94\x8c\x0cnum_parallel"
	for pickle, want := range map[string]int{
		head + "\x94K\x03sb.":                   3,
		head + "K\x03sb.":                       3,
		head + "q\x05K\xffsb.":                  255,
		head + "\x94M\x00\x01sb.":               256,
		head + "\x94J\x00\x00\x01\x00sb.":       65536,
		head + "\x94\x8c\x01xsb.":               0,
		head + "\x94K":                          0,
		head + "\x94J\x00":                      0,
		head:                                    0,
		"":                                      0,
		"\x80\x04\x8c\x0cnum_parallelwrong\x94": 0,
	} {
		n, ok := parallelNodes([]byte(pickle))
		if n != want || ok != (want > 0) {
			t.Errorf("%q: %d, %v", pickle, n, ok)
		}
	}
}
