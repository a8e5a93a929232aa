package artifact

import "sync"

// recent remembers what this process lately learned of blobs. When the young generation weighs limit the old one is dropped.
type recent[V any] struct {
	limit int

	mu         sync.Mutex
	young, old map[blobID]weighed[V]
	weight     int // of the young generation
}

type weighed[V any] struct {
	value  V
	weight int
}

func (r *recent[V]) load(id blobID) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w, ok := r.young[id]; ok {
		return w.value, true
	}
	w, ok := r.old[id]
	if ok {
		r.add(id, w)
	}
	return w.value, ok
}

func (r *recent[V]) store(id blobID, value V, weight int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(id, weighed[V]{value, weight})
}

// add is called with r.mu held.
func (r *recent[V]) add(id blobID, w weighed[V]) {
	if r.young == nil || r.weight >= r.limit {
		r.old, r.young, r.weight = r.young, map[blobID]weighed[V]{}, 0
	}
	r.weight += w.weight - r.young[id].weight
	r.young[id] = w
}
