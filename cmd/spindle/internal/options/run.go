package options

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
)

// Run are the options of `run` and `resume`.
type Run struct {
	Tags         []string
	MaxWorkers   int
	MaxNumSplits int
	MaxLogSize   int // megabytes
	RunIDFile    string
	AttrFile     string
	Namespace    string

	// Of resume only.
	Origin    string
	CloneOnly bool
	RunID     string
	Reentrant bool
	ResumeID  string

	// namespaceGiven is true when --namespace was given, also as empty.
	namespaceGiven bool
}

// NewRun are the options as they stand when none is given.
func NewRun() *Run { return &Run{MaxWorkers: 16, MaxNumSplits: 100, MaxLogSize: 10} }

// Bind adds the options of `run` to flags, but for those whose name is taken by a parameter of the flow.
func (r *Run) Bind(flags *pflag.FlagSet) {
	r.common(flags)
	text(flags, &r.Namespace, "namespace", "let steps see past runs of this `TAG`; empty for all (default user:<name>)")
}

// BindResume adds the options of `resume` to flags.
func (r *Run) BindResume(flags *pflag.FlagSet) {
	text(flags, &r.Origin, "origin-run-id", "resume the run of this `ID` (default: the flow's latest)")
	Switch(flags, &r.CloneOnly, "clone-only", "no-clone-only", "take over what has finished, and run nothing")
	r.common(flags)
	hidden(flags, &r.RunID, "run-id", "the id of the new run; must not be a number")
	hiddenSwitch(flags, &r.Reentrant, "reentrant", "no-reentrant", "where the run of --run-id is being resumed already, wait for its end")
	hidden(flags, &r.ResumeID, "resume-identifier", "internal")
}

func (r *Run) common(flags *pflag.FlagSet) {
	list(flags, &r.Tags, "tag", "give the run this `TAG`; may be given several times")
	number(flags, &r.MaxWorkers, "max-workers", "run at most `N` tasks at the same time")
	number(flags, &r.MaxNumSplits, "max-num-splits", "let a foreach make at most `N` tasks")
	number(flags, &r.MaxLogSize, "max-log-size", "keep at most `MB` megabytes of a task's stdout, and of its stderr")
	text(flags, &r.RunIDFile, "run-id-file", "write the run's id to this `FILE`")
	hidden(flags, &r.AttrFile, "runner-attribute-file", "write the run's id and where its metadata is to this file, as JSON")
}

// Finish takes from the environment (METAFLOW_RUN_MAX_WORKERS) what the command line left open, and checks the values.
func (r *Run) Finish(command string, flags *pflag.FlagSet, lookupEnv func(string) (string, bool)) error {
	given := func(name string) bool {
		f := flags.Lookup(name)
		return f != nil && f.Changed
	}
	env := func(option, variable string) (string, bool) {
		if given(option) {
			return "", false
		}
		return lookupEnv("METAFLOW_" + strings.ToUpper(command) + "_" + variable)
	}
	if v, ok := env("tag", "TAGS"); ok {
		r.Tags = strings.Fields(v)
	}
	for _, t := range []struct {
		option, variable string
		target           *string
	}{
		{"run-id-file", "RUN_ID_FILE", &r.RunIDFile}, {"runner-attribute-file", "RUNNER_ATTRIBUTE_FILE", &r.AttrFile},
		{"origin-run-id", "ORIGIN_RUN_ID", &r.Origin},
	} {
		if v, ok := env(t.option, t.variable); ok {
			*t.target = v
		}
	}
	r.namespaceGiven = given("namespace")
	if v, ok := env("namespace", "USER_NAMESPACE"); ok {
		r.Namespace, r.namespaceGiven = v, true
	}
	return r.numbers(env)
}

func (r *Run) numbers(env func(option, variable string) (string, bool)) error {
	for _, t := range []struct {
		option, variable string
		target           *int
	}{
		{"max-workers", "MAX_WORKERS", &r.MaxWorkers}, {"max-num-splits", "MAX_NUM_SPLITS", &r.MaxNumSplits},
		{"max-log-size", "MAX_LOG_SIZE", &r.MaxLogSize},
	} {
		if v, ok := env(t.option, t.variable); ok {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil {
				return fault.Usagef("invalid value for --%s from the environment: %q is not an integer", t.option, v)
			}
			*t.target = n
		}
		if *t.target < 1 {
			return fault.Usagef("invalid value for --%s: %d is less than 1", t.option, *t.target)
		}
	}
	if r.RunID != "" {
		if _, err := strconv.Atoi(r.RunID); err == nil {
			return fault.Usagef("--run-id %q must not be a number: numbers are given by Spindle", r.RunID)
		}
	}
	return nil
}

// View is the namespace for the client API: nil for everything, identity when none was given.
func (r *Run) View(identity string) *string {
	if !r.namespaceGiven {
		return &identity
	}
	if r.Namespace == "" {
		return nil
	}
	return &r.Namespace
}

// LogLimit is MaxLogSize in bytes.
func (r *Run) LogLimit() int64 { return int64(r.MaxLogSize) * 1024 * 1024 }

// Attributes is the content of --runner-attribute-file.
func Attributes(flow, run, metadata string) []byte {
	return fmt.Appendf(nil, `{"run_id": %q, "flow_name": %q, "metadata": %q}`, run, flow, metadata)
}
