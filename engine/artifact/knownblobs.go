package artifact

import "time"

// Fresh is how long a blob that was written, or found, counts as new. A writer that finds an older one makes it new again, and whoever removes
// blobs that nothing refers to leaves new ones alone ([Garbage]): so none goes between being found and being referred to.
const Fresh = 12 * time.Hour

// knownBlobs remembers which blobs a store is known to have, and since when. When the young generation is full the old one is dropped.
type knownBlobs struct{ young, old map[blobID]time.Time }

// has says whether the blob was there lately enough that it need not be looked for.
func (k *knownBlobs) has(id blobID, now time.Time) bool {
	at, ok := k.young[id]
	if !ok {
		at, ok = k.old[id]
	}
	return ok && now.Sub(at) < Fresh
}

func (k *knownBlobs) add(id blobID, now time.Time) {
	if k.young == nil || len(k.young) >= verifiedLimit {
		k.old, k.young = k.young, map[blobID]time.Time{}
	}
	k.young[id] = now
}
