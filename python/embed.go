// Package python carries the Python SDK inside the binary.
//
// The SDK's sources are unpacked into a cache folder once per content, where every worker and every script of the user's finds the packages
// `spindle` and `metaflow`; the folder is writable, so that Python keeps its bytecode beside them (the worker sees to it where Python is told to write none).
package python

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

//go:embed all:src
var sources embed.FS

const root = "src"

// Unpack makes the SDK available below the cache folder and returns the folder to put on PYTHONPATH. It is named after the content, written
// beside its place and renamed, so that any number of processes may do it at once and a killed one leaves nothing half done.
func Unpack(cacheDir string) (dir string, err error) {
	hash, err := Hash()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(cacheDir, "python-"+hash[:16])
	if complete(dir) {
		return dir, nil
	}
	if err := os.MkdirAll(cacheDir, 0o755); err != nil {
		return "", fmt.Errorf("unpack python sdk: %w", err)
	}
	temp, err := os.MkdirTemp(cacheDir, ".python-")
	if err != nil {
		return "", fmt.Errorf("unpack python sdk: %w", err)
	}
	defer os.RemoveAll(temp)
	if err := write(temp); err != nil {
		return "", fmt.Errorf("unpack python sdk: %w", err)
	}
	if err := install(temp, dir); err != nil {
		return "", fmt.Errorf("unpack python sdk: %w", err)
	}
	return dir, nil
}

// Sources are the SDK's packages, as they are put on PYTHONPATH.
func Sources() (fs.FS, error) { return fs.Sub(sources, root) }

// Hash is the hash of the SDK's content, hexadecimal.
func Hash() (string, error) { return hashOnce() }

var hashOnce = sync.OnceValues(func() (string, error) {
	sum := sha256.New()
	err := walk(func(path string, data []byte) error {
		fmt.Fprintf(sum, "%s\x00%d\x00", path, len(data))
		sum.Write(data)
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)), err
})

// walk calls visit with each file of the SDK, its path relative to the packages' folder.
func walk(visit func(path string, data []byte) error) error {
	return fs.WalkDir(sources, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == "__pycache__" {
				return fs.SkipDir
			}
			return err
		}
		if strings.HasSuffix(path, ".pyc") {
			return nil
		}
		data, err := sources.ReadFile(path)
		if err != nil {
			return err
		}
		return visit(strings.TrimPrefix(path, root+"/"), data)
	})
}

func write(dir string) error {
	return walk(func(path string, data []byte) error {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o644)
	})
}

// complete tells whether every file of the SDK is in the folder with its size. Cleaners of caches take single files away.
func complete(dir string) bool {
	err := walk(func(path string, data []byte) error {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path)))
		if err == nil && info.Size() != int64(len(data)) {
			err = fs.ErrInvalid
		}
		return err
	})
	return err == nil
}

// install renames the written folder to its place. Where another process was faster, its folder stays; a damaged one gives way.
func install(temp, dir string) error {
	for range 3 {
		// MkdirTemp makes a folder only its owner may read.
		if err := os.Chmod(temp, 0o755); err != nil {
			return err
		}
		err := os.Rename(temp, dir)
		if err == nil || complete(dir) {
			return nil
		}
		if !errors.Is(err, fs.ErrExist) && !isNotEmpty(err) {
			return err
		}
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return fmt.Errorf("folder %q can not be replaced", dir)
}
