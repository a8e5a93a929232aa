//go:build !linux

package disk

// renameNew renames without replacing.
func renameNew(from, to string) error { return linkNew(from, to) }
