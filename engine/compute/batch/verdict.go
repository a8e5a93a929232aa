package batch

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/spindle-flow/spindle/engine/compute/remote"
)

// verdict is what there is to say of a job that ended without an outcome.
type verdict struct {
	reason   string // a sentence, without what to do
	advice   string // what to do; empty where another try is all there is
	final    bool   // another try would end the same way
	exit     int
	timedOut bool
}

// killReason is what jobs are told that are ended by us. People see it in AWS's console.
const killReason = "Ended by Spindle: "

// transient are faults of pulling an image that pass.
var transient = regexp.MustCompile(`(?i)timeout|timed out|toomanyrequests|rate limit|i/o|connection (reset|refused)|temporar|TLS handshake|50[0-4] `)

// ofBatch are reasons that Batch itself gives for the end of a job. Any other was written by whoever ended it.
var ofBatch = regexp.MustCompile(`^(Essential container in task exited|Task failed to start|Host EC2|Dependent job|Job attempt duration|Job was terminated|Task failed|DockerTimeoutError|CannotPull|CannotStart|CannotCreate|ResourceInit|OutOfMemory|Container failed|Container exited|ECS|Array)`)

// judgeJob puts into words how a job ended that left no outcome. image and memory are those of the step.
func judgeJob(e *ending, s *Step) verdict {
	status, container, exit := e.reason, e.container, e.exit
	v := verdict{exit: exit}
	switch {
	case strings.HasPrefix(status, "Host EC2"):
		v.reason = "the machine it ran on was taken away (a spot instance reclaimed, or an instance that ended): " + status
	case strings.Contains(status, "attempt duration exceeded timeout"):
		v.timedOut = true
		v.reason = fmt.Sprintf("it did not end within its %s and was ended by AWS Batch", s.RunTime)
		v.advice = "raise its @timeout"
	case strings.Contains(container, "CannotPull"):
		v.final = !transient.MatchString(container)
		v.reason = fmt.Sprintf("the image %q cannot be pulled: %s", s.Image, container)
		v.advice = "see that it exists, and that the role may read its registry"
	case exit == remote.ExitPython:
		v.final = true
		v.reason = fmt.Sprintf("the image %q has no Python: neither python3 nor python is on its PATH, nor spindle-task, which does for a flow in Go", s.Image)
		v.advice = "choose another with @batch(image=…) or METAFLOW_DEFAULT_CONTAINER_IMAGE"
		if s.Executable != "" {
			v.reason = fmt.Sprintf("the image %q has no %s, the executable of the step", s.Image, s.Executable)
			v.advice = "give the path of the image's Python with @batch(executable=…), or leave it out"
		}
	case noShell(container, exit):
		v.final = true
		v.reason = strings.TrimSuffix(fmt.Sprintf("the image %q has no /bin/sh to start a task with: %s", s.Image, container), ": ")
		v.advice = "choose another with @batch(image=…) or METAFLOW_DEFAULT_CONTAINER_IMAGE"
	case e.cancelled():
		v.final = true
		v.reason = "it was cancelled from outside" + after(": ", status)
	case strings.Contains(container, "OutOfMemory") || exit == 137:
		v = tooSmall(s, exit)
	case exit == remote.ExitBootstrap:
		v.reason = "the container could not fetch what it needs" + e.printed()
		v.advice = "see that the role may read the bucket, and that the container reaches S3"
	case exit == remote.ExitUnwritten:
		v.reason = "the task's outcome could not be written to S3" + e.printed()
	case e.status == types.JobStatusSucceeded:
		v.final = true
		v.reason = "AWS Batch says that it succeeded, but it has left no outcome" + e.printed()
		v.advice = "see that the job's definition was not changed, and that nothing removes objects below the datastore's root"
	default:
		v.reason = or(or(container, status), "the task crashed") + ended(exit) + e.printed()
	}
	return v
}

// tooSmall is the end of a task whose container had too little memory.
func tooSmall(s *Step, exit int) verdict {
	return verdict{
		reason: fmt.Sprintf("it needed more than its %d MB of memory and was killed (exit code 137)", s.Memory),
		advice: "ask for more: @resources(memory=…) or @batch(memory=…)", exit: exit,
	}
}

func after(sep, text string) string {
	if text == "" {
		return ""
	}
	return sep + text
}

func ended(exit int) string {
	if exit <= 0 {
		return ""
	}
	return fmt.Sprintf(" (exit code %d)", exit)
}

// printed says where AWS keeps what the container printed.
func (e *ending) printed() string {
	if e.stream == "" {
		return ""
	}
	return fmt.Sprintf("; what it printed is in CloudWatch, group /aws/batch/job, stream %s", e.stream)
}

func noShell(container string, exit int) bool {
	starting := strings.Contains(container, "CannotStartContainer") || strings.Contains(container, "exec:")
	return starting && strings.Contains(container, "no such file or directory") || exit == 127 && strings.Contains(container, "/bin/sh")
}

// cancelled says whether a person or a program other than this one ended the job.
func (e *ending) cancelled() bool {
	return e.stopped || e.reason != "" && e.status == types.JobStatusFailed && !ofBatch.MatchString(e.reason)
}

// ending is how a job ended, as Batch tells it. The whole that it tells, a job's command and variables too, is large, and thousands may end at once.
type ending struct {
	status    types.JobStatus
	reason    string
	stopped   bool   // cancelled or terminated by a call
	container string // why the container ended, where that is known
	exit      int    // -1 where it is not known
	stream    string // of CloudWatch
}

func endingOf(d *types.JobDetail) *ending {
	e := &ending{status: d.Status, reason: aws.ToString(d.StatusReason), stopped: aws.ToBool(d.IsCancelled) || aws.ToBool(d.IsTerminated), exit: -1}
	if c := d.Container; c != nil {
		e.container, e.stream = aws.ToString(c.Reason), aws.ToString(c.LogStreamName)
		if c.ExitCode != nil {
			e.exit = int(*c.ExitCode)
		}
	}
	for _, a := range slices.Backward(d.Attempts) {
		if a.Container == nil {
			continue
		}
		if e.container == "" && d.Container == nil {
			e.container = aws.ToString(a.Container.Reason)
		}
		if e.exit < 0 && a.Container.ExitCode != nil {
			e.exit = int(*a.Container.ExitCode)
		}
	}
	return e
}

// waiting puts into words what Batch says of a job that no machine was found for.
func waiting(status string) string {
	switch {
	case strings.HasPrefix(status, "CAPACITY:"):
		return "AWS has no capacity for the machines it asks for: " + status
	case strings.Contains(status, "MAX_RESOURCE"):
		return "the compute environment is at its limit of vCPUs: " + status
	case strings.Contains(status, "JOB_RESOURCE_REQUIREMENT"):
		return "no machine of the compute environment is large enough for it: " + status
	case strings.HasPrefix(status, "MISCONFIGURATION:"):
		return "the compute environment is set up wrongly: " + status
	}
	return status
}
