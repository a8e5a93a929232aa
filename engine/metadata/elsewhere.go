package metadata

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Deferred is a provider whose writes return at once and reach their place later, as a service's do. What was written is seen by its own readers.
type Deferred interface {
	Provider
	// TaskName is the id of a run's n-th task, counted from 0. It needs nobody's answer.
	TaskName(n int) string
	// Alive keeps telling that a task's attempt is running, or a run where the step and the task are empty, until the function it returns is called.
	Alive(t TaskID) (ended func())
	// Watch sets who is told when what was written can no longer be passed on, and when it can again. It is called before anything is written.
	Watch(told func(Status))
	// Standing is how things stand now.
	Standing() Status
	// Flush returns when all that was written has reached its place. An error says what has not.
	Flush(ctx context.Context) error
}

// Status is how a [Deferred] provider stands with the place it writes to.
type Status struct {
	Down    bool
	Place   string // who does not answer
	Reason  string // why, while it is down
	Waiting int    // writes that are kept until they can be passed on
}

// DecodeObjects reads one flow, run, step or task as JSON, or a list of them. place is for the error.
func DecodeObjects(place string, data []byte) ([]Object, error) {
	docs, err := parseAll(place, data)
	objects := make([]Object, len(docs))
	for i, d := range docs {
		t := TaskID{Flow: string(d.Flow), Run: string(d.Run), Step: string(d.Step), Task: string(d.Task)}
		objects[i] = objectAt(t, d)
		if d.Heartbeat > 0 {
			objects[i].Heartbeat = time.Unix(int64(d.Heartbeat), 0).UTC()
		}
	}
	return objects, err
}

// DecodeRecords reads a list of records as JSON.
func DecodeRecords(place string, data []byte) ([]Record, error) {
	docs, err := parseAll(place, data)
	records := make([]Record, len(docs))
	for i, d := range docs {
		records[i] = d.record()
	}
	return records, err
}

// DecodeArtifacts reads a list of artifact records as JSON.
func DecodeArtifacts(place string, data []byte) ([]ArtifactRecord, error) {
	docs, err := parseAll(place, data)
	arts := make([]ArtifactRecord, len(docs))
	for i, d := range docs {
		arts[i] = d.artifact()
	}
	return arts, err
}

// parseAll reads one document or a list of them.
func parseAll(place string, data []byte) ([]document, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("[")) {
		d, err := parse(place, data)
		return []document{d}, err
	}
	var docs []document
	if err := json.Unmarshal(data, &docs); err != nil {
		return nil, &CorruptError{Path: place, Reason: reason(err)}
	}
	return docs, nil
}

// OfAttempt keeps the records of one attempt, of all for [Latest]. They must be in order of time.
func OfAttempt(records []Record, attempt int) []Record {
	if attempt < 0 {
		return records
	}
	return ofAttempt(records, attempt)
}

// CheckNames refuses names that cannot be part of a pathspec.
func CheckNames(names ...string) error { return checkNames(names...) }

// CheckNewTags checks the user tags of a run that is about to be made.
func CheckNewTags(tags []string) error { return checkTagSet(tags, 0) }

// CheckChange checks the tags of a change before anybody is asked to make it.
func CheckChange(add, remove []string) error {
	if len(add)+len(remove) == 0 {
		return &TagError{Reason: "no tag to add or remove"}
	}
	var faults []error
	for _, tag := range append(append([]string(nil), add...), remove...) {
		faults = append(faults, CheckTag(tag))
	}
	return errors.Join(faults...)
}
