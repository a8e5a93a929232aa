package remote_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute/remote"
)

// A container sees what Batch tells it, where its output goes, and which machine it is on: by the names that Metaflow records.
func TestAround(t *testing.T) {
	t.Parallel()
	machine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "PUT /latest/api/token":
			_, _ = io.WriteString(w, "secret")
		case "GET /latest/dynamic/instance-identity/document":
			if r.Header.Get("X-aws-ec2-metadata-token") != "secret" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = io.WriteString(w, `{"instanceId": "i-1", "instanceType": "m5.large", "region": "eu-west-1", "availabilityZone": "eu-west-1a"}`)
		case "GET /v4/task":
			_, _ = io.WriteString(w, `{"LogOptions": {"awslogs-group": "/aws/batch/job", "awslogs-region": "eu-west-1", "awslogs-stream": "s/1"}}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer machine.Close()
	batch := map[string]string{
		"AWS_BATCH_JOB_ID": "job", "AWS_BATCH_JOB_ATTEMPT": "1", "AWS_BATCH_CE_NAME": "ce", "AWS_BATCH_JQ_NAME": "jq", "AWS_EXECUTION_ENV": "AWS_ECS_EC2",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": machine.URL + "/", "ECS_CONTAINER_METADATA_URI_V4": machine.URL + "/v4/task",
	}
	told := map[string]string{
		"aws-batch-job-id": "job", "aws-batch-job-attempt": "1", "aws-batch-ce-name": "ce", "aws-batch-jq-name": "jq", "aws-batch-execution-env": "AWS_ECS_EC2",
	}
	logs := map[string]string{"aws-batch-awslogs-group": "/aws/batch/job", "aws-batch-awslogs-region": "eu-west-1", "aws-batch-awslogs-stream": "s/1"}
	instance := map[string]string{
		"ec2-instance-id": "i-1", "ec2-instance-type": "m5.large", "ec2-region": "eu-west-1", "ec2-availability-zone": "eu-west-1a",
	}
	for name, c := range map[string]struct {
		change map[string]string
		want   map[string]string
	}{
		"EC2":          {nil, merged(told, logs, instance)},
		"Fargate":      {map[string]string{"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"}, merged(told, logs, map[string]string{"aws-batch-execution-env": "AWS_ECS_FARGATE"})},
		"no document":  {map[string]string{"ECS_CONTAINER_METADATA_URI_V4": machine.URL + "/gone", "AWS_EC2_METADATA_SERVICE_ENDPOINT": machine.URL + "/gone"}, told},
		"hidden":       {map[string]string{"ECS_CONTAINER_METADATA_URI_V4": "", "AWS_EC2_METADATA_DISABLED": "true"}, told},
		"not on Batch": {map[string]string{"AWS_BATCH_JOB_ID": ""}, map[string]string{}},
	} {
		env := merged(batch, c.change)
		if diff := cmp.Diff(c.want, remote.LookAround(t.Context(), func(name string) string { return env[name] }).Facts()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func merged(all ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, one := range all {
		for k, v := range one {
			out[k] = v
		}
	}
	return out
}
