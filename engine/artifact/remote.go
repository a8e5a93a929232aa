package artifact

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Remote is an object store to keep a datastore in.
type Remote struct {
	Client *objects.Client
	// Root is the prefix of all its keys.
	Root objects.Place
	// Cache keeps values that were read or written.
	Cache *cache.Cache
	// Folder is where what belongs to this machine is kept: spilled values, the states of runs, which run was the latest. It is the local
	// metadata's root.
	Folder string
	// Patience is what reading a small file may take, retries included: 5 minutes if 0.
	Patience time.Duration
}

// OpenRemote returns the store in an object store. Its kind is s3 if none is given. Writes return while they are under way: [disk.Group.Commit] of the
// store's group waits for them, and so does [Store.Flush].
func OpenRemote(r Remote, opts Options) *Store {
	root := strings.TrimRight(r.Root.String(), "/")
	opts.setDefaults(root)
	if opts.Kind == "" {
		opts.Kind = "s3"
	}
	if r.Patience <= 0 {
		r.Patience = 5 * time.Minute
	}
	b := &remote{Remote: r, now: opts.Now, writes: newWrites(), packing: make(chan struct{}, 1), known: recent[time.Time]{limit: verifiedLimit}}
	opts.Group.Await(b.writes.wait)
	s := newStore(root, opts, b)
	s.flush, s.folder, s.notes = b.writes.wait, r.Folder, newLocal(r.Folder, opts)
	return s
}

// Flush returns when everything written before the call is stored. Of a local store nothing is under way.
func (s *Store) Flush(ctx context.Context) error {
	if s.flush == nil {
		return nil
	}
	return s.flush(ctx)
}

// remote is a store in an object store.
type remote struct {
	Remote
	now     func() time.Time
	writes  *writes
	reads   singleflight.Group // by key
	packing chan struct{}      // held while a large value is compressed

	known recent[time.Time] // when a blob was known to be there
}

func (s *remote) place(name string) objects.Place { return s.Root.Join(name) }

func (s *remote) path(name string) string { return s.place(name).String() }

// within bounds a call that has no context of its own. A retry policy ends before that.
func (s *remote) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), s.Patience)
}

func (s *remote) read(name string) ([]byte, error) {
	ctx, cancel := s.within()
	defer cancel()
	p := s.place(name)
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return nil, err
	}
	data, _, err := s.Client.Bytes(ctx, p)
	return data, err
}

func (s *remote) write(name string, data []byte) error {
	p := s.place(name)
	return s.writes.start(p.Key, func(ctx context.Context) error {
		return s.Client.Put(ctx, p, data, objects.PutOptions{})
	})
}

func (s *remote) mark(name string, data []byte) error { return s.write(name, data) }

func (s *remote) exists(name string) (bool, error) {
	ctx, cancel := s.within()
	defer cancel()
	p := s.place(name)
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return false, err
	}
	_, err := s.Client.Head(ctx, p)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (s *remote) names(dir string) ([]string, error) {
	names, _, err := s.level(dir)
	return names, err
}

func (s *remote) folders(dir string) ([]string, error) {
	_, folders, err := s.level(dir)
	return folders, err
}

func (s *remote) level(dir string) (names, folders []string, err error) {
	ctx, cancel := s.within()
	defer cancel()
	p := s.Root
	if dir != "" {
		p = s.place(dir)
	}
	if p.Key != "" {
		p.Key = strings.TrimSuffix(p.Key, "/") + "/"
	}
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return nil, nil, err
	}
	err = s.Client.List(ctx, p, true, func(page objects.Page) error {
		for _, o := range page.Objects {
			if o.Key != p.Key { // an object named like the folder, as consoles make them
				names = append(names, path.Base(o.Key))
			}
		}
		for _, folder := range page.Folders {
			folders = append(folders, path.Base(folder))
		}
		return nil
	})
	return names, folders, err
}

func (s *remote) written(name string) (time.Time, error) {
	ctx, cancel := s.within()
	defer cancel()
	p := s.place(name)
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return time.Time{}, err
	}
	info, err := s.Client.Head(ctx, p)
	return info.Modified.UTC(), err
}

func (s *remote) changed(dir string) (last time.Time, err error) {
	ctx, cancel := s.within()
	defer cancel()
	p := s.place(dir)
	p.Key += "/"
	if err := s.writes.settle(ctx, p.Key); err != nil {
		return last, err
	}
	err = s.Client.List(ctx, p, true, func(page objects.Page) error {
		for _, o := range page.Objects {
			if o.Modified.After(last) {
				last = o.Modified.UTC()
			}
		}
		return nil
	})
	if err == nil && last.IsZero() {
		err = fmt.Errorf("%q: %w", p.String(), fs.ErrNotExist)
	}
	return last, err
}

func (s *remote) present(ctx context.Context, flow string, key Key) error {
	p, err := s.blob(flow, key)
	if err != nil {
		return err
	}
	if s.isKnown(flow, key) || s.writes.busy(p.Key) {
		return nil
	}
	info, err := s.Client.Head(ctx, p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missingBlob(flow, key, p)
	case err != nil:
		return err
	case info.Size == 0 && formOf(info) == packed:
		return &CorruptError{Flow: flow, Key: key, Path: p.String(), Reason: "it is empty"}
	}
	s.know(flow, key)
	return nil
}

// width is the client's affair: it has slots.
func (s *remote) width() int { return 64 }

// blob is a blob's place, of a key that has been looked at.
func (s *remote) blob(flow string, key Key) (objects.Place, error) {
	if _, err := key.sum(); err != nil {
		return objects.Place{}, err
	}
	name, err := blobName(flow, key)
	return s.place(name), err
}

func missingBlob(flow string, key Key, p objects.Place) error {
	return fmt.Errorf("artifact %s of flow %q: object %q: %w", key, flow, p.String(), ErrMissing)
}
