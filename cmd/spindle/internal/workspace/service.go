package workspace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/metadata/service"
)

// greetings is how often a service is asked at most before a command that only reads says that there is nobody.
const greetings = 3

// serviced says whether metadata is kept in a service.
func (w *Workspace) serviced() bool { return w.Top.Metadata == "service" }

// Service is the metadata service of these surroundings, nil where metadata is kept here. Nothing is sent before it is used.
func (w *Workspace) Service(user string) (*service.Service, error) {
	if !w.serviced() {
		return nil, nil
	}
	o, err := w.serviceOptions(user)
	if err != nil {
		return nil, err
	}
	return newService(o)
}

func newService(o service.Options) (*service.Service, error) {
	s, err := service.New(o)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	return s, nil
}

func (w *Workspace) serviceOptions(user string) (service.Options, error) {
	o, err := service.FromSettings(w.Env)
	if err != nil {
		return o, fault.Usagef("%v", err)
	}
	o.User, o.Now = user, w.Now
	return o, nil
}

// Greet asks the service whether it is there, soon. It gives up earlier than a run would.
func (w *Workspace) Greet(ctx context.Context) error {
	o, err := w.serviceOptions("")
	if err != nil {
		return err
	}
	return greetService(ctx, o)
}

func greetService(ctx context.Context, o service.Options) error {
	_, err := contact(ctx, o, (*service.Service).Ping)
	if err != nil {
		return WithRemedy(&fault.Store{Err: err})
	}
	return nil
}

// CheckService asks the service whether it would do for a run, and for its version.
func (w *Workspace) CheckService(ctx context.Context) (version string, err error) {
	o, err := w.serviceOptions("")
	if err != nil {
		return "", err
	}
	return contact(ctx, o, (*service.Service).Check)
}

// contact asks the service something for somebody who waits.
func contact(ctx context.Context, o service.Options, ask func(*service.Service, context.Context) (string, error)) (string, error) {
	if o.Tries == 0 || o.Tries > greetings {
		o.Tries = greetings
	}
	o.Base, o.Timeout = 200*time.Millisecond, firstContact/2
	s, err := newService(o)
	if err != nil {
		return "", err
	}
	answer, err := ask(s, ctx)
	return answer, errors.Join(err, s.Close())
}

// openService opens a service that a program names, to read from. The key and the headers are those of the settings: they are sent to no other host than
// that of the settings.
func (w *Workspace) openService(user string) func(url string) (metadata.Provider, error) {
	return func(url string) (metadata.Provider, error) {
		o, err := w.serviceOptions(user)
		if err != nil {
			return nil, err
		}
		if !service.SameHost(url, o.URL) {
			o.Key, o.Headers = "", nil
		}
		o.URL = url
		if err := greetService(context.Background(), o); err != nil {
			return nil, err
		}
		return service.New(o)
	}
}

// inService makes the metadata of s the service's.
func (s *Stores) inService(user string) error {
	kept, err := s.ws.Service(user)
	if err != nil {
		return err
	}
	s.Metadata = kept
	return nil
}

// findInService is FindRun for runs that a service knows.
func (s *Stores) findInService(ctx context.Context, flow, run string) error {
	_, err := s.Metadata.Run(ctx, flow, run)
	switch {
	case errors.Is(err, metadata.ErrNotFound):
		return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("there is no run %s/%s in %s", flow, run, s.Metadata)}, "`spindle runs %s` lists the runs there are", flow)
	case err != nil:
		return WithRemedy(&fault.Store{Err: err})
	}
	s.Values = s.History(s.ws, "").Store(ctx, flow, run)
	return nil
}

// Afar is the error of a run that a service knows but whose values no store at hand has; nil for any other run.
func (s *Stores) Afar(ctx context.Context, flow, run string) error {
	if !s.ws.serviced() {
		return nil
	}
	if steps, err := s.Values.Steps(flow, run); err != nil || len(steps) > 0 {
		return nil // the store has it, or says itself what is wrong
	}
	root := s.History(s.ws, "").Root(ctx, flow, run)
	if root == "" {
		return nil
	}
	return fault.WithHint(&fault.NotFound{Message: fmt.Sprintf("the values of run %s/%s are not here: it was run with the datastore %s", flow, run, root)},
		"go to the machine that has it; with --datastore s3 runs can be read from everywhere")
}
