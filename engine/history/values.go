package history

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Artifact is one artifact of a task.
type Artifact struct {
	Name      string
	Key       artifact.Key
	Size      int64  // of the raw bytes
	Type      string // Python's str(type(value)); empty if the task's table is gone
	Encoding  string
	Attempt   int
	CreatedAt time.Time
	Location  string // where the record says it is
}

// Place is where bytes can be read. A temporary file is the receiver's to remove.
type Place struct {
	Path      string `json:"path"`
	Offset    int64  `json:"offset"`
	Size      int64  `json:"size"`
	Encoding  string `json:"encoding,omitempty"`
	Temporary bool   `json:"temporary"`
}

func (a Artifact) object(t metadata.TaskID, task metadata.Object) Object {
	return Object{
		Kind: "artifact", Pathspec: t.String() + "/" + a.Name, ID: a.Name, CreatedAt: a.CreatedAt.UnixMilli(),
		UserTags: list(task.Tags.User), SystemTags: list(task.Tags.System), User: task.User, Attempt: &a.Attempt,
		Name: a.Name, Sha: string(a.Key), Size: &a.Size, Type: a.Type, Encoding: a.Encoding,
	}
}

// Artifacts are those of one attempt of a task, or of the latest done one for metadata.Latest; by name, private ones included.
func (r *Reader) Artifacts(ctx context.Context, t metadata.TaskID, attempt int) ([]Artifact, error) {
	sc := r.scope()
	if _, err := sc.meta.Task(ctx, t); err != nil {
		return nil, classify(err)
	}
	found, err := r.artifacts(ctx, sc, t, attempt)
	return found, classify(err)
}

func (r *Reader) artifacts(ctx context.Context, sc scope, t metadata.TaskID, attempt int) ([]Artifact, error) {
	records, err := sc.meta.Artifacts(ctx, t, attempt)
	if err != nil {
		return nil, err
	}
	return r.describe(sc, t, records), nil
}

// describe adds to records what the task's table says. A table that is gone or damaged does not keep anyone from reading the values.
func (r *Reader) describe(sc scope, t metadata.TaskID, records []metadata.ArtifactRecord) []Artifact {
	out := make([]Artifact, len(records))
	var table artifact.Objects
	for i, rec := range records {
		if i == 0 || rec.Attempt != records[i-1].Attempt || rec.Location != records[i-1].Location {
			table = r.table(sc, t, rec)
		}
		ref := table[rec.Name]
		out[i] = Artifact{
			Name: rec.Name, Key: artifact.Key(rec.Key), Attempt: rec.Attempt, CreatedAt: rec.CreatedAt, Location: rec.Location,
			Encoding: rec.ContentType, Size: ref.Size, Type: ref.Type,
		}
		if out[i].Encoding == "" {
			out[i].Encoding = ref.Encoding
		}
	}
	return out
}

func (r *Reader) table(sc scope, t metadata.TaskID, rec metadata.ArtifactRecord) artifact.Objects {
	for _, s := range r.storesOf(sc, rec.Location) {
		if d, err := s.Data(artifact.Task(t), rec.Attempt); err == nil {
			return d.Objects
		}
	}
	return nil
}

// storesOf are the stores that may have what a record locates: the one it names, then the one at hand.
func (r *Reader) storesOf(sc scope, location string) []*artifact.Store {
	first := r.storeAt(sc, rootOf(location))
	if first == sc.store {
		return []*artifact.Store{first}
	}
	return []*artifact.Store{first, sc.store}
}

// rootOf is the datastore root that a location names; empty if it is not a local one. Old records hold the path of the blob itself:
// <root>/<flow>/data/<hh>/<key>.
func rootOf(location string) string {
	root, ok := strings.CutPrefix(location, metadata.RootLocation(""))
	if !ok {
		if isRemote(location) {
			return blobRoot(location)
		}
		if !filepath.IsAbs(location) {
			return ""
		}
		for range 4 {
			location = filepath.Dir(location)
		}
		return location
	}
	if !filepath.IsAbs(root) && !isRemote(root) {
		return ""
	}
	return root
}

