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

// use goes over to another store: a folder that has .metaflow, or local@ and one.
func (r *Reader) use(where string) error {
	if where == r.home.meta.String() {
		r.choose(r.home)
		return nil
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
		return refuse(NotFound, "%q is not a store this engine can read: name a folder that has .metaflow", where)
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

func (r *Reader) choose(sc scope) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = sc
}
