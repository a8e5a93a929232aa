package artifact

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/objects"
)

// each calls note for every object of a flow's runs that want chooses.
func (s *remote) each(ctx context.Context, flow string, want func(name string) bool, note func(name string, text []byte) error) error {
	runs, err := s.folders(flow)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.width())
	for _, run := range runs {
		if run == "data" {
			continue
		}
		p := s.place(flow + "/" + run + "/")
		err := s.Client.List(ctx, p, false, func(page objects.Page) error {
			for _, o := range page.Objects {
				if want(o.Key) {
					g.Go(func() error { return s.noteObject(ctx, o.Place, note) })
				}
			}
			return nil
		})
		if err != nil {
			return errors.Join(err, g.Wait())
		}
	}
	return g.Wait()
}

func (s *remote) noteObject(ctx context.Context, p objects.Place, note func(name string, text []byte) error) error {
	text, _, err := s.Client.Bytes(ctx, p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed under our eyes
	}
	if err != nil {
		return err
	}
	return note(p.String(), text)
}

func (s *remote) list(ctx context.Context, flow string) (found []Stored, err error) {
	err = s.Client.List(ctx, s.place(flow+"/data/"), false, func(page objects.Page) error {
		for _, o := range page.Objects {
			if key := Key(path.Base(o.Key)); strings.HasSuffix(o.Key, "/data/"+string(key[:min(2, len(key))])+"/"+string(key)) {
				if _, err := key.sum(); err == nil {
					found = append(found, Stored{Key: key, Size: o.Size, Written: o.Modified})
				}
			}
		}
		return nil
	})
	return found, err
}

// removeAtOnce is how many blobs are looked at once more, and then removed in one request: few, so that little time lies between the two.
const removeAtOnce = 100

func (s *remote) remove(ctx context.Context, flow string, blobs []Stored, before time.Time) (gone []Stored, err error) {
	for len(blobs) > 0 {
		n := min(removeAtOnce, len(blobs))
		old, keys, err := s.stillOld(ctx, flow, blobs[:n], before)
		if err != nil {
			return gone, err
		}
		if err := s.Client.Delete(ctx, s.Root.Bucket, keys); err != nil {
			return gone, err
		}
		gone = append(gone, old...)
		blobs = blobs[n:]
	}
	return gone, nil
}

func (s *remote) stillOld(ctx context.Context, flow string, blobs []Stored, before time.Time) (old []Stored, keys []string, err error) {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.width())
	for _, b := range blobs {
		g.Go(func() error {
			p, err := s.blob(flow, b.Key)
			if err != nil {
				return err
			}
			info, err := s.Client.Head(ctx, p)
			if err != nil || info.Modified.After(before) {
				return ignoreMissing(err)
			}
			mu.Lock()
			defer mu.Unlock()
			old, keys = append(old, b), append(keys, p.Key)
			return nil
		})
	}
	return old, keys, g.Wait()
}
