package artifact

import "testing"

// What is asked for again and again is remembered, however much else there is; what is not goes.
func TestRecent(t *testing.T) {
	t.Parallel()
	r := recent[int]{limit: 100}
	id := func(n int) blobID { return blobID{sum: [20]byte{byte(n), byte(n >> 8)}} }
	for n := range 1000 {
		r.store(id(n), n, 1)
		if v, ok := r.load(id(0)); !ok || v != 0 {
			t.Fatalf("after %d others the first is forgotten", n)
		}
		if v, ok := r.load(id(n)); !ok || v != n {
			t.Fatalf("%d is forgotten at once", n)
		}
	}
	for range 1000 {
		r.store(id(999), 999, 1) // again: it weighs no more
	}
	kept := 0
	for n := range 1000 {
		if _, ok := r.load(id(n)); ok {
			kept++
		}
	}
	if kept < 100 || kept > 200 {
		t.Errorf("%d of 1000 are remembered, want one or two generations of 100", kept)
	}
}