// blobRoot is the root above the address of a blob.
func blobRoot(location string) string {
	parts := strings.Split(location, "/")
	const below, above = 4, 3 // <flow>/data/<hh>/<key>, s3: and nothing and the bucket
	if len(parts) < above+below {
		return ""
	}
	return strings.Join(parts[:len(parts)-below], "/")
}

// Value makes the raw bytes of an artifact readable. They are verified.
func (r *Reader) Value(ctx context.Context, t metadata.TaskID, attempt int, name string) (Place, error) {
	p, err := r.value(ctx, r.scope(), t, attempt, name)
	return p, classify(err)
}

func (r *Reader) value(ctx context.Context, sc scope, t metadata.TaskID, attempt int, name string) (Place, error) {
	rec, err := r.record(ctx, sc, t, attempt, name)
	if err != nil {
		return Place{}, err
	}
	dir := r.opts.Dir
	if dir == "" {
		dir = os.TempDir()
	}
	var v artifact.Value
	for _, s := range r.storesOf(sc, rec.Location) {
		v, err = s.Materialize(ctx, t.Flow, artifact.Key(rec.Key), dir)
		if !errors.Is(err, artifact.ErrMissing) {
			break
		}
	}
	if err != nil {
		return Place{}, damaged(t, name, err)
	}
	encoding := r.describe(sc, t, []metadata.ArtifactRecord{rec})[0].Encoding
	return Place{Path: v.Path, Offset: v.Offset, Size: v.Size, Encoding: encoding, Temporary: v.Temporary}, nil
}

// record finds an artifact; a task that has not finished has none.
func (r *Reader) record(ctx context.Context, sc scope, t metadata.TaskID, attempt int, name string) (metadata.ArtifactRecord, error) {
	rec, err := sc.meta.Artifact(ctx, t, attempt, name)
	if !isNotFound(err) {
		return rec, err
	}
	if _, taskErr := sc.meta.Task(ctx, t); taskErr != nil {
		return rec, taskErr
	}
	fields, fieldErr := sc.meta.Fields(ctx, t, "attempt-done")
	if _, done := fields["attempt-done"]; fieldErr == nil && !done && attempt < 0 {
		return rec, refuse(Unfinished, "task %s has no finished attempt, so it has no artifact %q yet", t, name)
	}
	return rec, refuse(NotFound, "task %s has no artifact %q: %w", t, name, metadata.ErrNotFound)
}

// damaged names artifact, task and file of a value that cannot be read.
func damaged(t metadata.TaskID, name string, err error) error {
	var corrupt *artifact.CorruptError
	switch {
	case errors.As(err, &corrupt):
		return &Error{Kind: Corrupt, Err: err, Message: refuse(Corrupt, "artifact %q of task %s is damaged: file %q: %s", name, t, corrupt.Path, corrupt.Reason).Message}
	case errors.Is(err, artifact.ErrMissing):
		return refuse(Corrupt, "artifact %q of task %s has lost its stored value: %w", name, t, err)
	}
	return refuse(IO, "artifact %q of task %s: %w", name, t, err)
}

// Bytes are the raw bytes of a small artifact, verified.
func (r *Reader) Bytes(ctx context.Context, t metadata.TaskID, attempt int, name string) ([]byte, error) {
	sc := r.scope()
	rec, err := r.record(ctx, sc, t, attempt, name)
	if err != nil {
		return nil, classify(err)
	}
	raw, err := r.bytes(ctx, sc, t, rec)
	return raw, classify(err)
}

func (r *Reader) bytes(ctx context.Context, sc scope, t metadata.TaskID, rec metadata.ArtifactRecord) (raw []byte, err error) {
	for _, s := range r.storesOf(sc, rec.Location) {
		raw, err = s.Bytes(ctx, t.Flow, artifact.Key(rec.Key))
		if !errors.Is(err, artifact.ErrMissing) {
			break
		}
	}
	if err != nil {
		return nil, damaged(t, rec.Name, err)
	}
	return raw, nil
}

// number reads a count that was recorded as text; 0 if it is none.
func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return n
}
