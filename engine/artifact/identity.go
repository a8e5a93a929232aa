package artifact

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// identity is what stat says of a file: while it stays the same, the content is taken to. The zero value is no file.
type identity struct {
	dev, inode   uint64
	size         int64
	mtime, ctime int64 // nanoseconds
}

// identify looks at a path; no file is no error.
func identify(path string) (identity, error) {
	var st unix.Stat_t
	for {
		err := unix.Stat(path, &st)
		switch {
		case err == nil:
			return identityOf(&st), nil
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, fs.ErrNotExist):
			return identity{}, nil
		default:
			return identity{}, &fs.PathError{Op: "stat", Path: path, Err: err}
		}
	}
}

func identifyFile(f *os.File) (identity, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return identity{}, &fs.PathError{Op: "stat", Path: f.Name(), Err: err}
	}
	return identityOf(&st), nil
}

func identityOf(st *unix.Stat_t) identity {
	return identity{
		dev: uint64(st.Dev), inode: st.Ino, size: st.Size,
		mtime: st.Mtim.Nano(), ctime: st.Ctim.Nano(),
	}
}

// sameContent compares all but ctime, which a rename changes.
func (id identity) sameContent(other identity) bool {
	id.ctime, other.ctime = 0, 0
	return id == other
}
