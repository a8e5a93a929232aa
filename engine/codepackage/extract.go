package codepackage

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
)

// unpackLimit is how large one file may be, so that a damaged package cannot fill a disk.
const unpackLimit = 64 << 30

// Extract unpacks a package into a folder.
func Extract(r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("unpack code package: %w", err)
	}
	defer root.Close()
	made := map[string]bool{}
	err = each(r, func(h *tar.Header, content io.Reader) error {
		name := path.Clean(h.Name)
		if parent := path.Dir(name); !made[parent] {
			if err := root.MkdirAll(parent, 0o777); err != nil {
				return err
			}
			made[parent] = true
		}
		f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, h.FileInfo().Mode().Perm()|0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, io.LimitReader(content, unpackLimit))
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return fmt.Errorf("unpack code package: %w", err)
	}
	return nil
}
