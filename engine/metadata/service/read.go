package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// get reads what lies at a path. What was written before of the task or run it belongs to is waited for.
func (s *Service) get(ctx context.Context, of metadata.TaskID, path string) ([]byte, error) {
	if err := s.queue.settle(ctx, of); err != nil {
		return nil, err
	}
	op := "read " + strings.TrimPrefix(path, "/")
	a, err := s.client.patient(ctx, call{op: op, method: "GET", path: path}, s.health.waiting)
	if e := (*Error)(nil); errors.As(err, &e) && e.Kind == NotFound {
		return nil, e
	}
	if err != nil {
		return nil, err
	}
	s.health.well()
	return a.body, nil
}

func (s *Service) one(ctx context.Context, names ...string) (metadata.Object, error) {
	if err := metadata.CheckNames(names...); err != nil {
		return metadata.Object{}, fmt.Errorf("%s: %w: %w", strings.Join(names, "/"), metadata.ErrNotFound, err)
	}
	data, err := s.get(ctx, idOf(names), path(names...))
	if err != nil {
		return metadata.Object{}, named(err, names)
	}
	found, err := metadata.DecodeObjects(s.opts.URL+path(names...), data)
	if err != nil {
		return metadata.Object{}, err
	}
	return found[0], nil
}

// named says of what does not exist what it is.
func named(err error, names []string) error {
	if errors.Is(err, metadata.ErrNotFound) {
		return fmt.Errorf("%s: %w", strings.Join(names, "/"), metadata.ErrNotFound)
	}
	return err
}

func idOf(names []string) metadata.TaskID {
	full := [4]string{}
	copy(full[:], names)
	return metadata.TaskID{Flow: full[0], Run: full[1], Step: full[2], Task: full[3]}
}

// many reads the objects below another; none if that does not exist.
func (s *Service) many(ctx context.Context, kind string, names ...string) ([]metadata.Object, error) {
	if err := metadata.CheckNames(names...); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", strings.Join(names, "/"), metadata.ErrNotFound, err)
	}
	where := path(names...) + "/" + kind
	data, err := s.get(ctx, idOf(names), where)
	if errors.Is(err, metadata.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return metadata.DecodeObjects(s.opts.URL+where, data)
}

// Flows implements [metadata.Provider].
func (s *Service) Flows(ctx context.Context) ([]metadata.Object, error) { return s.many(ctx, "flows") }

// Flow implements [metadata.Provider].
func (s *Service) Flow(ctx context.Context, flow string) (metadata.Object, error) {
	return s.one(ctx, flow)
}

// Runs implements [metadata.Provider].
func (s *Service) Runs(ctx context.Context, flow string) ([]metadata.Object, error) {
	return s.many(ctx, "runs", flow)
}

// Run implements [metadata.Provider].
func (s *Service) Run(ctx context.Context, flow, run string) (metadata.Object, error) {
	return s.one(ctx, flow, run)
}

// Steps implements [metadata.Provider].
func (s *Service) Steps(ctx context.Context, flow, run string) ([]metadata.Object, error) {
	return s.many(ctx, "steps", flow, run)
}

// Step implements [metadata.Provider].
func (s *Service) Step(ctx context.Context, flow, run, step string) (metadata.Object, error) {
	return s.one(ctx, flow, run, step)
}

// Tasks implements [metadata.Provider].
func (s *Service) Tasks(ctx context.Context, flow, run, step string) ([]metadata.Object, error) {
	return s.many(ctx, "tasks", flow, run, step)
}

// Task implements [metadata.Provider].
func (s *Service) Task(ctx context.Context, t metadata.TaskID) (metadata.Object, error) {
	return s.one(ctx, t.Flow, t.Run, t.Step, t.Task)
}

// Metadata implements [metadata.Provider].
func (s *Service) Metadata(ctx context.Context, t metadata.TaskID, attempt int) ([]metadata.Record, error) {
	all, err := s.records(ctx, t)
	return metadata.OfAttempt(all, attempt), err
}

// Fields implements [metadata.Provider].
func (s *Service) Fields(ctx context.Context, t metadata.TaskID, fields ...string) (map[string]metadata.Record, error) {
	all, err := s.records(ctx, t)
	latest := make(map[string]metadata.Record, len(fields))
	for _, r := range all {
		if slices.Contains(fields, r.Field) {
			latest[r.Field] = r
		}
	}
	return latest, err
}

// records are all of a task, oldest first.
func (s *Service) records(ctx context.Context, t metadata.TaskID) ([]metadata.Record, error) {
	if k := s.kept.get(t); k != nil {
		return slices.Clone(k.records), nil
	}
	if err := metadata.CheckNames(t.Flow, t.Run, t.Step, t.Task); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", t, metadata.ErrNotFound, err)
	}
	where := pathOf(t) + "/metadata"
	data, err := s.get(ctx, t, where)
	if err != nil {
		return nil, named(err, []string{t.String()})
	}
	all, err := metadata.DecodeRecords(s.opts.URL+where, data)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b metadata.Record) int { return a.At.Compare(b.At) })
	if final(all) {
		s.kept.put(t, &kept{records: slices.Clone(all)})
	}
	return all, nil
}

