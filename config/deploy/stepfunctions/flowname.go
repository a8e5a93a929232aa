package stepfunctions

import (
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/worker"
)

// FlowName is what a flow is deployed as that no spindle.yaml names: Metaflow's names.
type FlowName struct {
	Machine string
	Token   string // the prefix of its production tokens
	Project bool   // it belongs to a branch of a project
	Short   bool   // the name was too long, and has a hash for its end
}

// NameError is a name that cannot be had.
type NameError struct{ Problem, Hint string }

// Error says what is wrong.
func (e *NameError) Error() string { return e.Problem }

// NameFlow names the deployment of a flow. given is that of --name, prefix METAFLOW_SFN_STATE_MACHINE_PREFIX.
func NameFlow(flow string, project *worker.Project, given, prefix string) (FlowName, error) {
	prefixed := func(name string) string {
		if prefix != "" && !strings.HasPrefix(name, prefix) {
			return prefix + "_" + name
		}
		return name
	}
	if project != nil {
		if given != "" {
			return FlowName{}, &NameError{"--name is not for flows of a @project", "choose a branch: --branch"}
		}
		return nameInProject(prefixed(project.FlowName), project), nil
	}
	if notInOption.MatchString(given) {
		return FlowName{}, &NameError{fmt.Sprintf("the name %q has characters that a state machine's cannot have", given), "use letters, digits, underscores, dashes and dots"}
	}
	if given == "" {
		given = flow
	}
	name := prefixed(given)
	if len(name) > maxMachine {
		return FlowName{}, &NameError{
			fmt.Sprintf("the name %q has %d characters, and a state machine's may have %d", name, len(name), maxMachine), "give a shorter one: step-functions --name NAME create",
		}
	}
	return FlowName{Machine: name, Token: strings.ToLower(name)}, nil
}

func nameInProject(name string, project *worker.Project) FlowName {
	sum := sha1.Sum([]byte(project.Name + "." + project.Branch))
	n := FlowName{Machine: name, Project: true, Token: strings.ToLower("mfprj-" + base32.StdEncoding.EncodeToString(sum[:])[:16])}
	if len(name) > 60 {
		n.Machine, n.Short = name[:60]+"-"+base32sum(name), true
	}
	return n
}
