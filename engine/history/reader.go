package history

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/process"
)

// Options of a [Reader]. All may be left out.
type Options struct {
	// Flow is the flow whose run is being served: the one that included files are stored for.
	Flow string
	// Dir is where temporary files for values and logs are made; the system's folder if empty. It must exist.
	Dir string
	// Included is the folder of files that IncludeFile stores; <root>/data if empty.
	Included string
	// IncludedS3 is the same for runs whose values are in S3, an address; <root>/data if empty.
	IncludedS3 string
	// Postpone, where it is not nil, is told the files that would be stored in S3, and where; [Reader.SendIncluded] does it.
	Postpone func(place objects.Place, file string)
	// Objects is the client for object stores; there is none if nil.
	Objects func() (*objects.Client, error)
	// Transfers answers the calls of the SDK's S3 class; they are refused if nil.
	Transfers *datatools.Server
	// OpenRemote opens a store that is not a folder, by the root a record names; nil where none can be.
	OpenRemote func(root string) (*artifact.Store, error)
	// OpenService opens the metadata service at an address; nil where none can be.
	OpenService func(url string) (metadata.Provider, error)
	// User is recorded as the author of changes made in a store that was chosen with the call use.
	User string
	// Host is this machine's name, to know which processes can be looked up; the system's if empty.
	Host string
	// Alive says whether a process of this machine exists that was born then (package process); the system is asked if nil.
	Alive func(pid int, birth string) bool
	// Now is time.Now if nil.
	Now func() time.Time
}

// Reader reads the runs of one store. It is safe for concurrent use.
type Reader struct {
	opts   Options
	home   scope
	shared *shared

	mu      sync.Mutex
	current scope // guarded by mu
}

// scope is a store: its metadata and its values.
type scope struct {
	meta  metadata.Provider
	store *artifact.Store
}

// shared is what all sessions of a reader have in common. It holds only what does not change once it is written.
type shared struct {
	mu     sync.Mutex
	stores map[string]*artifact.Store // guarded by mu; by root: roots other than the one at hand
	// services are those that were turned to, by address. They stay open as long as the reader.
	services map[string]metadata.Provider // guarded by mu
	steps    stepTables
	graphs   graphs
	values   plainValues
}

// New returns a reader of a store.
func New(store *artifact.Store, meta metadata.Provider, opts Options) *Reader {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Alive == nil {
		opts.Alive = process.Alive
	}
	if opts.Host == "" {
		opts.Host, _ = os.Hostname() // without it, only runs that have no host either are looked up
	}
	home := scope{meta: meta, store: store}
	return &Reader{opts: opts, home: home, current: home, shared: &shared{stores: map[string]*artifact.Store{}, services: map[string]metadata.Provider{}}}
}

// Session is a reader of the same store for one process: its call use changes nothing for others, and its temporary files are made in dir, or
// where the reader's are if that is empty.
func (r *Reader) Session(dir string) *Reader {
	opts := r.opts
	if dir != "" {
		opts.Dir = dir
	}
	return &Reader{opts: opts, home: r.home, current: r.home, shared: r.shared}
}

func (r *Reader) scope() scope {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

// storeAt is the store that a record's root names, or the one at hand where that is not there.
func (r *Reader) storeAt(sc scope, root string) *artifact.Store {
	if root == "" || sameRoot(root, sc.store.Root()) {
		return sc.store
	}
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	if s, ok := r.shared.stores[root]; ok {
		return s
	}
	s := r.openAt(root)
	if s == nil {
		return sc.store
	}
	if len(r.shared.stores) >= maxStores {
		clear(r.shared.stores)
	}
	r.shared.stores[root] = s
	return s
}

// openAt opens the store at a root; nil where there is none.
func (r *Reader) openAt(root string) *artifact.Store {
	if isRemote(root) {
		if r.opts.OpenRemote == nil {
			return nil
		}
		s, err := r.opts.OpenRemote(root)
		if err != nil {
			return nil // what then is not found says where it was looked for
		}
		return s
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil
	}
	return artifact.Open(root, artifact.Options{Now: r.opts.Now})
}

// isRemote says whether a root is an address.
func isRemote(root string) bool { return strings.Contains(root, "://") }

// sameRoot compares two roots as written by whoever wrote them.
func sameRoot(a, b string) bool {
	if isRemote(a) || isRemote(b) {
		return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// maxStores bounds how many other roots are kept open.
const maxStores = 64

// each calls f for 0 to n-1, several at a time, and returns the first error.
func each(n int, f func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error { return f(i) })
	}
	return g.Wait()
}
