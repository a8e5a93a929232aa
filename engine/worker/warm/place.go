package warm

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Place is where the keeper of a project listens.
type Place struct {
	// Socket is the path of its socket.
	Socket string
	// Folder is the project's folder; the keeper ends when it goes.
	Folder string
}

// PlaceOf is the place for a project's folder and an interpreter. runtimeDir is XDG_RUNTIME_DIR, empty if there is none. The folder of the socket is
// made if it is not there; one that others may write to, or that is somebody else's, is an error.
func PlaceOf(runtimeDir, folder, interpreter string) (Place, error) {
	dir := filepath.Join(runtimeDir, "spindle")
	if runtimeDir == "" {
		dir = filepath.Join(os.TempDir(), "spindle-warm-"+strconv.Itoa(os.Getuid()))
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return Place{}, fmt.Errorf("place for a warm worker: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return Place{}, fmt.Errorf("place for a warm worker: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return Place{}, fmt.Errorf("place for a warm worker: %q is not a folder of this user alone", dir)
	}
	sum := sha256.Sum256([]byte(folder + "\x00" + interpreter))
	return Place{Socket: filepath.Join(dir, hex.EncodeToString(sum[:8])+".sock"), Folder: folder}, nil
}
