package history

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// provider says which store is read, and which one it began with.
type provider struct {
	Metadata string `json:"metadata"`
	Default  string `json:"default"`
}

func (r *Reader) provider() provider {
	return provider{Metadata: r.scope().meta.String(), Default: r.home.meta.String()}
}

// use goes over to another store: a folder that has .metaflow, or local@ and one; the address of a metadata service, or service@ and one.
func (r *Reader) use(where string) error {
	if where == r.home.meta.String() {
		r.choose(r.home)
		return nil
	}
	if url, ok := serviceURL(where); ok {
		return r.useService(url)
	}
	kind, dir, ok := strings.Cut(where, "@")
	if !ok || strings.Contains(kind, "/") {
		kind, dir = "local", where
	}
	name := ".metaflow"
	if kind == "spin" {
		name = ".metaflow_spin"
	}
	if kind != "local" && kind != "spin" || strings.Contains(dir, "://") {
		return refuse(NotFound, "%q is not a store this engine can read: name a folder that has .metaflow, or service@ and the address of a metadata service", where)
	}
	dir, err := filepath.Abs(dir)
	if err != nil || strings.ContainsRune(dir, 0) {
		return refuse(NotFound, "%q is not a folder", where)
	}
	root := filepath.Join(dir, name)
	if filepath.Base(dir) == name {
		root = dir
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return refuse(NotFound, "there is no store in %q: it has no folder %s", dir, name)
	}
	r.choose(scope{
		meta:  metadata.NewLocal(root, metadata.Options{Now: r.opts.Now, User: r.opts.User, Kind: kind}),
		store: artifact.Open(root, artifact.Options{Now: r.opts.Now, Kind: kind}),
	})
	return nil
}

// serviceURL is the address of a metadata service that is meant.
func serviceURL(where string) (string, bool) {
	if url, ok := strings.CutPrefix(where, "service@"); ok {
		return strings.TrimRight(url, "/"), true
	}
	return strings.TrimRight(where, "/"), strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://")
}

// useService goes over to a service. Its records say where values are; those that say nothing that is there are looked for at hand.
func (r *Reader) useService(url string) error {
	if r.home.meta.String() == "service@"+url {
		r.choose(r.home)
		return nil
	}
	if r.opts.OpenService == nil {
		return refuse(NotFound, "%q is a metadata service, and none can be read here", url)
	}
	r.shared.mu.Lock()
	defer r.shared.mu.Unlock()
	meta := r.shared.services[url]
	if meta == nil {
		var err error
		if meta, err = r.opts.OpenService(url); err != nil {
			return refuse(NotFound, "%w", err)
		}
		r.shared.services[url] = meta
	}
	r.choose(scope{meta: meta, store: r.home.store})
	return nil
}

func (r *Reader) choose(sc scope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = sc
}
