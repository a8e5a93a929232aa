// Package heap sets how much garbage a process of this program may have before it is collected.
//
// The runtime collects when the heap has doubled. For a process whose heap is a few megabytes that is every few moments, and each time takes the
// time that an editor waits for. [KeepRoom] lets a small heap grow to a size that does not matter first, and a large one still only double.
package heap

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// least is the percentage that the runtime starts with, and the one for a heap that is larger than the room.
const least = 100

// smallest is the heap at which the runtime begins to collect for a percentage of 100, whatever is alive.
const smallest = 4 << 20

// KeepRoom lets the heap grow to some bytes before garbage is collected, until stop is called, which sets what was set before.
func KeepRoom(bytes uint64) (stop func()) {
	k := &keeper{room: bytes}
	k.percent = int(bytes * least / smallest)
	before := debug.SetGCPercent(k.percent)
	k.watch()
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.stopped = true
		debug.SetGCPercent(before)
	}
}

type keeper struct {
	room uint64

	mu      sync.Mutex
	percent int  // guarded by mu
	stopped bool // guarded by mu
}

// sentinel is garbage from the start, so that its cleanup tells that a collection is over. The pointer keeps it from sharing memory with what lives on.
type sentinel struct{ _ *keeper }

func (k *keeper) watch() { runtime.AddCleanup(&sentinel{}, (*keeper).adjust, k) }

// adjust sets the percentage anew after a collection.
func (k *keeper) adjust() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	if metrics.Read(sample); sample[0].Value.Kind() == metrics.KindUint64 {
		// Setting it halts the program for a moment, which is not worth it for a small difference.
		if p := percent(k.room, sample[0].Value.Uint64()); p > k.percent+k.percent/8 || p < k.percent-k.percent/8 {
			k.percent = p
			debug.SetGCPercent(p)
		}
	}
	k.watch()
}

// percent is how much may be added to what is alive, so that both fill the room.
func percent(room, live uint64) int {
	most := room * least / smallest
	if live == 0 || room/live > most/least {
		return int(most)
	}
	if room <= 2*live {
		return least
	}
	return int((room - live) * least / live)
}

// sparing is the percentage of [Spare].
const sparing = 30

// Spare collects garbage early, for a process that mostly waits, for thousands of things at once: its stacks, which count as alive, would let as much
// garbage lie again.
func Spare() { debug.SetGCPercent(sparing) }
