package artifact

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// each calls note for every file of a flow's runs that want chooses.
func (s *local) each(ctx context.Context, flow string, want func(name string) bool, note func(name string, text []byte) error) error {
	top := s.path(flow)
	data := filepath.Join(top, "data")
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed under our eyes
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case path == data:
			return fs.SkipDir
		case d.IsDir() || !want(path):
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return note(path, text)
	})
	return err
}

func (s *local) list(ctx context.Context, flow string) (found []Stored, err error) {
	top := s.path(flow + "/data")
	err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		key := Key(d.Name())
		if _, err := key.sum(); err != nil || d.IsDir() { // sidecars, temporary files
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		found = append(found, Stored{Key: key, Size: info.Size(), Written: info.ModTime()})
		return nil
	})
	return found, err
}

// remove gives each blob another name first: then nobody finds it any more, and whoever found it before has made it new.
func (s *local) remove(ctx context.Context, flow string, blobs []Stored, before time.Time) (gone []Stored, err error) {
	for _, stored := range blobs {
		if err := ctx.Err(); err != nil {
			return gone, err
		}
		b, err := s.blob(flow, stored.Key)
		if err != nil {
			return gone, err
		}
		away, err := removeBlob(b, before)
		if err != nil {
			return gone, err
		}
		if away {
			gone = append(gone, stored)
		}
	}
	return gone, nil
}

func removeBlob(b blob, before time.Time) (gone bool, err error) {
	if info, err := os.Stat(b.path); err != nil || info.ModTime().After(before) {
		return false, ignoreMissing(err)
	}
	aside := filepath.Join(filepath.Dir(b.path), ".gone-"+string(b.key))
	if err := os.Rename(b.path, aside); err != nil {
		return false, ignoreMissing(err)
	}
	info, err := os.Stat(aside)
	if err != nil {
		return false, err
	}
	if info.ModTime().After(before) {
		// Who needs it may have written it anew meanwhile: then that one stays.
		err := os.Link(aside, b.path)
		if errors.Is(err, fs.ErrExist) {
			err = nil
		}
		return false, errors.Join(err, os.Remove(aside))
	}
	if err := os.Remove(aside); err != nil {
		return false, err
	}
	// A sidecar without its blob misleads nobody but a writer of another form, who replaces it.
	if _, err := os.Stat(b.path); errors.Is(err, fs.ErrNotExist) {
		return true, ignoreMissing(os.Remove(b.sidecar()))
	}
	return true, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// renew makes a blob that was found new, so that nobody takes it for garbage. It says whether the blob was still there.
func (s *local) renew(b blob, found *state) (bool, error) {
	now := s.now()
	if now.Sub(time.Unix(0, found.blob.mtime)) <= Fresh/2 {
		return true, nil
	}
	if err := os.Chtimes(b.path, time.Time{}, now); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return true, nil // of another user, or read-only: it is there all the same, and a collector of that user's sees no more than before
	}
	if now, err := lookAt(b); err == nil && found.honest && now.blob.size == found.blob.size && now.blob.inode == found.blob.inode {
		now.form, now.size = found.form, found.size
		s.verified.store(b.id, now, 1)
	}
	return true, nil
}
