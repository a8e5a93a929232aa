package wanted

import (
	"github.com/spindle-flow/spindle/config"
)

// Variable is a setting of an environment that is also one of Metaflow's variables: what an environment does not say, the configuration of the machine does,
// and what it says takes their place.
type Variable struct {
	Setting string
	// Names are the variables, the one that counts first.
	Names  []string
	Needed bool
	value  func(v *config.Variant) string
}

// Value is what a variant says of it, empty for nothing.
func (m Variable) Value(v *config.Variant) string { return m.value(v) }

// Variables lists them.
func Variables() []Variable {
	return []Variable{
		{"datastore", []string{"METAFLOW_DATASTORE_SYSROOT_S3"}, true, func(v *config.Variant) string { return v.Environment.Datastore.Text }},
		{"datatools", []string{"METAFLOW_DATATOOLS_S3ROOT"}, false, func(v *config.Variant) string { return v.Environment.Datatools.Text }},
		{"region", []string{"AWS_REGION", "AWS_DEFAULT_REGION"}, false, func(v *config.Variant) string { return v.Environment.Region.Text }},
		{"endpoint", []string{"METAFLOW_S3_ENDPOINT_URL"}, false, func(v *config.Variant) string { return v.Environment.Endpoint.Text }},
		{"service", []string{"METAFLOW_SERVICE_INTERNAL_URL", "METAFLOW_SERVICE_URL"}, false, func(v *config.Variant) string { return v.Environment.Service.Text }},
		{"roles.job", []string{"METAFLOW_ECS_S3_ACCESS_IAM_ROLE"}, false, func(v *config.Variant) string { return v.Environment.Roles.Job.Text }},
		{"roles.execution", []string{"METAFLOW_ECS_FARGATE_EXECUTION_ROLE"}, false, func(v *config.Variant) string { return v.Environment.Roles.Execution.Text }},
		{"roles.state-machine", []string{"METAFLOW_SFN_IAM_ROLE"}, false, func(v *config.Variant) string { return v.Environment.Roles.StateMachine.Text }},
		{"roles.events", []string{"METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE"}, false, func(v *config.Variant) string { return v.Environment.Roles.Events.Text }},
		{"queue", []string{"METAFLOW_BATCH_JOB_QUEUE"}, false, func(v *config.Variant) string { return v.Queue.Text }},
		{"image", []string{"METAFLOW_BATCH_CONTAINER_IMAGE", "METAFLOW_DEFAULT_CONTAINER_IMAGE"}, false, func(v *config.Variant) string { return v.Image.Text }},
	}
}
