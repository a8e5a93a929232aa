package batch

import (
	"fmt"
	"regexp"
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
func judgeJob(j *types.JobDetail, s *Step) verdict {
	status, container, exit := aws.ToString(j.StatusReason), containerReason(j), exitCode(j)
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
		v.reason = fmt.Sprintf("the image %q has no Python: neither python3 nor python is on its PATH", s.Image)
		v.advice = "choose another with @batch(image=…) or METAFLOW_DEFAULT_CONTAINER_IMAGE"
	case noShell(container, exit):
		v.final = true
		v.reason = strings.TrimSuffix(fmt.Sprintf("the image %q has no /bin/sh to start a task with: %s", s.Image, container), ": ")
		v.advice = "choose another with @batch(image=…) or METAFLOW_DEFAULT_CONTAINER_IMAGE"
	case cancelled(j, status):
		v.final = true
		v.reason = "it was cancelled from outside" + after(": ", status)
	case strings.Contains(container, "OutOfMemory") || exit == 137:
		v = tooSmall(s, exit)
	case exit == remote.ExitBootstrap:
		v.reason = "the container could not fetch what it needs" + stream(j)
		v.advice = "see that the role may read the bucket, and that the container reaches S3"
	case exit == remote.ExitUnwritten:
		v.reason = "the task's outcome could not be written to S3" + stream(j)
	case j.Status == types.JobStatusSucceeded:
		v.final = true
		v.reason = "AWS Batch says that it succeeded, but it has left no outcome" + stream(j)
		v.advice = "see that the job's definition was not changed, and that nothing removes objects below the datastore's root"
	default:
		v.reason = or(or(container, status), "the task crashed") + ended(exit) + stream(j)
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

// stream says where AWS keeps what the container printed.
func stream(j *types.JobDetail) string {
	if j.Container == nil || aws.ToString(j.Container.LogStreamName) == "" {
		return ""
	}
	return fmt.Sprintf("; what it printed is in CloudWatch, group /aws/batch/job, stream %s", *j.Container.LogStreamName)
}

func noShell(container string, exit int) bool {
	starting := strings.Contains(container, "CannotStartContainer") || strings.Contains(container, "exec:")
	return starting && strings.Contains(container, "no such file or directory") || exit == 127 && strings.Contains(container, "/bin/sh")
}

// cancelled says whether a person or a program other than this one ended the job.
func cancelled(j *types.JobDetail, status string) bool {
	if aws.ToBool(j.IsCancelled) || aws.ToBool(j.IsTerminated) {
		return true
	}
	return status != "" && j.Status == types.JobStatusFailed && !ofBatch.MatchString(status)
}

func containerReason(j *types.JobDetail) string {
	if j.Container != nil {
		return aws.ToString(j.Container.Reason)
	}
	for i := len(j.Attempts) - 1; i >= 0; i-- {
		if c := j.Attempts[i].Container; c != nil && aws.ToString(c.Reason) != "" {
			return *c.Reason
		}
	}
	return ""
}

// exitCode is -1 where it is not known.
func exitCode(j *types.JobDetail) int {
	if j.Container != nil && j.Container.ExitCode != nil {
		return int(*j.Container.ExitCode)
	}
	for i := len(j.Attempts) - 1; i >= 0; i-- {
		if c := j.Attempts[i].Container; c != nil && c.ExitCode != nil {
			return int(*c.ExitCode)
		}
	}
	return -1
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
