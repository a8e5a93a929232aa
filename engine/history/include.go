package history

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
)

// The forms of included files.
const (
	uploadedV1 = "uploader-v1"
	uploadedV2 = "uploader-v2"
	localURL   = "local://"
)

// packLevel is Metaflow's.
const packLevel = 3

// descriptor says where an included file is; it is what the artifact of an IncludeFile holds.
type descriptor struct {
	Note     string `json:"note"`
	Type     string `json:"type"`
	SubType  string `json:"sub-type"`
	URL      string `json:"url"`
	IsText   bool   `json:"is_text"`
	Encoding string `json:"encoding"`
	Size     int64  `json:"size"`
}

// includedRoot is the folder of included files.
func (r *Reader) includedRoot(sc scope) string {
	if r.opts.Included != "" {
		return r.opts.Included
	}
	return filepath.Join(sc.store.Root(), "data")
}

// serveIncludeFile stores a file for a parameter of the flow, by its content: once for all runs.
func (r *Reader) serveIncludeFile(ctx context.Context, sc scope, a arguments) (any, error) {
	flow := a.Flow
	if flow == "" {
		flow = r.opts.Flow
	}
	if _, err := parsePath(flow, 1, 1); err != nil {
		return nil, refuse(InvalidCall, "call include_file: it is not known which flow the file is for")
	}
	url, size, err := r.include(ctx, sc, a.Path, flow)
	if err != nil {
		return nil, fmt.Errorf("include file %q: %w", a.Path, err)
	}
	encoding := a.Encoding
	if encoding == "" {
		encoding = "utf-8"
	}
	return descriptor{
		Note: "Internal representation of IncludeFile", Type: uploadedV2, SubType: "uploaded", URL: url,
		IsText: a.IsText == nil || *a.IsText, Encoding: encoding, Size: size,
	}, nil
}

// include stores a file where the values of the run are, and returns its address.
func (r *Reader) include(ctx context.Context, sc scope, file, flow string) (url string, size int64, err error) {
	if sc.store.Remote() {
		return r.includeInS3(ctx, sc, file, flow)
	}
	target, size, err := storeIncluded(ctx, file, filepath.Join(r.includedRoot(sc), flow))
	return localURL + target, size, err
}

// storeIncluded writes a file packed to folder, named by its sha1, unless it is there in good order.
func storeIncluded(ctx context.Context, path, folder string) (target string, size int64, err error) {
	f, err := openRegular(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha1.New()
	if size, err = copyAll(ctx, h, f); err != nil {
		return "", 0, err
	}
	target = filepath.Join(folder, sum(h))
	if err := unpackIncluded(ctx, target, io.Discard, true); err == nil || ctx.Err() != nil {
		return target, size, ctx.Err()
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", 0, err
	}
	return target, size, packIncluded(ctx, f, target)
}

// openRegular opens a file that is one: a pipe or a device may never end.
func openRegular(path string) (*os.File, error) {
	if !filepath.IsAbs(path) {
		return nil, refuse(InvalidCall, "%q is not an absolute path", path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, refuse(InvalidCall, "%q is not a file", path)
	}
	return os.Open(path)
}

// packIncluded writes what f holds to target, on stable storage.
func packIncluded(ctx context.Context, f *os.File, target string) error {
	t, err := disk.CreateTemp(filepath.Dir(target))
	if err != nil {
		return err
	}
	defer t.Discard()
	z, err := gzip.NewWriterLevel(t.File, packLevel)
	if err != nil {
		return err
	}
	h := sha1.New()
	if _, err := copyAll(ctx, io.MultiWriter(z, h), f); err != nil {
		return err
	}
	if sum(h) != filepath.Base(target) {
		return errors.New("it changed while it was read")
	}
	if err := errors.Join(z.Close(), t.File.Sync()); err != nil {
		return err
	}
	if _, err := t.Publish(target, disk.Replace); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(target))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// serveIncludeRead makes the content of an included file readable.
func (r *Reader) serveIncludeRead(ctx context.Context, sc scope, a arguments) (any, error) {
	var d descriptor
	if err := json.Unmarshal(a.Descriptor, &d); err != nil {
		return nil, refuse(InvalidCall, "the descriptor of an included file cannot be read: %w", err)
	}
	if strings.HasPrefix(d.URL, objects.Scheme) {
		return r.includedFromS3(ctx, d)
	}
	path, ok := strings.CutPrefix(d.URL, localURL)
	if !ok || !filepath.IsAbs(path) {
		return nil, refuse(NotFound, "an included file at %q is not on this machine", d.URL)
	}
	if d.uploaded() {
		path = r.movedIncluded(sc, path)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse(NotFound, "the included file %q is gone", path)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, refuse(NotFound, "%q is not a file", path)
	case !d.uploaded():
		return Place{Path: path, Size: info.Size()}, nil
	}
	return r.unpacked(ctx, path, path)
}

// movedIncluded is where an uploaded file is now: <folder>/<flow>/<sha1>, in the folder that was recorded or one of this store.
func (r *Reader) movedIncluded(sc scope, path string) string {
	tail := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
	root := sc.store.Root()
	for _, dir := range []string{r.includedRoot(sc), filepath.Join(root, "data"), filepath.Join(filepath.Dir(root), "data")} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if moved := filepath.Join(dir, tail); exists(moved) {
			return moved
		}
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// uploaded says whether the file was packed and stored, not only pointed at.
func (d descriptor) uploaded() bool {
	return d.Type == uploadedV1 || d.Type == uploadedV2 && d.SubType == "uploaded"
}

// unpacked is the content of a packed file, in a temporary one. name is the file's own, by which it is checked.
func (r *Reader) unpacked(ctx context.Context, path, name string) (p Place, err error) {
	f, err := os.CreateTemp(r.opts.Dir, "included-*")
	if err != nil {
		return Place{}, err
	}
	h := sha1.New()
	err = unpackIncluded(ctx, path, io.MultiWriter(f, h), false)
	if err == nil && named(name) && sum(h) != filepath.Base(name) {
		err = refuse(Corrupt, "the included file %q is damaged: its content has the sha1 %s", name, sum(h))
	}
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return Place{}, err
	}
	return Place{Path: f.Name(), Size: info.Size(), Temporary: true}, nil
}

// named says whether a file is called by its content's sha1.
func named(path string) bool {
	raw, err := hex.DecodeString(filepath.Base(path))
	return err == nil && len(raw) == sha1.Size
}

// unpackIncluded writes a packed file's content to w; checked, its sha1 must be its name.
func unpackIncluded(ctx context.Context, path string, w io.Writer, checked bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return refuse(Corrupt, "the included file %q is damaged: %w", path, err)
	}
	h := sha1.New()
	if _, err := copyAll(ctx, io.MultiWriter(w, h), z); err != nil {
		var system *fs.PathError
		if errors.As(err, &system) || ctx.Err() != nil {
			return err
		}
		return refuse(Corrupt, "the included file %q is damaged: %w", path, err)
	}
	if checked && sum(h) != filepath.Base(path) {
		return refuse(Corrupt, "the included file %q is damaged: its content has the sha1 %s", path, sum(h))
	}
	return nil
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// copyAll copies until the end or the context's.
func copyAll(ctx context.Context, w io.Writer, r io.Reader) (size int64, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, err := io.CopyN(w, r, 1<<20)
		size += n
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}
