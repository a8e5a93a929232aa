package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// rootName is the folder that makes a directory a datastore.
const rootName = ".metaflow"

// RootVariable is the environment variable that places the local datastore.
const RootVariable = "METAFLOW_DATASTORE_SYSROOT_LOCAL"

// FindLocalRoot finds the local datastore as Metaflow does: below the folder that METAFLOW_DATASTORE_SYSROOT_LOCAL names, else the .metaflow of
// cwd or the nearest folder above. If there is none it is made in cwd when create is set (created then tells), and ErrNoRoot is
// returned otherwise. The path is absolute.
func FindLocalRoot(env func(string) string, cwd string, create bool) (root string, created bool, err error) {
	if base := env(RootVariable); base != "" {
		if !filepath.IsAbs(base) {
			base = filepath.Join(cwd, base)
		}
		return filepath.Join(base, rootName), false, nil
	}
	if real, err := filepath.EvalSymlinks(cwd); err == nil {
		cwd = real
	}
	for dir := cwd; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, rootName)); err == nil && info.IsDir() {
			return filepath.Join(dir, rootName), false, nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	root = filepath.Join(cwd, rootName)
	if !create {
		return "", false, fmt.Errorf("%w at or above %q", ErrNoRoot, cwd)
	}
	if err := os.Mkdir(root, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", false, fmt.Errorf("create local datastore: %w", err)
	}
	return root, true, nil
}
