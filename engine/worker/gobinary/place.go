package gobinary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// place is where the binaries of one folder are. One build has it at a time.
type place struct {
	dir  string
	lock *os.File
}

const lockName = "lock"

// openPlace makes the folder and waits for its lock.
func openPlace(ctx context.Context, o Options) (*place, error) {
	p := &place{dir: filepath.Join(o.Cache, "go-flows", keyOf(o))}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make room for the flow's binary: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(p.dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make room for the flow's binary: %w", err)
	}
	got := make(chan error, 1)
	go func() { got <- flock(lock, syscall.LOCK_EX) }()
	select {
	case err = <-got:
	case <-ctx.Done():
		// The wait itself can't be ended; whoever gets the lock then gives it back.
		go func() {
			<-got
			_ = lock.Close()
		}()
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", p.dir, err), lock.Close())
	}
	p.lock = lock
	return p, nil
}

func (p *place) unlock() { _ = p.lock.Close() } // nothing was written

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}

// Binary is a flow's program. Its file stays what it is until Close.
type Binary struct {
	Path string
	held *os.File // shares the lock that keeps it from being removed
}

// Open is the binary of a flow that somebody else has built.
func Open(path string) (*Binary, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no program", path)
	}
	return &Binary{Path: path}, nil
}

// Close says that no process of it will be started any more.
func (b *Binary) Close() error {
	if b.held == nil {
		return nil
	}
	return b.held.Close()
}

// pin gives what was built a name that later builds leave alone. The name is that of its content on the disk, its inode: as long as the name stands no other
// content can have that.
func (p *place) pin(built string) (*Binary, error) {
	info, err := os.Stat(built)
	if err != nil {
		return nil, fmt.Errorf("the go command has built nothing: %w", err)
	}
	dir := filepath.Join(p.dir, inode(info))
	own := filepath.Join(dir, filepath.Base(built))
	if !sameFile(own, info) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("keep the flow's binary: %w", err)
		}
		if err := linkOrCopy(built, own); err != nil {
			return nil, fmt.Errorf("keep the flow's binary: %w", err)
		}
	}
	held, err := os.Open(own)
	if err != nil {
		return nil, fmt.Errorf("keep the flow's binary: %w", err)
	}
	if err := flock(held, syscall.LOCK_SH); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", own, err), held.Close())
	}
	p.tidy(dir)
	return &Binary{Path: own, held: held}, nil
}

func inode(info os.FileInfo) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(uint64(stat.Ino), 36)
	}
	return strconv.FormatInt(info.ModTime().UnixNano(), 36)
}

func sameFile(path string, info os.FileInfo) bool {
	there, err := os.Stat(path)
	return err == nil && os.SameFile(there, info)
}

// linkOrCopy gives a file another name, or where the file system has no such thing makes another file.
func linkOrCopy(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return nil
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// tidy removes the binaries that nobody has open, but for the one in keep. What can't be removed now is left for the next build.
func (p *place) tidy(keep string) {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(p.dir, e.Name())
		if !e.IsDir() || dir == keep || !p.free(dir) {
			continue
		}
		_ = os.RemoveAll(dir)
	}
}

// free says whether nobody has a binary of a folder open. The go command's own folders, left by one that was killed, are nobody's: it runs under our lock.
func (p *place) free(dir string) bool {
	files, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range files {
		if e.IsDir() {
			continue
		}
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			return false
		}
		err = flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
		_ = f.Close()
		if err != nil {
			return false
		}
	}
	return true
}
