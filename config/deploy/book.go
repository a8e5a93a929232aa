package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/objects"
)

// Book is what is kept in the datastore about an environment: a record for each variant that is deployed, and the lock. It is what counts when the record in a
// project's folder says otherwise.
type Book struct {
	Store                *objects.Client
	Root                 objects.Place // of the datastore
	Project, Environment string
}

func (b *Book) folder() objects.Place {
	return b.Root.Join(path.Join("_spindle", "deployed", b.Project, b.Environment))
}

func (b *Book) lockPlace() objects.Place { return b.folder().Join("lock") }

func (b *Book) place(variant string) objects.Place { return b.folder().Join(variant + ".json") }

// Read reads what was applied of a variant, nil for nothing.
func (b *Book) Read(ctx context.Context, variant string) (*Applied, error) {
	return b.read(ctx, b.place(variant))
}

func (b *Book) read(ctx context.Context, place objects.Place) (*Applied, error) {
	data, _, err := b.Store.Bytes(ctx, place)
	if objects.KindOf(err) == objects.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what is deployed: %w", err)
	}
	a := &Applied{}
	if err := json.Unmarshal(data, a); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", place, err)
	}
	if a.Version != RecordVersion {
		return nil, fmt.Errorf("%s is of version %d, and this Spindle reads version %d", place, a.Version, RecordVersion)
	}
	return a, nil
}

// All reads all that was applied.
func (b *Book) All(ctx context.Context) (*Record, error) {
	r := &Record{Version: RecordVersion, Project: b.Project, Environment: b.Environment}
	prefix := b.folder()
	prefix.Key += "/"
	var places []objects.Place
	err := b.Store.List(ctx, prefix, false, func(page objects.Page) error {
		for _, o := range page.Objects {
			if rest := strings.TrimPrefix(o.Key, prefix.Key); strings.HasSuffix(rest, ".json") && !strings.Contains(rest, "/") {
				places = append(places, o.Place)
			}
		}
		return nil
	})
	if err != nil && objects.KindOf(err) != objects.NotFound {
		return nil, fmt.Errorf("list what is deployed: %w", err)
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for _, place := range places {
		g.Go(func() error {
			a, err := b.read(ctx, place)
			if err == nil && a != nil {
				mu.Lock()
				r.Set(a.Identity.Variant, a)
				mu.Unlock()
			}
			return err
		})
	}
	return r, g.Wait()
}

// Write notes what was applied of a variant.
func (b *Book) Write(ctx context.Context, a *Applied) error {
	a.Version = RecordVersion
	data, err := encode(a)
	if err != nil {
		return err
	}
	if err := b.Store.Upload(ctx, b.place(a.Identity.Variant), bytes.NewReader(data), int64(len(data)), objects.PutOptions{}); err != nil {
		return fmt.Errorf("note what is deployed: %w", err)
	}
	return nil
}

// Forget removes the record of a variant.
func (b *Book) Forget(ctx context.Context, variant string) error {
	place := b.place(variant)
	if err := b.Store.Delete(ctx, place.Bucket, []string{place.Key}); err != nil {
		return fmt.Errorf("note what was removed: %w", err)
	}
	return nil
}
