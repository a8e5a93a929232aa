package disk

import (
	"os"

	"golang.org/x/sys/unix"
)

// StartWriting asks the system to begin writing the file to disk now, so that a later sync finds less to do. It does not wait, and it
// promises nothing.
func StartWriting(f *os.File) {
	_ = unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE)
}
