package stored

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// ErrReadOnly is the error of every change.
var ErrReadOnly = errors.New("a remote task can change no metadata that is kept on the machine its run was started from")

// attempt is the one that is meant; ok is false where a task has none that is done.
func (p *Provider) attempt(t artifact.Task, wanted int) (attempt int, ok bool, err error) {
	if wanted != metadata.Latest {
		return wanted, true, nil
	}
	attempt, err = p.store.LatestDone(t)
	if errors.Is(err, artifact.ErrUnfinished) {
		return 0, false, nil
	}
	return attempt, err == nil, err
}

// Artifacts implements [metadata.Provider].
func (p *Provider) Artifacts(_ context.Context, t metadata.TaskID, wanted int) ([]metadata.ArtifactRecord, error) {
	key := artifact.Task(t)
	attempt, ok, err := p.attempt(key, wanted)
	if !ok || err != nil {
		return nil, err
	}
	data, err := p.store.Data(key, attempt)
	if errors.Is(err, artifact.ErrMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at, err := p.ended(key, attempt)
	if err != nil {
		return nil, err
	}
	found := make([]metadata.ArtifactRecord, 0, len(data.Objects))
	for name, ref := range data.Objects {
		found = append(found, metadata.ArtifactRecord{
			Name: name, Key: string(ref.Key), ContentType: ref.Encoding, Attempt: attempt,
			DSType: p.store.Kind(), Location: metadata.RootLocation(p.store.Root()), CreatedAt: at,
		})
	}
	return found, nil
}

// ended is when an attempt was over, zero where nobody saw it.
func (p *Provider) ended(t artifact.Task, attempt int) (time.Time, error) {
	at, err := p.store.Ended(t, attempt)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	return at, err
}

// Artifact implements [metadata.Provider].
func (p *Provider) Artifact(ctx context.Context, t metadata.TaskID, attempt int, name string) (metadata.ArtifactRecord, error) {
	all, err := p.Artifacts(ctx, t, attempt)
	if err != nil {
		return metadata.ArtifactRecord{}, err
	}
	i := slices.IndexFunc(all, func(r metadata.ArtifactRecord) bool { return r.Name == name })
	if i < 0 {
		return metadata.ArtifactRecord{}, missing("artifact %s/%s", t, name)
	}
	return all[i], nil
}

// pickledTrue is True as Python pickles it.
var pickledTrue = artifact.KeyOf([]byte{0x80, 0x04, 0x88, '.'})

// Metadata implements [metadata.Provider]: the records that follow from what is stored.
func (p *Provider) Metadata(ctx context.Context, t metadata.TaskID, wanted int) ([]metadata.Record, error) {
	key := artifact.Task(t)
	states, err := p.store.Attempts(key)
	if err != nil {
		return nil, err
	}
	var found []metadata.Record
	for _, s := range states {
		if wanted != metadata.Latest && s.Attempt != wanted {
			continue
		}
		records, err := p.ofAttempt(ctx, t, s)
		if err != nil {
			return nil, err
		}
		found = append(found, records...)
	}
	return found, nil
}

func (p *Provider) ofAttempt(ctx context.Context, t metadata.TaskID, s artifact.AttemptState) ([]metadata.Record, error) {
	begun, err := p.store.Begun(artifact.Task(t), s.Attempt)
	if err != nil {
		return nil, err
	}
	number, tags := strconv.Itoa(s.Attempt), []string{metadata.AttemptTag(s.Attempt)}
	record := func(field, kind, value string, at time.Time) metadata.Record {
		return metadata.Record{Field: field, Type: kind, Value: value, Tags: tags, At: at}
	}
	found := []metadata.Record{
		record("attempt", "attempt", number, begun),
		record("ds-type", "ds-type", p.store.Kind(), begun),
		record("ds-root", "ds-root", p.store.Root(), begun),
	}
	if !s.Done {
		return found, nil
	}
	if t.Step == firstStep {
		k, err := p.about(ctx, t.Flow, t.Run)
		if err != nil {
			return nil, err
		}
		if k.Start != "" {
			found = append(found, record("start_step", "graph_structure", k.Start, begun), record("end_step", "graph_structure", k.End, begun))
		}
	}
	ended, err := p.ended(artifact.Task(t), s.Attempt)
	if err != nil {
		return nil, err
	}
	ok := "False"
	if rec, err := p.Artifact(ctx, t, s.Attempt, "_task_ok"); err == nil && rec.Key == string(pickledTrue) {
		ok = "True"
	}
	return append(found, record("attempt_ok", "internal_attempt_status", ok, ended), record("attempt-done", "attempt-done", number, ended)), nil
}

// Fields implements [metadata.Provider].
func (p *Provider) Fields(ctx context.Context, t metadata.TaskID, fields ...string) (map[string]metadata.Record, error) {
	all, err := p.Metadata(ctx, t, metadata.Latest)
	if err != nil {
		return nil, err
	}
	found := map[string]metadata.Record{}
	for _, r := range all {
		if slices.Contains(fields, r.Field) {
			found[r.Field] = r
		}
	}
	return found, nil
}

// NewRun implements [metadata.Provider].
func (p *Provider) NewRun(context.Context, string, metadata.Tags) (string, error) {
	return "", ErrReadOnly
}

// RegisterRun implements [metadata.Provider].
func (p *Provider) RegisterRun(context.Context, string, string, metadata.Tags) (bool, error) {
	return false, ErrReadOnly
}

// RegisterTask implements [metadata.Provider].
func (p *Provider) RegisterTask(context.Context, metadata.TaskID, metadata.Tags) error {
	return ErrReadOnly
}

// AddMetadata implements [metadata.Provider].
func (p *Provider) AddMetadata(context.Context, metadata.TaskID, []metadata.Record) error {
	return ErrReadOnly
}

// AddArtifacts implements [metadata.Provider].
func (p *Provider) AddArtifacts(context.Context, metadata.TaskID, int, string, string, metadata.Tags, []metadata.ArtifactRecord) error {
	return ErrReadOnly
}

// MutateTags implements [metadata.Provider].
func (p *Provider) MutateTags(context.Context, string, string, []string, []string) (metadata.Tags, error) {
	return metadata.Tags{}, &metadata.TagError{Reason: ErrReadOnly.Error()}
}
