package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	smithy "github.com/aws/smithy-go"

	"github.com/spindle-flow/spindle/engine/objects"
)

// State is how a check came out.
type State string

// The states.
const (
	OK      State = "ok"
	Wrong   State = "wrong"   // it is set, and will not do
	Missing State = "missing" // it is not set, and something that is set needs it
	Unknown State = "unknown" // these credentials may not look it up
)

// Finding is what one check found.
type Finding struct {
	What    string // "values", "queue" …
	Setting string // the variable that says so; empty where none does
	Value   string
	State   State
	Text    string // one line
	Remedy  string // the way out, where the state is not OK
}

// Config is what to check. What is empty is not looked at, unless something else needs it.
type Config struct {
	Root    string          // of values: s3://bucket/prefix
	Objects *objects.Client // to reach it
	// Endpoint is the URL of the server of the values where that is not AWS's own.
	Endpoint string

	Queue, JobRole, ExecutionRole string

	// ServiceURL is the metadata service's address, and Service asks it for its version, as a run would reach it. Both or neither.
	ServiceURL string
	Service    func(ctx context.Context) (version string, err error)

	// Limit is how long one check may take, 10 s if 0.
	Limit time.Duration
	// Nonce makes the name of the object that is written to see whether one can be.
	Nonce string
}

// Variables that the settings come from.
const (
	RootVariable          = "METAFLOW_DATASTORE_SYSROOT_S3"
	QueueVariable         = "METAFLOW_BATCH_JOB_QUEUE"
	JobRoleVariable       = "METAFLOW_ECS_S3_ACCESS_IAM_ROLE"
	ExecutionRoleVariable = "METAFLOW_ECS_FARGATE_EXECUTION_ROLE"
	ServiceVariable       = "METAFLOW_SERVICE_URL"
)

// Check makes all checks that the configuration asks for, side by side. The findings stand in a fixed order.
func Check(ctx context.Context, cfg Config) []Finding {
	if cfg.Limit <= 0 {
		cfg.Limit = 10 * time.Second
	}
	var checks []func(context.Context) []Finding
	if cfg.Root != "" || cfg.Queue != "" {
		aws := &cloud{cfg: cfg}
		checks = append(checks, one(aws.identity), one(cfg.values))
		if cfg.Queue != "" || cfg.JobRole != "" || cfg.ExecutionRole != "" {
			checks = append(checks, aws.batch)
		}
	}
	if cfg.ServiceURL != "" {
		checks = append(checks, one(cfg.service))
	}
	found := make([][]Finding, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, cfg.Limit)
			defer cancel()
			found[i] = check(ctx)
		})
	}
	wg.Wait()
	var all []Finding
	for _, f := range found {
		all = append(all, f...)
	}
	return all
}

func one(check func(context.Context) Finding) func(context.Context) []Finding {
	return func(ctx context.Context) []Finding { return []Finding{check(ctx)} }
}

// cloud are the AWS clients, made from the same variables and files as everywhere else.
type cloud struct {
	cfg  Config
	once sync.Once
	aws  aws.Config
	err  error
}

func (c *cloud) config(ctx context.Context) (aws.Config, error) {
	c.once.Do(func() {
		c.aws, c.err = config.LoadDefaultConfig(context.WithoutCancel(ctx),
			config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(c.cfg.Limit)),
			config.WithRetryMaxAttempts(2), config.WithDefaultRegion("us-east-1"))
		if c.err != nil {
			c.err = fmt.Errorf("read the AWS configuration: %w", c.err)
		}
	})
	return c.aws, c.err
}

// denied says whether an answer is that one may not ask.
func denied(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation":
		return true
	}
	return false
}

// reason is an error of the AWS SDK in one clause.
func reason(ctx context.Context, err error) string {
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorMessage() != "":
		return api.ErrorMessage() + " (" + api.ErrorCode() + ")"
	case errors.As(err, &api):
		return api.ErrorCode()
	case ctx.Err() != nil:
		return "no answer in time"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// refused makes a finding of an answer that is neither a yes nor a "you may not ask".
func (f *Finding) refused(ctx context.Context, what string, err error) {
	f.State = Wrong
	var api smithy.APIError
	if errors.As(err, &api) {
		f.Text, f.Remedy = what+": "+reason(ctx, err), login
		return
	}
	f.Text, f.Remedy = "AWS cannot be reached: "+reason(ctx, err), "check the network, AWS_REGION and AWS_ENDPOINT_URL"
}

// login is the way out where AWS does not take the credentials.
const login = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or log in with `aws sso login`"
