package artifact

import "sync"

// blobID names a blob across flows.
type blobID struct {
	flow string
	sum  [20]byte
}

// verifiedBlob is a blob and its sidecar as they were when this process knew the blob to be right.
type verifiedBlob struct {
	blob, sidecar identity
	form          form
	size          int64 // of the raw bytes
}

// verifiedLimit bounds the memory of the two generations together to a few megabytes.
const verifiedLimit = 16384

// verifiedBlobs remembers recent verifications. When the young generation is full the old one is dropped.
type verifiedBlobs struct {
	mu         sync.Mutex
	young, old map[blobID]verifiedBlob
}

func (v *verifiedBlobs) load(id blobID) (verifiedBlob, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if b, ok := v.young[id]; ok {
		return b, true
	}
	b, ok := v.old[id]
	if ok {
		v.add(id, b)
	}
	return b, ok
}

func (v *verifiedBlobs) store(id blobID, b verifiedBlob) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.add(id, b)
}

// add is called with v.mu held.
func (v *verifiedBlobs) add(id blobID, b verifiedBlob) {
	if v.young == nil || len(v.young) >= verifiedLimit {
		v.old = v.young
		v.young = map[blobID]verifiedBlob{}
	}
	v.young[id] = b
}

// movedFiles remembers scratch files that became blobs, for a span that is put twice.
type movedFiles struct {
	mu    sync.Mutex
	files map[string]movedFile
}

type movedFile struct {
	flow string
	key  Key
	size int64
}

func (m *movedFiles) store(path string, f movedFile) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string]movedFile{}
	}
	m.files[path] = f
}

func (m *movedFiles) load(path string) (movedFile, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.files[path]
	return f, ok
}
