package stepfunctions

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
)

// Options are what only this target knows of a deployment: [deploy.Deployment.Target]. spindle.yaml has some of them under step-functions.
type Options struct {
	// Role is the ARN of the machine's role (METAFLOW_SFN_IAM_ROLE). The account and the partition are read from it.
	Role string `json:"role"`
	// EventsRole is the ARN of the role with which a schedule starts executions (METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE).
	EventsRole string `json:"events_role"`
	// Log says whether executions are logged, to the log group with the ARN LogGroup (METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN).
	Log         bool              `json:"log_execution_history"`
	LogGroup    string            `json:"log_group"`
	Distributed bool              `json:"use_distributed_map"`
	BatchTags   map[string]string `json:"batch_tags"`
	// Platform is what is behind the job queues: EC2 or FARGATE. Empty is EC2, but for a step that asks for what only Fargate has.
	Platform batch.Platform `json:"platform"`
	// Queues are queues that were looked at, with what is behind them ([Target.Look]).
	Queues map[string]batch.Platform `json:"queues"`
	// Authorize is a production token that was presented, for a machine that somebody else has deployed.
	Authorize string `json:"authorize"`
}

// Map is what goes into a deployment.
func (o Options) Map() (map[string]json.RawMessage, error) {
	data, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	m := map[string]json.RawMessage{}
	return m, json.Unmarshal(data, &m)
}

// optionsOf reads them back.
func optionsOf(d *deploy.Deployment) (o Options, err error) {
	data, err := json.Marshal(d.Target)
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	if err != nil {
		return o, fmt.Errorf("options of %s for Step Functions: %w", d.Name, err)
	}
	return o, nil
}

// SetupError is a deployment that cannot be made because something is not set up.
type SetupError struct{ Problem, Hint string }

// Error says what is missing.
func (e *SetupError) Error() string { return "Step Functions: " + e.Problem }

// Remedy says what to do.
func (e *SetupError) Remedy() string { return e.Hint }

// account is what a role's ARN tells.
type account struct{ partition, id string }

func accountOf(role string) (account, error) {
	parts := strings.Split(role, ":")
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "iam" {
		return account{}, &SetupError{fmt.Sprintf("%q is not the ARN of a role", role), "it looks like arn:aws:iam::123456789012:role/name"}
	}
	return account{parts[1], parts[4]}, nil
}

func (a account) machine(region, name string) string {
	return fmt.Sprintf("arn:%s:states:%s:%s:stateMachine:%s", a.partition, region, a.id, name)
}

// check says what is missing for a deployment.
func (o Options) check(d *deploy.Deployment) error {
	switch {
	case o.Role == "":
		return &SetupError{"there is no role for state machines", "set METAFLOW_SFN_IAM_ROLE to the ARN of a role that may run jobs on AWS Batch and read the datastore"}
	case d.Schedule != "" && o.EventsRole == "":
		return &SetupError{"there is no role with which a schedule starts the state machine",
			"set METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE to the ARN of a role that may start executions"}
	case o.Log && o.LogGroup == "":
		return &SetupError{"executions are to be logged, and there is no log group", "set METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN"}
	case d.Timezone != "" && d.Timezone != "UTC":
		return &SetupError{"a schedule in the time zone " + d.Timezone + " cannot be had: rules of EventBridge are in UTC", "write the times in UTC, and leave the time zone out"}
	}
	return nil
}
