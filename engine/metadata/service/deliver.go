package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// RegisterTask implements [metadata.Provider]. The task's step is made before it.
func (s *Service) RegisterTask(ctx context.Context, t metadata.TaskID, tags metadata.Tags) error {
	if err := s.check(ctx, t); err != nil {
		return fmt.Errorf("register task %s: %w", t, err)
	}
	s.queue.add(t, &entry{task: true, tags: tags, at: s.now()})
	return nil
}

// AddMetadata implements [metadata.Provider].
func (s *Service) AddMetadata(ctx context.Context, t metadata.TaskID, records []metadata.Record) error {
	if err := s.check(ctx, t); err != nil {
		return fmt.Errorf("add metadata of %s: %w", t, err)
	}
	if len(records) == 0 {
		return nil
	}
	records = slices.Clone(records)
	for i := range records {
		if records[i].At.IsZero() {
			records[i].At = s.opts.Now()
		}
	}
	s.queue.add(t, &entry{records: records})
	return nil
}

// AddArtifacts implements [metadata.Provider].
func (s *Service) AddArtifacts(ctx context.Context, t metadata.TaskID, attempt int, dsType, location string, tags metadata.Tags, arts []metadata.ArtifactRecord) error {
	if err := s.check(ctx, t); err != nil {
		return fmt.Errorf("add artifacts of %s: %w", t, err)
	}
	if len(arts) == 0 {
		return nil
	}
	list := &artifacts{attempt: attempt, dsType: dsType, location: location, list: slices.Clone(arts)}
	s.queue.add(t, &entry{tags: tags, at: s.now(), artifacts: list})
	return nil
}

func (s *Service) check(ctx context.Context, t metadata.TaskID) error {
	return errors.Join(ctx.Err(), metadata.CheckNames(t.Flow, t.Run, t.Step, t.Task))
}

// deliver posts a write, however long it takes. Its errors are refusals, and the end of ctx.
func (s *Service) deliver(ctx context.Context, t metadata.TaskID, e *entry) error {
	for try := 1; ; try++ {
		err := s.post(ctx, t, e)
		var failed *Error
		if !errors.As(err, &failed) {
			if err == nil {
				s.health.well()
			}
			return err
		}
		e.maybe = e.maybe || failed.maybe
		if !s.worthwhile(failed, try) {
			return failed
		}
		s.health.waiting(try, failed)
		if err := s.pause(ctx, s.client.wait(try)); err != nil {
			return err
		}
	}
}

// worthwhile says whether a write that failed may be taken later: the service may come back, be repaired, or learn the key.
func (s *Service) worthwhile(e *Error, try int) bool {
	switch e.Kind {
	case Unreachable, Busy, Denied, Strange:
		return true
	case Failing:
		return try < s.opts.Tries
	}
	return false
}

func (s *Service) post(ctx context.Context, t metadata.TaskID, e *entry) error {
	switch {
	case e.task:
		return s.postTask(ctx, t, e)
	case e.artifacts != nil:
		return s.postArtifacts(ctx, t, e)
	}
	return s.postRecords(ctx, t, e)
}

// make posts an object with a name of its own: one that is there already has been made before.
func (s *Service) make(ctx context.Context, k call) error {
	_, err := s.client.once(ctx, k)
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == statusConflict {
		return nil
	}
	return err
}

func (s *Service) postTask(ctx context.Context, t metadata.TaskID, e *entry) error {
	of := t
	of.Task = ""
	st := s.queue.step(t)
	st.mu.Lock()
	if !st.made {
		err := s.make(ctx, call{op: "register step " + pathspec(of), method: "POST", path: pathOf(of) + "/step", body: s.object(of, e.tags, e.at)})
		if err != nil {
			st.mu.Unlock()
			return err
		}
		st.made = true
	}
	st.mu.Unlock()
	return s.make(ctx, call{op: "register task " + t.String(), method: "POST", path: pathOf(of) + "/task", body: s.object(t, e.tags, e.at)})
}

