package artifact

import (
	"sync"
	"time"
)

// Fresh is how long a blob that was written, or found, counts as new. A writer that finds an older one makes it new again, and whoever removes
// blobs that nothing refers to leaves new ones alone ([Garbage]): so none goes between being found and being referred to.
const Fresh = 12 * time.Hour

// blobID names a blob across flows.
type blobID struct {
	flow string
	sum  [20]byte
}

// verifiedBlob is a blob and its sidecar as they were when this process knew the blob to be right.
type verifiedBlob struct {
	blob, sidecar identity
	form          form
	size          int64     // of the raw bytes
	at            time.Time // when that was
}

// verifiedLimit is how many of them one generation has: a few megabytes.
const verifiedLimit = 16384

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