// final says whether the records of a task are those of one that has ended well, to which no attempt is added.
func final(all []metadata.Record) bool {
	ok := ""
	for _, r := range all {
		if r.Field == "attempt_ok" {
			ok = r.Value
		}
	}
	_, done := doneAttempt(all)
	return done && ok == "True"
}

// doneAttempt is the attempt that the latest record attempt-done names.
func doneAttempt(all []metadata.Record) (attempt int, done bool) {
	for _, r := range all {
		if n, err := strconv.Atoi(r.Value); r.Field == "attempt-done" && err == nil {
			attempt, done = n, true
		}
	}
	return attempt, done
}

// Artifacts implements [metadata.Provider]. Which attempt is done is in the records: the service itself would name the latest one that left anything.
func (s *Service) Artifacts(ctx context.Context, t metadata.TaskID, attempt int) ([]metadata.ArtifactRecord, error) {
	if attempt < 0 {
		all, err := s.records(ctx, t)
		if err != nil {
			return nil, err
		}
		n, done := doneAttempt(all)
		if !done {
			return nil, nil
		}
		attempt = n
	} else if _, err := s.Task(ctx, t); err != nil {
		return nil, err
	}
	k := s.kept.get(t)
	if k != nil {
		if arts, ok := k.of(attempt); ok {
			return arts, nil
		}
	}
	arts, err := s.artifactsOf(ctx, t, attempt)
	if k != nil && err == nil {
		k.set(attempt, arts)
	}
	return slices.Clone(arts), err
}

// artifactsOf reads those of one attempt. A service that cannot be asked for one still has those of the latest.
func (s *Service) artifactsOf(ctx context.Context, t metadata.TaskID, attempt int) ([]metadata.ArtifactRecord, error) {
	where := pathOf(t) + "/artifacts"
	able, err := s.supports(ctx, "2.0.6")
	if err != nil {
		return nil, err
	}
	if able {
		where = pathOf(t) + "/attempt/" + strconv.Itoa(attempt) + "/artifacts"
	}
	data, err := s.get(ctx, t, where)
	if errors.Is(err, metadata.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	arts, err := metadata.DecodeArtifacts(s.opts.URL+where, data)
	if err != nil {
		return nil, err
	}
	latest := -1
	for _, a := range arts {
		latest = max(latest, a.Attempt)
	}
	if !able && latest > attempt {
		return nil, s.need(ctx, "2.0.6", fmt.Sprintf("read the artifacts of attempt %d of %s", attempt, t))
	}
	arts = slices.DeleteFunc(arts, func(a metadata.ArtifactRecord) bool { return a.Attempt != attempt })
	slices.SortFunc(arts, func(a, b metadata.ArtifactRecord) int { return cmp.Compare(a.Name, b.Name) })
	return arts, nil
}

// Artifact implements [metadata.Provider].
func (s *Service) Artifact(ctx context.Context, t metadata.TaskID, attempt int, name string) (metadata.ArtifactRecord, error) {
	arts, err := s.Artifacts(ctx, t, attempt)
	if err != nil {
		return metadata.ArtifactRecord{}, err
	}
	for _, a := range arts {
		if a.Name == name {
			return a, nil
		}
	}
	return metadata.ArtifactRecord{}, fmt.Errorf("%s/%s: %w", t, name, metadata.ErrNotFound)
}

// keptTasks are the records of tasks that have ended well: nothing is added to them, and readers come for them again and again.
type keptTasks struct {
	mu    sync.Mutex
	tasks map[metadata.TaskID]*kept // guarded by mu
}

type kept struct {
	records []metadata.Record

	mu   sync.Mutex
	arts map[int][]metadata.ArtifactRecord // guarded by mu; by attempt
}

// maxKept bounds how many tasks are kept.
const maxKept = 2000

func (k *keptTasks) get(t metadata.TaskID) *kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tasks[t]
}

func (k *keptTasks) put(t metadata.TaskID, task *kept) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tasks == nil || len(k.tasks) >= maxKept {
		k.tasks = map[metadata.TaskID]*kept{}
	}
	k.tasks[t] = task
}

func (k *kept) of(attempt int) ([]metadata.ArtifactRecord, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	arts, ok := k.arts[attempt]
	return slices.Clone(arts), ok
}

func (k *kept) set(attempt int, arts []metadata.ArtifactRecord) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.arts == nil {
		k.arts = map[int][]metadata.ArtifactRecord{}
	}
	k.arts[attempt] = arts
}
