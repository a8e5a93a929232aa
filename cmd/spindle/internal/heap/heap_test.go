package heap

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestPercent(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, c := range []struct {
		room, live uint64
		want       int
	}{
		{32 * mb, 0, 800},
		{32 * mb, 1 * mb, 800},
		{32 * mb, 4 * mb, 700},
		{32 * mb, 8 * mb, 300},
		{32 * mb, 16 * mb, 100},
		{32 * mb, 500 * mb, 100},
	} {
		if got := percent(c.room, c.live); got != c.want {
			t.Errorf("room %d MB, live %d MB: %d, want %d", c.room/mb, c.live/mb, got, c.want)
		}
	}
}

// TestKeepRoom: what is set follows what is alive. It is not parallel, as there is one heap.
func TestKeepRoom(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	stop := KeepRoom(32 << 20)
	if got := set(); got != 800 {
		t.Errorf("at the start: %d", got)
	}
	kept := make([]byte, 64<<20)
	for set() != 100 { // the test's time ends it
		runtime.GC()
	}
	runtime.KeepAlive(kept)
	for kept = nil; set() < 200; {
		runtime.GC()
	}
	if stop(); set() != 100 {
		t.Errorf("stop leaves %d", set())
	}
}

// set is the percentage that is set.
func set() int {
	p := debug.SetGCPercent(100)
	debug.SetGCPercent(p)
	return p
}
