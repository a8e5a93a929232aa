package history

import (
	"context"
	"encoding/json"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// arguments are those of all calls.
type arguments struct {
	Pathspec   string          `json:"pathspec"`
	Attempt    *int            `json:"attempt"`
	Namespace  string          `json:"namespace"`
	Tags       []string        `json:"tags"`
	Stream     string          `json:"stream"`
	Direction  string          `json:"direction"`
	Add        []string        `json:"add"`
	Remove     []string        `json:"remove"`
	Flow       string          `json:"flow"`
	Successful bool            `json:"successful"`
	Metadata   string          `json:"metadata"`
	Path       string          `json:"path"`
	IsText     *bool           `json:"is_text"`
	Encoding   string          `json:"encoding"`
	Descriptor json.RawMessage `json:"descriptor"`
}

// attempt is the attempt asked for.
func (a arguments) attempt() (int, error) {
	switch {
	case a.Attempt == nil:
		return metadata.Latest, nil
	case *a.Attempt < 0 || *a.Attempt >= metadata.MaxAttempts:
		return 0, refuse(NotFound, "attempt %d of %q: attempts are numbered 0 to %d", *a.Attempt, a.Pathspec, metadata.MaxAttempts-1)
	}
	return *a.Attempt, nil
}

// Serve answers one of the store calls of docs/task-protocol.md with a value that can be written as JSON. Every error is an [*Error], or for the S3 class a
// [*datatools.Error].
func (r *Reader) Serve(ctx context.Context, call string, args json.RawMessage) (any, error) {
	if datatools.Serves(call) && r.opts.Transfers != nil {
		return r.opts.Transfers.Serve(ctx, call, args)
	}
	serve, ok := calls[call]
	if !ok {
		return nil, refuse(UnknownCall, "there is no store call %q", call)
	}
	var a arguments
	if len(args) > 0 {
		if err := json.Unmarshal(args, &a); err != nil {
			return nil, refuse(InvalidCall, "the arguments of store call %q cannot be read: %w", call, err)
		}
	}
	result, err := serve(r, ctx, r.scope(), a)
	if err != nil {
		return nil, classify(err)
	}
	return result, nil
}

type serveFunc func(r *Reader, ctx context.Context, sc scope, a arguments) (any, error)

var calls = map[string]serveFunc{
	"object":       (*Reader).serveObject,
	"children":     (*Reader).serveChildren,
	"metadata":     (*Reader).serveMetadata,
	"value":        (*Reader).serveValue,
	"logs":         (*Reader).serveLogs,
	"related":      (*Reader).serveRelated,
	"tags":         (*Reader).serveTags,
	"latest":       (*Reader).serveLatest,
	"provider":     (*Reader).serveProvider,
	"use":          (*Reader).serveUse,
	"include_file": (*Reader).serveIncludeFile,
	"include_read": (*Reader).serveIncludeRead,
}

func (r *Reader) serveObject(ctx context.Context, sc scope, a arguments) (any, error) {
	p, err := parsePath(a.Pathspec, 1, 5)
	if err != nil {
		return nil, err
	}
	attempt, err := a.attempt()
	if err != nil {
		return nil, err
	}
	o, err := r.object(ctx, sc, p, attempt)
	if err != nil || a.Namespace == "" {
		return o, err
	}
	inside := has(metadata.Tags{User: o.UserTags, System: o.SystemTags}, a.Namespace, nil)
	if p.depth == 1 {
		inside, err = flowIn(ctx, sc, p.Flow, a.Namespace)
	}
	if err == nil && !inside {
		return nil, refuse(Namespace, "%s is not in namespace %q", p, a.Namespace)
	}
	return o, err
}

func (r *Reader) serveChildren(ctx context.Context, sc scope, a arguments) (any, error) {
	p, err := parsePath(a.Pathspec, 0, 4)
	if err != nil {
		return nil, err
	}
	attempt, err := a.attempt()
	if err != nil {
		return nil, err
	}
	return r.children(ctx, sc, query{path: p, attempt: attempt, namespace: a.Namespace, tags: a.Tags})
}

// wireRecord is a record as the client sees it.
type wireRecord struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Value     any      `json:"value"`
	CreatedAt int64    `json:"created_at"`
	Tags      []string `json:"tags"`
}

func (r *Reader) serveMetadata(ctx context.Context, sc scope, a arguments) (any, error) {
	p, attempt, err := a.task()
	if err != nil {
		return nil, err
	}
	records, err := r.records(ctx, sc, p.TaskID, attempt)
	if err != nil {
		return nil, err
	}
	out := make([]wireRecord, len(records))
	for i, rec := range records {
		out[i] = wireRecord{Name: rec.Field, Type: rec.Type, Value: rec.Value, CreatedAt: rec.At.UnixMilli(), Tags: list(rec.Tags)}
		if rec.Raw != nil {
			out[i].Value = rec.Raw
		}
	}
	return out, nil
}

// task is the task and attempt asked for.
func (a arguments) task() (path, int, error) {
	p, err := parsePath(a.Pathspec, 4, 4)
	if err != nil {
		return p, 0, err
	}
	attempt, err := a.attempt()
	return p, attempt, err
}

func (r *Reader) serveValue(ctx context.Context, sc scope, a arguments) (any, error) {
	p, err := parsePath(a.Pathspec, 5, 5)
	if err != nil {
		return nil, err
	}
	attempt, err := a.attempt()
	if err != nil {
		return nil, err
	}
	return r.value(ctx, sc, p.TaskID, attempt, p.artifact)
}

func (r *Reader) serveLogs(ctx context.Context, sc scope, a arguments) (any, error) {
	p, attempt, err := a.task()
	if err != nil {
		return nil, err
	}
	if a.Stream != artifact.Stdout && a.Stream != artifact.Stderr {
		return nil, refuse(InvalidCall, "%q is not a stream: say stdout or stderr", a.Stream)
	}
	return r.logFile(ctx, sc, p.TaskID, attempt, a.Stream)
}

func (r *Reader) serveRelated(ctx context.Context, sc scope, a arguments) (any, error) {
	p, _, err := a.task()
	if err != nil {
		return nil, err
	}
	found, err := r.related(ctx, sc, p.TaskID, Direction(a.Direction))
	out := make([]string, len(found))
	for i, t := range found {
		out[i] = t.String()
	}
	return out, err
}

func (r *Reader) serveTags(ctx context.Context, sc scope, a arguments) (any, error) {
	p, err := parsePath(a.Pathspec, 2, 2)
	if err != nil {
		return nil, err
	}
	tags, err := sc.meta.MutateTags(ctx, p.Flow, p.Run, a.Add, a.Remove)
	return map[string][]string{"user_tags": list(tags.User), "system_tags": list(tags.System)}, err
}

func (r *Reader) serveLatest(ctx context.Context, sc scope, a arguments) (any, error) {
	if _, err := parsePath(a.Flow, 1, 1); err != nil {
		return nil, err
	}
	found, err := r.latest(ctx, sc, a.Flow, a.Namespace, a.Successful)
	if err != nil || found == nil {
		return nil, err
	}
	return found, nil
}

func (r *Reader) serveProvider(context.Context, scope, arguments) (any, error) {
	return r.provider(), nil
}

func (r *Reader) serveUse(_ context.Context, _ scope, a arguments) (any, error) {
	err := r.use(a.Metadata)
	return r.provider(), err
}
