package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Settings are what holds for all steps unless their decorators say otherwise.
type Settings struct {
	Image         string // METAFLOW_DEFAULT_CONTAINER_IMAGE
	Registry      string // METAFLOW_DEFAULT_CONTAINER_REGISTRY
	Queue         string // METAFLOW_BATCH_JOB_QUEUE
	JobRole       string // METAFLOW_ECS_S3_ACCESS_IAM_ROLE
	ExecutionRole string // METAFLOW_ECS_FARGATE_EXECUTION_ROLE
	// Tag says whether jobs are tagged (METAFLOW_BATCH_EMIT_TAGS), Tags are tags of all jobs (METAFLOW_BATCH_DEFAULT_TAGS).
	Tag  bool
	Tags map[string]string
	// Python is the version that runs the flow here, whose image is the default.
	Python string
	// RunTime is the limit of a task that has none of its own (METAFLOW_DEFAULT_RUNTIME_LIMIT).
	RunTime time.Duration
	// Spell writes a sentence about decorators in the words of the flow's language; nil where that is Python.
	Spell func(text string) string `json:"-"`
}

// Step is how the tasks of a step are run on Batch.
type Step struct {
	Name                                 string
	Image, Queue, JobRole, ExecutionRole string
	CPU                                  float64
	Memory                               int // MB
	GPU                                  int
	SharedMemory, MaxSwap, Swappiness    *int // nil where not given
	Inferentia, EFA                      int
	HostVolumes, EFSVolumes              []string
	Tags                                 map[string]string
	UseTmpfs, TmpfsTempdir               bool
	TmpfsSize                            int // MiB, 0 for half of the memory
	TmpfsPath                            string
	EphemeralStorage                     int // GiB
	LogDriver                            string
	LogOptions                           []string
	Executable                           string
	Privileged                           bool
	Parallel                             bool
	Tag                                  bool // jobs carry tags
	RunTime                              time.Duration
	Pause                                time.Duration // between attempts
	Retries                              int           // attempts of the user's code after the first
	spell                                func(string) string
}

// SetupError is a step that cannot be run on Batch as it is asked for.
type SetupError struct {
	Step    string
	Problem string
	Hint    string
}

// Error names the step and the problem.
func (e *SetupError) Error() string {
	if e.Step == "" {
		return "AWS Batch: " + e.Problem
	}
	return fmt.Sprintf("step %q cannot run on AWS Batch: %s", e.Step, e.Problem)
}

// Fault is a problem of the step's, with a hint in the words of the flow's language.
func (s *Step) Fault(problem, hint string) *SetupError {
	return &SetupError{s.Name, problem, s.spelled(hint)}
}

// fault is an error of what knows of no language.
func (s *Step) fault(err error) error {
	var setup *SetupError
	if errors.As(err, &setup) {
		setup.Hint = s.spelled(setup.Hint)
	}
	return err
}

func (s *Step) spelled(text string) string {
	if s.spell == nil {
		return text
	}
	return s.spell(text)
}

// Wanted says whether a described step asks for Batch.
func Wanted(d *worker.DescribedStep) bool { return attributesOf(d, "batch") != nil }

// StepOf reads what a described step asks for; nil if it does not ask for Batch.
func StepOf(d *worker.DescribedStep, s Settings) (*Step, error) {
	batch := attributesOf(d, "batch")
	if batch == nil {
		return nil, nil
	}
	batch.max(attributesOf(d, "resources"))
	step := &Step{
		Name: d.Name, Image: batch.text("image"), Queue: or(batch.text("queue"), s.Queue), JobRole: or(batch.text("iam_role"), s.JobRole),
		ExecutionRole: or(batch.text("execution_role"), s.ExecutionRole), CPU: batch.number("cpu", 1), Memory: int(batch.number("memory", 4096)),
		GPU: int(batch.number("gpu", 0)), SharedMemory: batch.whole("shared_memory"), MaxSwap: batch.whole("max_swap"),
		Swappiness: batch.whole("swappiness"), Inferentia: int(batch.number("inferentia", batch.number("trainium", 0))), EFA: int(batch.number("efa", 0)),
		HostVolumes: batch.list("host_volumes"), EFSVolumes: batch.list("efs_volumes"), Tags: map[string]string{},
		TmpfsTempdir: batch.flag("tmpfs_tempdir"), TmpfsSize: int(batch.number("tmpfs_size", 0)), TmpfsPath: batch.text("tmpfs_path"),
		EphemeralStorage: int(batch.number("ephemeral_storage", 0)), LogDriver: batch.text("log_driver"), LogOptions: batch.list("log_options"),
		Executable: batch.text("executable"), Privileged: batch.flag("privileged"), Parallel: d.Parallel,
		RunTime: s.RunTime, Retries: d.Retries.User, Tag: s.Tag, spell: s.Spell,
	}
	step.UseTmpfs = batch.flag("use_tmpfs") || step.TmpfsSize > 0
	step.Image = imageOf(step.Image, s)
	for _, tags := range []map[string]string{s.Tags, batch.dict("aws_batch_tags")} {
		for k, v := range tags {
			step.Tags[k] = v
		}
	}
	if d.TimeoutSeconds > 0 {
		step.RunTime = time.Duration(d.TimeoutSeconds * float64(time.Second))
	}
	if retry := attributesOf(d, "retry"); retry != nil {
		step.Pause = time.Duration(retry.number("minutes_between_retries", 2) * float64(time.Minute))
	}
	return step, step.check()
}

