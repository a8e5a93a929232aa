package python

import (
	"errors"
	"syscall"
)

// isNotEmpty tells whether a rename failed because a folder with content is in the way.
func isNotEmpty(err error) bool {
	return errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST)
}