func pathspec(t metadata.TaskID) string { return t.Flow + "/" + t.Run + "/" + t.Step }

// postRecords posts those records that are not there.
func (s *Service) postRecords(ctx context.Context, t metadata.TaskID, e *entry) error {
	where := pathOf(t) + "/metadata"
	records := e.records
	if e.maybe {
		data, err := s.look(ctx, where)
		if err != nil {
			return err
		}
		there, err := metadata.DecodeRecords(s.opts.URL+where, data)
		if err != nil {
			return s.strange(where, err)
		}
		known := map[fact]bool{}
		for _, r := range there {
			known[factOf(r)] = true
		}
		records = slices.DeleteFunc(slices.Clone(records), func(r metadata.Record) bool { return known[factOf(r)] })
		if len(records) == 0 {
			return nil
		}
	}
	body := make([]recordObject, len(records))
	for i, r := range records {
		body[i] = s.record(t, r)
	}
	return s.postAgain(ctx, e, call{op: "add records of " + t.String(), method: "POST", path: where, body: body})
}

// postArtifacts posts those artifacts that are not there.
func (s *Service) postArtifacts(ctx context.Context, t metadata.TaskID, e *entry) error {
	a := e.artifacts
	list := a.list
	if e.maybe {
		known, err := s.knownArtifacts(ctx, t, a.attempt)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(slices.Clone(list), func(r metadata.ArtifactRecord) bool { return known[r.Name] })
		if len(list) == 0 {
			return nil
		}
	}
	body := make([]artifactObject, len(list))
	for i, r := range list {
		body[i] = artifactObject{
			Run: t.Run, Step: t.Step, Task: t.Task, Attempt: a.attempt, Name: r.Name, ContentType: r.ContentType, Type: "metaflow.artifact",
			Sha: r.Key, DSType: a.dsType, Location: a.location, common: s.common(t.Flow, e.tags, e.at),
		}
	}
	return s.postAgain(ctx, e, call{op: "add artifacts of " + t.String(), method: "POST", path: pathOf(t) + "/artifact", body: body})
}

// knownArtifacts are the names of those that an attempt has. A service that cannot be asked for one attempt has those of the latest, which is the one
// that is being posted.
func (s *Service) knownArtifacts(ctx context.Context, t metadata.TaskID, attempt int) (map[string]bool, error) {
	where := pathOf(t) + "/artifacts"
	if able, err := s.supports(ctx, "2.0.6"); err != nil {
		return nil, err
	} else if able {
		where = pathOf(t) + "/attempt/" + strconv.Itoa(attempt) + "/artifacts"
	}
	data, err := s.look(ctx, where)
	if err != nil {
		return nil, err
	}
	there, err := metadata.DecodeArtifacts(s.opts.URL+where, data)
	if err != nil {
		return nil, s.strange(where, err)
	}
	known := map[string]bool{}
	for _, r := range there {
		if r.Attempt == attempt {
			known[r.Name] = true
		}
	}
	return known, nil
}

// look reads a list past the queue, of which the caller is part. Where nothing was ever added there may be nothing.
func (s *Service) look(ctx context.Context, where string) ([]byte, error) {
	a, err := s.client.once(ctx, call{op: "read " + where[1:], method: "GET", path: where})
	if errors.Is(err, metadata.ErrNotFound) {
		return []byte("[]"), nil
	}
	if err != nil {
		return nil, err
	}
	return a.body, nil
}

func (s *Service) strange(where string, err error) error {
	return &Error{Op: "read " + where[1:], URL: s.opts.URL, Kind: Strange, Err: err, Detail: err.Error()}
}

// postAgain posts a list. A conflict says that something of it is there: then it is looked at, once.
func (s *Service) postAgain(ctx context.Context, e *entry, k call) error {
	_, err := s.client.once(ctx, k)
	var failed *Error
	if !errors.As(err, &failed) || failed.Status != http.StatusConflict {
		return err
	}
	if e.maybe {
		return nil // it has been looked at, and the service still says that it knows all that
	}
	failed.Kind, failed.maybe = Busy, true
	return failed
}