// shortest is the least time Batch gives a job.
const shortest = time.Minute

func (s *Step) check() error {
	if err := remote.CheckExecutable(s.Executable); err != nil {
		return s.Fault(err.Error(), "give a path in the image: @batch(executable=\"/opt/conda/bin/python\")")
	}
	switch {
	case s.JobRole == "":
		return s.Fault("there is no role for the job, with which it reads and writes S3",
			"set METAFLOW_ECS_S3_ACCESS_IAM_ROLE to the role's ARN, or give @batch(iam_role=…)")
	case s.LogDriver == "" && len(s.LogOptions) > 0:
		return s.Fault("its log_options say nothing without a log_driver", `give the driver they are for: @batch(log_driver="awslogs", log_options=…)`)
	case s.LogDriver != "" && !slices.Contains(types.LogDriver("").Values(), types.LogDriver(s.LogDriver)):
		return s.Fault(fmt.Sprintf("its log_driver %q is none that Batch has: %s", s.LogDriver, drivers()), "choose one of these")
	case s.RunTime < shortest:
		return s.Fault(fmt.Sprintf("its timeout is %s, and Batch takes no less than 60 seconds", s.RunTime), "raise it: @timeout(seconds=60)")
	}
	return nil
}

// drivers are the names of the log drivers.
func drivers() string {
	var names []string
	for _, d := range types.LogDriver("").Values() {
		names = append(names, string(d))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// registry is what the name of an image begins with when it names a registry: a host, which has a dot or a port.
var registry = regexp.MustCompile(`^(localhost|[^/]+[.:][^/]*)/`)

func imageOf(image string, s Settings) string {
	image = or(image, s.Image)
	if image == "" {
		parts := strings.SplitN(s.Python, ".", 3)
		image = "python:3"
		if len(parts) >= 2 {
			image = "python:" + parts[0] + "." + parts[1]
		}
	}
	if s.Registry != "" && !registry.MatchString(image) {
		image = strings.TrimRight(s.Registry, "/") + "/" + image
	}
	return image
}

// attributes are a decorator's as the description has them: what is no number, text or container has become its text, None too.
type attributes map[string]any

func attributesOf(d *worker.DescribedStep, name string) attributes {
	for _, deco := range d.Decorators {
		if deco.Name != name {
			continue
		}
		a := attributes{}
		_ = json.Unmarshal(deco.Attributes, &a) // the worker's own JSON
		for key, v := range a {
			if v == "None" || v == nil {
				delete(a, key)
			}
		}
		return a
	}
	return nil
}

// max takes from other what is larger, or not given here, of what @resources has.
func (a attributes) max(other attributes) {
	for _, key := range []string{"cpu", "gpu", "memory", "shared_memory"} {
		theirs, there := other.float(key)
		ours, here := a.float(key)
		if there && (!here || theirs > ours) {
			a[key] = theirs
		}
	}
}

func (a attributes) float(key string) (float64, bool) {
	switch v := a[key].(type) {
	case float64:
		return v, true
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return 0, false
}

func (a attributes) number(key string, otherwise float64) float64 {
	if f, ok := a.float(key); ok {
		return f
	}
	return otherwise
}

func (a attributes) whole(key string) *int {
	f, ok := a.float(key)
	if !ok {
		return nil
	}
	n := int(f)
	return &n
}

func (a attributes) text(key string) string {
	s, _ := a[key].(string)
	return s
}

func (a attributes) flag(key string) bool {
	switch v := a[key].(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	case float64:
		return v != 0
	}
	return false
}

func (a attributes) list(key string) []string {
	switch v := a[key].(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i, one := range v {
			out[i] = fmt.Sprint(one)
		}
		return out
	}
	return nil
}

func (a attributes) dict(key string) map[string]string {
	v, _ := a[key].(map[string]any)
	out := map[string]string{}
	for k, one := range v {
		out[k] = fmt.Sprint(one)
	}
	return out
}
