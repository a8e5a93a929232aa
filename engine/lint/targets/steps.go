package targets

import (
	"slices"
	"strconv"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// longest is how many characters a flow's name can have. With @project, and with the option --name, the name is another.
func longest(target string) int {
	if target == Argo {
		return 45
	}
	return 80
}

// checkNameLength reports flows whose names the target can't take.
func checkNameLength(c *checker) {
	if !c.settled || len(c.named("project")) > 0 {
		return
	}
	for _, t := range c.targets {
		if n := len([]rune(c.flow.Name)); n > longest(t) {
			c.report(c.flow.NameRange, "Deploy it with --name, or shorten it.", "the name of the flow has %d characters, %s takes %d", n, title(t), longest(t))
		}
	}
}

// computes says what a target makes of decorators that name another place to run: refuses them, or leaves them out.
func computes(target string) (refused, ignored []string) {
	switch target {
	case StepFunctions:
		return []string{"slurm"}, []string{"kubernetes"}
	case Argo:
		return []string{"batch", "slurm", "snowpark", "nvidia", "nvct"}, nil
	case Airflow:
		return []string{"batch", "slurm"}, nil
	case Batch:
		return []string{"kubernetes"}, nil
	}
	return []string{"batch"}, nil
}

// checkCompute reports steps that are to run somewhere that the target can't reach.
func checkCompute(c *checker) {
	for _, u := range c.uses {
		if u.Node == nil || !u.Settled && u.Is != nil {
			continue
		}
		var refuse, ignore []string
		for _, t := range c.targets {
			refused, ignored := computes(t)
			switch {
			case slices.Contains(refused, u.SDK):
				refuse = append(refuse, t)
			case slices.Contains(ignored, u.SDK):
				ignore = append(ignore, t)
			}
		}
		if len(refuse) > 0 {
			c.report(u.Range, "Take it off the step, or choose another target.", "%s can't run %s with @%s", who(refuse), u.Place(), u.SDK)
		}
		if len(ignore) > 0 {
			c.report(u.Range, "The step runs on AWS Batch.", "@%s of %s has no effect on %s", u.SDK, u.Place(), who(ignore)).Severity = lint.Warning
		}
	}
}

// checkArguments reports arguments of @kubernetes that the target can't express.
func checkArguments(c *checker) {
	for _, u := range c.named("kubernetes") {
		if slices.Contains(c.targets, Airflow) {
			for _, name := range []string{"use_tmpfs", "tmpfs_size", "persistent_volume_claims", "image_pull_policy"} {
				if a := u.Arg(name); a != nil && u.Given(name) {
					c.report(a.Range, "Leave it out.", "%s can't take %s of @kubernetes", title(Airflow), name)
				}
			}
		}
		if a := u.Arg("namespace"); slices.Contains(c.targets, Argo) && a != nil && u.Given("namespace") {
			c.report(a.Range, "Configure METAFLOW_KUBERNETES_NAMESPACE instead.",
				"%s runs all steps in one namespace: %s must be the configured one", title(Argo), a.Value).Severity = lint.Warning
		}
	}
}

// shortest is the shortest time, in seconds, that Batch and Kubernetes take as a limit.
const shortest = 60

// checkTimeout reports times that the compute behind the target refuses. With its decorator on the step, SP315 tells.
func checkTimeout(c *checker) {
	for _, u := range c.named("timeout") {
		seconds, known := u.Seconds()
		if _, told := u.Beside(c.uses, "batch", "kubernetes"); told || !known || seconds == 0 || seconds >= shortest {
			continue
		}
		c.report(u.Range, "Give at least 60 seconds.", "the timeout of %s is %s seconds, too short for %s", u.Place(), strconv.Itoa(int(seconds)), c.who())
	}
}

// checkParallelCatch reports gangs whose failure is to be caught on Kubernetes. With @kubernetes on the step, SP312 tells.
func checkParallelCatch(c *checker) {
	for _, u := range c.named("catch") {
		gang, ok := u.Beside(c.uses, "parallel", "pytorch_parallel")
		if _, told := u.Beside(c.uses, "kubernetes"); !ok || told || u.Node == nil || u.Node.Type == graph.TypeUnknown {
			continue
		}
		c.report(u.Range, "Take it off, or run the step on AWS Batch.", "%s can't catch the failure of the parallel step %q", c.who(), u.Node.Name).
			Relate(gang.Range, "@%s", gang.SDK)
	}
}
