package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Around looks at what a container of AWS Batch is and where its machine is. It works beside the task, since a machine that hides what it is answers late
// or never.
type Around struct {
	env  func(name string) string
	http *http.Client
	stop context.CancelFunc
	work sync.WaitGroup

	mu    sync.Mutex
	facts map[string]string
}

// aroundLimit is for all that is asked: it comes from the container's own machine.
const aroundLimit = time.Second

// ofBatch are the variables of a container, and what is recorded of them with its task. The names are Metaflow's.
var ofBatch = map[string]string{
	"AWS_BATCH_JOB_ID": "aws-batch-job-id", "AWS_BATCH_JOB_ATTEMPT": "aws-batch-job-attempt", "AWS_BATCH_CE_NAME": "aws-batch-ce-name",
	"AWS_BATCH_JQ_NAME": "aws-batch-jq-name", "AWS_EXECUTION_ENV": "aws-batch-execution-env",
}

// LookAround begins to look. Outside a container of Batch there is nothing to see.
func LookAround(ctx context.Context, env func(name string) string) *Around {
	ctx, stop := context.WithTimeout(ctx, aroundLimit)
	a := &Around{env: env, http: &http.Client{Transport: &http.Transport{}}, stop: stop, facts: map[string]string{}}
	if env("AWS_BATCH_JOB_ID") == "" {
		return a
	}
	for name, field := range ofBatch {
		a.set(field, env(name))
	}
	if uri := env("ECS_CONTAINER_METADATA_URI_V4"); uri != "" {
		a.work.Go(func() { a.container(ctx, uri) })
	}
	if !strings.EqualFold(env("AWS_EC2_METADATA_DISABLED"), "true") && !strings.Contains(env("AWS_EXECUTION_ENV"), "FARGATE") { // there is no machine of one's own
		a.work.Go(func() { a.machine(ctx) })
	}
	return a
}

// Facts is what was seen, by the field it is recorded as. What has not answered by now is waited for until the limit.
func (a *Around) Facts() map[string]string {
	a.work.Wait()
	a.stop()
	a.http.CloseIdleConnections()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.facts
}

func (a *Around) set(field, value string) {
	if value == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.facts[field] = value
}

// container asks where the container's output goes.
func (a *Around) container(ctx context.Context, uri string) {
	var doc struct {
		LogOptions map[string]string `json:"LogOptions"`
	}
	if a.ask(ctx, http.MethodGet, uri, nil, &doc) != nil {
		return
	}
	for _, name := range []string{"awslogs-group", "awslogs-region", "awslogs-stream"} {
		a.set("aws-batch-"+name, doc.LogOptions[name])
	}
}

// machine asks which instance this is.
func (a *Around) machine(ctx context.Context) {
	base := a.env("AWS_EC2_METADATA_SERVICE_ENDPOINT")
	if base == "" {
		base = "http://169.254.169.254"
	}
	base = strings.TrimRight(base, "/") + "/latest/"
	head := http.Header{}
	var token string
	if a.ask(ctx, http.MethodPut, base+"api/token", http.Header{"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": {"100"}}, &token) == nil {
		head.Set("X-Aws-Ec2-Metadata-Token", token)
	}
	var doc struct {
		Instance string `json:"instanceId"`
		Type     string `json:"instanceType"`
		Region   string `json:"region"`
		Zone     string `json:"availabilityZone"`
	}
	if a.ask(ctx, http.MethodGet, base+"dynamic/instance-identity/document", head, &doc) != nil {
		return
	}
	a.set("ec2-instance-id", doc.Instance)
	a.set("ec2-instance-type", doc.Type)
	a.set("ec2-region", doc.Region)
	a.set("ec2-availability-zone", doc.Zone)
}

// ask reads JSON, or, into a string, text.
func (a *Around) ask(ctx context.Context, method, url string, head http.Header, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return err
	}
	req.Header = head
	answer, err := a.http.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	switch {
	case err != nil:
		return err
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	if plain, ok := into.(*string); ok {
		*plain = string(text)
		return nil
	}
	return json.Unmarshal(text, into)
}
