// Package metadata keeps what is known about flows, runs, steps, tasks and their artifacts, apart from the values
// themselves: who ran it, when, with which tags, which attempt finished, where each artifact's blob lies.
//
// A [Provider] is a place where this is kept. [Local] keeps it as small JSON files in Metaflow's local tree, in the
// form Metaflow's own client reads, and reads everything that client's writers leave there.
//
// Invariants:
//   - Nothing written is ever changed, except the tags of a run. A run's tags are those of all it contains; what
//     steps, tasks and artifacts carry in their own files is ignored by readers.
//   - A file that a reader looks at unconditionally appears whole or not at all. Artifact files are the exception:
//     they are looked at only after the record attempt-done of their attempt, which the caller adds last.
//   - Writing does not sync. The caller commits a task as one group (package disk). Tag changes sync themselves.
package metadata

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Tags are the labels of a run. User tags are the user's to change; system tags are set once when the run starts.
type Tags struct {
	User   []string
	System []string
}

// Has reports whether tag is among the user or system tags.
func (t Tags) Has(tag string) bool {
	return contains(t.User, tag) || contains(t.System, tag)
}

// HasAll reports whether every one of tags is among the user or system tags.
func (t Tags) HasAll(tags []string) bool {
	for _, tag := range tags {
		if !t.Has(tag) {
			return false
		}
	}
	return true
}

// TaskID names a task.
type TaskID struct{ Flow, Run, Step, Task string }

// String is the task's pathspec.
func (t TaskID) String() string { return t.Flow + "/" + t.Run + "/" + t.Step + "/" + t.Task }

// Record is one fact about a task ("system metadata" in Metaflow's words), such as the attempt that finished.
type Record struct {
	Field string
	Type  string // empty when writing means the same as Field
	Value string // as text; for a value that is not a JSON string, its JSON
	// Raw is the value as JSON when it is not a string (a list, a number). Written instead of Value when set.
	Raw  json.RawMessage
	Tags []string // "attempt_id:0"
	At   time.Time
}

// ArtifactRecord says where one artifact of one attempt lies. A writer sets Name, Key and ContentType.
type ArtifactRecord struct {
	Name        string
	Key         string // sha1 of the serialised value
	ContentType string // the value's encoding: pickle-v4
	Attempt     int
	DSType      string // local, s3, ...
	Location    string // RootLocation of the datastore root; old records hold the URL of the blob
	CreatedAt   time.Time
}

// Object is a flow, run, step or task; the empty names say which.
type Object struct {
	Flow, Run, Step, Task string
	User                  string
	Tags                  Tags // the run's; a flow has none
	CreatedAt             time.Time
	// Heartbeat is when the run or task was last known to be alive, zero where nobody records that.
	Heartbeat time.Time
}

// Latest as an attempt asks for the latest finished one.
const Latest = -1

// MaxAttempts is how many attempts a task can have; readers look no further.
const MaxAttempts = 6

// ErrNotFound is what reading methods wrap when the object does not exist.
var ErrNotFound = errors.New("does not exist")

// CorruptError is a metadata file that is not what it should be.
type CorruptError struct {
	Path   string
	Reason string
}

// Error implements error.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("metadata file %q is damaged: %s", e.Path, e.Reason)
}

// TagError is a refused change of tags.
type TagError struct{ Reason string }

// Error implements error.
func (e *TagError) Error() string { return e.Reason }

// Provider is a place where metadata is kept. Implementations are safe for concurrent use.
//
// Listing methods return objects in no particular order. They return the readable objects even when others are
// damaged, together with an error that holds a [*CorruptError] for each of those.
type Provider interface {
	// Name is the kind of provider: local.
	Name() string
	// Root is where the provider keeps its data.
	Root() string
	// String is the form users write: local@/abs/dir.
	String() string

	// NewRun registers a new run under a new id, greater than those given before even when the clock went back.
	NewRun(ctx context.Context, flow string, tags Tags) (id string, err error)
	// RegisterRun registers a run under an id chosen elsewhere. It reports false when the run exists.
	RegisterRun(ctx context.Context, flow, id string, tags Tags) (created bool, err error)
	// RegisterTask registers a task, and its step if need be. Registering it again changes nothing.
	RegisterTask(ctx context.Context, t TaskID, tags Tags) error
	// AddMetadata adds records to a task.
	AddMetadata(ctx context.Context, t TaskID, records []Record) error
	// AddArtifacts records the artifacts of an attempt. They count once the record attempt-done is added.
	AddArtifacts(ctx context.Context, t TaskID, attempt int, dsType, location string, tags Tags, arts []ArtifactRecord) error

	Flows(ctx context.Context) ([]Object, error)
	Flow(ctx context.Context, flow string) (Object, error)
	Runs(ctx context.Context, flow string) ([]Object, error)
	Run(ctx context.Context, flow, run string) (Object, error)
	Steps(ctx context.Context, flow, run string) ([]Object, error)
	Step(ctx context.Context, flow, run, step string) (Object, error)
	Tasks(ctx context.Context, flow, run, step string) ([]Object, error)
	Task(ctx context.Context, t TaskID) (Object, error)
	// Artifacts are those of one attempt; of the latest finished one for [Latest], none if no attempt has finished.
	Artifacts(ctx context.Context, t TaskID, attempt int) ([]ArtifactRecord, error)
	// Artifact is one of Artifacts.
	Artifact(ctx context.Context, t TaskID, attempt int, name string) (ArtifactRecord, error)
	// Metadata are a task's records, oldest first: of all attempts for [Latest], else of one.
	Metadata(ctx context.Context, t TaskID, attempt int) ([]Record, error)
	// Fields are the latest records of the named fields, keyed by field; absent ones are left out. It reads no others.
	Fields(ctx context.Context, t TaskID, fields ...string) (map[string]Record, error)

	// MutateTags removes, then adds user tags of a run, as one change. Adding a system tag is ignored, removing one
	// is a [*TagError], as is exceeding a limit.
	MutateTags(ctx context.Context, flow, run string, add, remove []string) (Tags, error)
}

// RootLocation is how the location of artifacts in a datastore is recorded.
func RootLocation(root string) string { return ":root:" + root }

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
