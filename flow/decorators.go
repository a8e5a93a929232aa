package flow

import (
	"errors"
	"fmt"
	"time"
)

// maxAttempts is how many attempts a task has at most, handlers of failures included.
const maxAttempts = 6

// fallbacks are the attempts in which only the failure is handled.
const fallbacks = 3

// stepOptions are what a step has been given.
type stepOptions struct {
	start, end  bool
	retry       *Retry
	timeout     time.Duration
	catch       *Catch
	environment Environment
	resources   *Resources
	batch       *Batch
}

func (r Retry) decorate(s *stepOptions)       { s.retry = &r }
func (t Timeout) decorate(s *stepOptions)     { s.timeout = time.Duration(t) }
func (c Catch) decorate(s *stepOptions)       { s.catch = &c }
func (e Environment) decorate(s *stepOptions) { s.environment = e }
func (r Resources) decorate(s *stepOptions)   { s.resources = &r }
func (b Batch) decorate(s *stepOptions)       { s.batch = &b }

func (s Schedule) configure(p *program)    { p.schedule = &s }
func (n ProjectName) configure(p *program) { p.project = string(n) }

// settle gives a step its options: those of every step first, so that its own replace them.
func (p *program) settle(s *step) error {
	for _, o := range p.everyStep {
		o.decorate(&s.stepOptions)
	}
	for _, given := range p.perStep {
		if methodName(given.method) == s.goName {
			for _, o := range given.options {
				o.decorate(&s.stepOptions)
			}
		}
	}
	if err := p.checkOptions(s); err != nil {
		return fmt.Errorf("%s.%s: %w", p.name, s.goName, err)
	}
	return nil
}

func (p *program) checkOptions(s *step) error {
	var faults []error
	if s.retry != nil {
		faults = append(faults, s.retry.check())
	}
	if s.timeout < 0 {
		faults = append(faults, fmt.Errorf("a timeout of %s: it must be more than nothing", s.timeout))
	}
	if s.catch != nil && s.catch.Field != "" {
		f := p.goField(s.catch.Field)
		switch {
		case f == nil:
			faults = append(faults, fmt.Errorf("flow.Catch names the field %q, which %s does not have", s.catch.Field, p.name))
		case f.typ != failureType:
			faults = append(faults, fmt.Errorf("flow.Catch names the field %s of type %s: it must be a *flow.Failure", f.goName, f.typ))
		}
	}
	return errors.Join(faults...)
}

func (r Retry) check() error {
	if r.Times < 0 || r.Times+2 > maxAttempts {
		return fmt.Errorf("flow.Retry{Times: %d}: it must be from 0 to %d", r.Times, maxAttempts-2)
	}
	return nil
}

func (p *program) goField(name string) *field {
	for _, f := range p.fields {
		if f.goName == name {
			return f
		}
	}
	return nil
}

// retries are the attempts after the first: of the step, and of the handler after those.
func (s *stepOptions) retries() (user, handler int) {
	if s.retry != nil {
		user = s.retry.Times
	}
	if s.catch != nil {
		handler = fallbacks
	}
	return user, handler
}
