package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// Service keeps metadata in a metadata service.
type Service struct {
	opts   Options
	client *client
	health *health
	queue  *queue
	beats  *beats
	kept   keptTasks
	stop   context.CancelFunc

	mu      sync.Mutex
	version string // guarded by mu
	asked   bool   // guarded by mu: the version is known
}

var _ metadata.Deferred = (*Service)(nil)

// New is the service that o names. Nothing is sent yet.
func New(o Options) (*Service, error) {
	if err := checkURL(o.URL); err != nil {
		return nil, err
	}
	o.setDefaults()
	ctx, stop := context.WithCancel(context.Background())
	s := &Service{opts: o, client: newClient(o), stop: stop}
	s.health = newHealth(o, &s.client.successes)
	s.queue = newQueue(ctx, s)
	s.beats = newBeats(ctx, s)
	return s, nil
}

// checkURL refuses what cannot be a service's address.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return fmt.Errorf("the metadata is to be kept in a service, but nothing says where: set %s=http://host:port", URLVariable)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%s=%q is not an address: it has the form http://host:port", URLVariable, text)
	}
	return nil
}

// Headers reads METAFLOW_SERVICE_HEADERS.
func Headers(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	var headers map[string]string
	if err := json.Unmarshal([]byte(text), &headers); err != nil {
		return nil, fmt.Errorf(`%s is not a JSON object of texts, such as {"name": "value"}: %w`, HeadersVariable, err)
	}
	return headers, nil
}

// Name implements [metadata.Provider].
func (s *Service) Name() string { return "service" }

// Root implements [metadata.Provider]: the service's address.
func (s *Service) Root() string { return s.opts.URL }

// String implements [metadata.Provider].
func (s *Service) String() string { return "service@" + s.opts.URL }

// TaskName implements [metadata.Deferred]. The service takes ids that are not numbers as they are given.
func (s *Service) TaskName(n int) string { return "t-" + strconv.Itoa(n) }

// Watch implements [metadata.Deferred].
func (s *Service) Watch(told func(metadata.Status)) { s.health.watch(told) }

// Standing implements [metadata.Deferred].
func (s *Service) Standing() metadata.Status { return s.health.standing() }

// Close ends what goes on in the background. What has not been posted then never is: see [Service.Flush].
func (s *Service) Close() error {
	s.stop()
	s.queue.wait()
	s.beats.wait()
	s.client.http.CloseIdleConnections()
	return nil
}

// Ping asks the service for its version, which is empty where it does not say.
func (s *Service) Ping(ctx context.Context) (string, error) {
	a, err := s.client.patient(ctx, call{op: "reach the metadata service", method: "GET", path: "/ping"}, s.health.waiting)
	if err != nil {
		return "", notService(err, s.opts.URL)
	}
	s.health.well()
	return a.header.Get("METADATA_SERVICE_VERSION"), nil
}

// notService puts it into words that nothing below an address is a service: its /ping is always there.
func notService(err error, address string) error {
	if e := (*Error)(nil); errors.As(err, &e) && (e.Kind == NotFound || e.Kind == Refused) {
		return &Error{Op: e.Op, URL: address, Kind: Strange, Status: e.Status, Detail: fmt.Sprintf("it has no /ping (status %d)", e.Status)}
	}
	return err
}

// supports says whether the service knows what came with a version; it is asked for its own once.
func (s *Service) supports(ctx context.Context, want string) (bool, error) {
	if s.opts.AnyVersion {
		return true, nil
	}
	s.mu.Lock()
	version, asked := s.version, s.asked
	s.mu.Unlock()
	if !asked {
		var err error
		if version, err = s.Ping(ctx); err != nil {
			return false, err
		}
		s.mu.Lock()
		s.version, s.asked = version, true
		s.mu.Unlock()
	}
	return atLeast(version, want), nil
}

// need is an error where the service is older than a version that does what is wanted.
func (s *Service) need(ctx context.Context, want, what string) error {
	ok, err := s.supports(ctx, want)
	if err != nil || ok {
		return err
	}
	s.mu.Lock()
	version := s.version
	s.mu.Unlock()
	if version == "" {
		version = "one that does not say which"
	}
	return &Error{Op: what, URL: s.opts.URL, Kind: TooOld, Detail: fmt.Sprintf("this needs version %s, it is %s", want, version)}
}

// path is the address of an object; empty names end it.
func path(names ...string) string {
	var b strings.Builder
	for i, kind := range [...]string{"/flows/", "/runs/", "/steps/", "/tasks/", "/artifacts/"} {
		if i >= len(names) || names[i] == "" {
			break
		}
		b.WriteString(kind)
		b.WriteString(url.PathEscape(names[i]))
	}
	return b.String()
}

func pathOf(t metadata.TaskID) string { return path(t.Flow, t.Run, t.Step, t.Task) }

// SameHost says whether two addresses lead to the same server, so that a key for one may be sent to the other.
func SameHost(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	return errA == nil && errB == nil && u.Scheme == v.Scheme && u.Host == v.Host
}
