package metadata

import "golang.org/x/sys/unix"

// renameNew renames within a folder unless the new name is taken (EEXIST).
func renameNew(fd int, from, to string) error {
	err := unix.RenameatxNp(fd, from, fd, to, unix.RENAME_EXCL)
	if err == unix.ENOTSUP || err == unix.EINVAL {
		return linkNew(fd, from, to)
	}
	return err
}

// exchange swaps two files of a folder. It reports false where the file system cannot.
func exchange(fd int, a, b string) (bool, error) {
	err := unix.RenameatxNp(fd, a, fd, b, unix.RENAME_SWAP)
	if err == unix.ENOTSUP || err == unix.EINVAL {
		return false, nil
	}
	return err == nil, err
}
