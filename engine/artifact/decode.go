package artifact

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/pgzip"
)

// bufferSize keeps a piece between its read and its hash within the processor's cache.
const bufferSize = 256 << 10

// buffers are for copying; they hold no state.
var buffers = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

// decode writes the raw bytes of a blob of the given form to w and checks them. What was written before an error is worthless.
func (b blob) decode(ctx context.Context, f form, w io.Writer) (int64, error) {
	file, err := os.Open(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, b.missing()
	}
	if err != nil {
		return 0, fmt.Errorf("read artifact: %w", err)
	}
	defer file.Close()
	var r io.Reader = file
	if f == packed {
		z, err := newUnpacker(file)
		if err != nil {
			return 0, b.readError(err)
		}
		defer z.Close()
		r = z
	}
	h := sha1.New()
	size, err := b.copyHashed(ctx, w, r, h)
	if err != nil {
		return 0, err
	}
	if got := keyFromSum([sha1.Size]byte(h.Sum(nil))); got != b.key {
		return 0, b.corrupt("its content has key " + string(got))
	}
	return size, nil
}

// copyHashed tells a failure to write, a failure to read and a damaged blob apart.
func (b blob) copyHashed(ctx context.Context, w io.Writer, r io.Reader, h hash.Hash) (int64, error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, err := r.Read(*buf)
		h.Write((*buf)[:n])
		size += int64(n)
		if _, err := w.Write((*buf)[:n]); err != nil {
			return size, fmt.Errorf("write artifact: %w", err)
		}
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, b.readError(err)
		}
	}
}

// readError is a failing disk if the system says so, and a damaged blob otherwise.
func (b blob) readError(err error) error {
	var system *fs.PathError
	if errors.As(err, &system) {
		return fmt.Errorf("read artifact: %w", err)
	}
	return b.corrupt("not the gzip file it should be: " + err.Error())
}

// newUnpacker unzips: large files beside the caller, small ones without the cost of that.
func newUnpacker(f *os.File) (io.ReadCloser, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < largeSize {
		return gzip.NewReader(f)
	}
	return pgzip.NewReaderN(f, 1<<20, 4)
}
