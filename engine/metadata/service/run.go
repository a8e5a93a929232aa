package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// startTag begins the system tag by which a run's own start finds the run again after an answer was lost.
const startTag = "spindle_start:"

// NewRun implements [metadata.Provider]. The service chooses the id.
func (s *Service) NewRun(ctx context.Context, flow string, tags metadata.Tags) (string, error) {
	if err := errors.Join(ctx.Err(), metadata.CheckNames(flow), metadata.CheckNewTags(tags.User)); err != nil {
		return "", fmt.Errorf("new run of %s: %w", flow, err)
	}
	o, _, err := s.makeRun(ctx, flow, "", tags)
	return o.Run, err
}

// RegisterRun implements [metadata.Provider].
func (s *Service) RegisterRun(ctx context.Context, flow, id string, tags metadata.Tags) (bool, error) {
	err := errors.Join(ctx.Err(), metadata.CheckNames(flow, id), metadata.CheckNewTags(tags.User))
	if _, number := strconv.ParseInt(id, 10, 64); err == nil && number == nil {
		err = fmt.Errorf("the metadata service gives numbers itself: choose an id that is not one, such as %q", "run-"+id)
	}
	if err != nil {
		return false, fmt.Errorf("register run %s/%s: %w", flow, id, err)
	}
	_, created, err := s.makeRun(ctx, flow, id, tags)
	return created, err
}

// makeRun makes a run, and its flow if need be. created is false for one that was there already.
func (s *Service) makeRun(ctx context.Context, flow, id string, tags metadata.Tags) (o metadata.Object, created bool, err error) {
	if _, err := s.supports(ctx, "0"); err != nil { // whatever answers there has to be a service
		return o, false, err
	}
	if err := s.makeFlow(ctx, flow); err != nil {
		return o, false, err
	}
	mark := startTag + s.opts.Token()
	tags.System = append(slices.Clone(tags.System), mark)
	k := call{op: "register a run of " + flow, method: "POST", path: path(flow) + "/run"}
	k.body = s.object(metadata.TaskID{Run: id, Flow: flow}, tags, s.now())
	began, maybe := s.opts.Now(), false
	for try := 1; ; try++ {
		if maybe {
			if o, err = s.started(ctx, flow, mark); err != nil || o.Run != "" {
				return o, true, err
			}
		}
		a, err := s.client.once(ctx, k)
		var e *Error
		if !errors.As(err, &e) {
			if err != nil {
				return o, false, err
			}
			s.health.well()
			found, err := metadata.DecodeObjects(s.opts.URL+k.path, a.body)
			if err == nil && found[0].Run == "" {
				err = &Error{Op: k.op, URL: s.opts.URL, Kind: Strange, Detail: "it gave the run no id"}
			}
			if err != nil {
				return o, false, err
			}
			return found[0], true, nil
		}
		if e.Status == statusConflict {
			return s.taken(ctx, flow, id, mark)
		}
		maybe = maybe || e.maybe
		if !e.passing() || try >= s.opts.Tries {
			e.Tries, e.Took = try, s.opts.Now().Sub(began)
			return o, false, e
		}
		s.health.waiting(try, e)
		if err := s.opts.Sleep(ctx, s.client.wait(try)); err != nil {
			return o, false, err
		}
	}
}

const statusConflict = 409

// taken is a run whose id is known to the service: made by us before an answer was lost, or by somebody else.
func (s *Service) taken(ctx context.Context, flow, id, mark string) (metadata.Object, bool, error) {
	o, err := s.Run(ctx, flow, id)
	return o, err == nil && slices.Contains(o.Tags.System, mark), err
}

// started is the run that has a mark, the empty one if none has.
func (s *Service) started(ctx context.Context, flow, mark string) (metadata.Object, error) {
	runs, err := s.Runs(ctx, flow)
	for _, o := range runs {
		if slices.Contains(o.Tags.System, mark) {
			return o, nil
		}
	}
	return metadata.Object{}, err
}

func (s *Service) makeFlow(ctx context.Context, flow string) error {
	if _, err := s.Flow(ctx, flow); !errors.Is(err, metadata.ErrNotFound) {
		return err
	}
	k := call{op: "register the flow " + flow, method: "POST", path: path(flow), body: flowObject{Flow: flow, Epoch: s.now()}}
	_, err := s.client.patient(ctx, k, s.health.waiting)
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == statusConflict {
		return nil
	}
	return err
}
