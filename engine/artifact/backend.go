package artifact

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// backend is a kind of place for a store.
type backend interface {
	files
	blobs
}

// files are small files by name: parts with slashes between, below the store's root. What is written is whole or not there.
type files interface {
	// read gives fs.ErrNotExist for a file that is not there.
	read(name string) ([]byte, error)
	write(name string, data []byte) error
	// mark writes a file whose existence is its message.
	mark(name string, data []byte) error
	exists(name string) (bool, error)
	// names are those of the files in dir, folders those of the folders; without order. No dir: none.
	names(dir string) ([]string, error)
	folders(dir string) ([]string, error)
	// written is when a file was written, changed when something last changed in a folder: fs.ErrNotExist where there is none.
	written(name string) (time.Time, error)
	changed(dir string) (time.Time, error)
	// each calls note for every file of a flow's runs that want chooses, perhaps several at a time.
	each(ctx context.Context, flow string, want func(name string) bool, note func(name string, text []byte) error) error
	// path is the name for people.
	path(name string) string
}

// blobs are values by content.
type blobs interface {
	put(ctx context.Context, flow string, span Span) (Key, error)
	putBytes(ctx context.Context, flow string, value []byte) (Key, error)
	// putRaw stores bytes without packing them.
	putRaw(ctx context.Context, flow string, data []byte) (Key, error)
	// has says whether the value is stored, so that it need not be put.
	has(ctx context.Context, flow string, key Key) (bool, error)
	materialize(ctx context.Context, flow string, key Key, dir string) (Value, error)
	bytes(ctx context.Context, flow string, key Key) ([]byte, error)
	// present says what is wrong with a value as far as that shows without reading it.
	present(ctx context.Context, flow string, key Key) error
	// list are all blobs of a flow; remove removes those of them that are older than before.
	list(ctx context.Context, flow string) ([]Stored, error)
	remove(ctx context.Context, flow string, blobs []Stored, before time.Time) ([]Stored, error)
	// width is how many calls are worth making at once.
	width() int
}

// nameOf joins the parts of a file's name. They come from users and other processes: none may lead elsewhere.
func nameOf(parts ...string) (string, error) {
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, "/\\\x00") {
			return "", fmt.Errorf("%q is not a name in a pathspec", part)
		}
	}
	return strings.Join(parts, "/"), nil
}

// taskDir is the folder of a task.
func taskDir(t Task) (string, error) { return nameOf(t.Flow, t.Run, t.Step, t.Task) }

// taskFile is the name of <attempt>.<name>.
func taskFile(t Task, attempt int, name string) (string, error) {
	dir, err := taskDir(t)
	if err != nil {
		return "", err
	}
	return attemptFile(dir, attempt, name), nil
}

func attemptFile(dir string, attempt int, name string) string {
	return dir + "/" + strconv.Itoa(attempt) + "." + name
}

// blobName is the name of the blob of a key that has been looked at.
func blobName(flow string, key Key) (string, error) {
	dir, err := nameOf(flow)
	if err != nil {
		return "", err
	}
	return dir + "/data/" + string(key[:2]) + "/" + string(key), nil
}
