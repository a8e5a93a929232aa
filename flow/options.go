package flow

import "time"

// Option says something about a flow; see [Main].
type Option interface{ configure(*program) }

// StepOption says something about a step; see [Step] and [EveryStep].
type StepOption interface{ decorate(*stepOptions) }

// Step gives options to one step, named by its method expression: flow.Step((*Train).Fit, flow.Retry{Times: 3}).
func Step(method any, options ...StepOption) Option {
	return optionFunc(func(p *program) { p.perStep = append(p.perStep, optionsOf{method, options}) })
}

// EveryStep gives options to all steps that have none of their kind.
func EveryStep(options ...StepOption) Option {
	return optionFunc(func(p *program) { p.everyStep = append(p.everyStep, options...) })
}

type optionsOf struct {
	method  any
	options []StepOption
}

type optionFunc func(*program)

func (f optionFunc) configure(p *program) { f(p) }

type stepOptionFunc func(*stepOptions)

func (f stepOptionFunc) decorate(s *stepOptions) { f(s) }

// Retry has a failed step run again, at most so many times. Wait is the time between attempts, where a scheduler keeps to it; on this
// machine there is none.
type Retry struct {
	Times int
	Wait  time.Duration
}

// Timeout limits the time of one attempt of a step. When it is over, the step's context is cancelled, and the step has failed even if it
// does not return.
type Timeout time.Duration

// Catch lets the run go on when a step has failed in all its attempts. Field is the Go name of a field of type *[Failure] that then says
// why, and that is nil after a success; without a name the failure is only printed.
type Catch struct{ Field string }

// Environment sets variables for a step.
type Environment map[string]string

// Resources say what a step needs where it runs elsewhere. What is zero is left to that place.
type Resources struct {
	CPU                           float64
	GPU, MemoryMB, SharedMemoryMB int
}

// Batch runs a step on AWS Batch. What is zero is left to the configuration.
type Batch struct {
	Image, Queue, Role, ExecutionRole string
	CPU                               float64
	GPU, MemoryMB, SharedMemoryMB     int
	MaxSwapMB, Swappiness             *int
	Inferentia, Trainium, EFA         int
	HostVolumes, EFSVolumes           []string
	Tags                              map[string]string
	UseTmpfs                          bool
	TmpfsSizeMB                       int
	TmpfsPath                         string
	EphemeralStorageGB                int
	LogDriver                         string
	LogOptions                        []string
	Privileged                        bool
}

// Schedule says when a deployed flow runs: one of Hourly, Daily, Weekly and Cron.
type Schedule struct {
	Hourly, Daily, Weekly bool
	Cron, Timezone        string
}

// ProjectName puts a flow into a project.
type ProjectName string

// AsStart makes a step the first one, whatever its name.
func AsStart() StepOption { return stepOptionFunc(func(s *stepOptions) { s.start = true }) }

// AsEnd makes a step the last one, whatever its name.
func AsEnd() StepOption { return stepOptionFunc(func(s *stepOptions) { s.end = true }) }
