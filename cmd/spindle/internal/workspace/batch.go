package workspace

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// BatchFault is a step that cannot run on Batch, with the way out.
func BatchFault(err error) error {
	var setup *batch.SetupError
	if errors.As(err, &setup) {
		return fault.WithHint(fault.Usagef("%v", err), "%s", setup.Hint)
	}
	return err
}

// BatchSettings are Metaflow's variables of AWS Batch, for the flow that the program runs.
func (w *Workspace) BatchSettings(p Program) (*batch.Settings, error) {
	env, python := w.Env, p.Version()
	var spell func(string) string
	if p.Language().Name() == graph.Go {
		python, spell = "", golang.Spelled // any image that helpers start in will do
	}
	s := &batch.Settings{
		Image: env("METAFLOW_DEFAULT_CONTAINER_IMAGE"), Registry: env("METAFLOW_DEFAULT_CONTAINER_REGISTRY"), Queue: env("METAFLOW_BATCH_JOB_QUEUE"),
		JobRole: env("METAFLOW_ECS_S3_ACCESS_IAM_ROLE"), ExecutionRole: env("METAFLOW_ECS_FARGATE_EXECUTION_ROLE"), Python: python,
		Spell: spell, RunTime: 432000 * time.Second,
	}
	if own := env("METAFLOW_BATCH_CONTAINER_IMAGE"); own != "" {
		s.Image = own
	}
	if own := env("METAFLOW_BATCH_CONTAINER_REGISTRY"); own != "" {
		s.Registry = own
	}
	if text := env("METAFLOW_DEFAULT_RUNTIME_LIMIT"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds <= 0 {
			return nil, fault.Usagef("METAFLOW_DEFAULT_RUNTIME_LIMIT=%q is not a number of seconds", text)
		}
		s.RunTime = time.Duration(seconds) * time.Second
	}
	switch text := strings.ToLower(env("METAFLOW_BATCH_EMIT_TAGS")); text {
	case "", "0", "false", "no":
	default:
		s.Tag = true
	}
	if text := env("METAFLOW_BATCH_DEFAULT_TAGS"); text != "" {
		if err := json.Unmarshal([]byte(text), &s.Tags); err != nil {
			return nil, fault.Usagef(`METAFLOW_BATCH_DEFAULT_TAGS=%q is not a JSON object of texts, as {"team": "ml"}`, text)
		}
	}
	return s, nil
}

// BatchContainer are the variables of a container itself, before a helper runs in it.
func BatchContainer(region string) map[string]string {
	env := map[string]string{"METAFLOW_RUNTIME_ENVIRONMENT": "aws-batch"}
	if region != "" {
		env["AWS_DEFAULT_REGION"] = region
	}
	return env
}

// passedOn are settings that helpers and steps get as they are here.
var passedOn = []string{
	"METAFLOW_DATATOOLS_S3ROOT", "METAFLOW_CARD_S3ROOT", "METAFLOW_S3_ENDPOINT_URL", "METAFLOW_S3_SERVER_SIDE_ENCRYPTION", "METAFLOW_S3_RETRY_COUNT",
	"METAFLOW_S3_WORKER_COUNT", "METAFLOW_OTEL_ENDPOINT", "METAFLOW_OTEL_SERVICE_NAME", "METAFLOW_SERVICE_HEADERS", "METAFLOW_DEFAULT_METADATA",
	"METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE", "METAFLOW_AWS_SECRETS_MANAGER_DEFAULT_REGION",
}

// ContainerEnv are the variables of helpers and steps in containers. file is the flow's, root the datastore.
func (w *Workspace) ContainerEnv(user, file, root string) map[string]string {
	env := map[string]string{
		"METAFLOW_USER": user, "METAFLOW_DATASTORE_SYSROOT_S3": root, "METAFLOW_DEFAULT_DATASTORE": "s3",
		"METAFLOW_RUNTIME_ENVIRONMENT": "aws-batch", "METAFLOW_FLOW_FILENAME": filepath.Base(file),
	}
	for _, name := range passedOn {
		if value := w.Env(name); value != "" {
			env[name] = value
		}
	}
	service := w.Env("METAFLOW_SERVICE_INTERNAL_URL")
	if service == "" {
		service = w.Env("METAFLOW_SERVICE_URL")
	}
	if service != "" {
		env["METAFLOW_SERVICE_URL"] = service
	}
	if key := w.Env("METAFLOW_SERVICE_AUTH_KEY"); key != "" && service != "" {
		env["METAFLOW_SERVICE_AUTH_KEY"] = key // as Metaflow sends it, among the headers
	}
	return env
}
