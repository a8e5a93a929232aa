//go:build !linux

package disk

import "os"

// StartWriting asks the system to begin writing the file to disk now, so that a later sync finds less to do. It does not wait, and it
// promises nothing.
func StartWriting(*os.File) {}
