package targets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/lint/near"
)

// The targets by the names that options and spindle.yaml give them: three schedulers and two computes.
const (
	StepFunctions = "step-functions"
	Argo          = "argo"
	Airflow       = "airflow"
	Batch         = "batch"
	Kubernetes    = "kubernetes"
)

// Names lists the targets.
func Names() []string { return []string{StepFunctions, Argo, Airflow, Batch, Kubernetes} }

// UnknownError is a target that does not exist.
type UnknownError struct {
	Name  string
	Alike string // the target that was probably meant, empty where none is alike
}

// Error names the target and those there are.
func (e *UnknownError) Error() string {
	if e.Alike != "" {
		return fmt.Sprintf("there is no target %q; did you mean %s? (there are %s)", e.Name, e.Alike, strings.Join(Names(), ", "))
	}
	return fmt.Sprintf("there is no target %q; there are %s", e.Name, strings.Join(Names(), ", "))
}

// Known returns an [UnknownError] for a name that is no target.
func Known(name string) error {
	if slices.Contains(Names(), name) {
		return nil
	}
	alike := near.Word(name, Names())
	switch name {
	case "sfn", "stepfunctions":
		alike = StepFunctions
	case "argo-workflows":
		alike = Argo
	case "aws-batch":
		alike = Batch
	case "k8s":
		alike = Kubernetes
	}
	return &UnknownError{name, alike}
}

// title is a target's name in messages.
func title(target string) string {
	return map[string]string{
		StepFunctions: "Step Functions", Argo: "Argo Workflows", Airflow: "Airflow", Batch: "AWS Batch", Kubernetes: "Kubernetes",
	}[target]
}
