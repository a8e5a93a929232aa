package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/google/uuid"

	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Connection says how the services are spoken to. What is left out is as the AWS variables and files say.
type Connection struct {
	Region string
	Role   string // of state machines, as in [Target]
	Store  Store
}

// tries is how often a call is made before it counts as failed.
const tries = 6

// Open makes a Target that speaks to AWS. Nothing is sent yet.
func Open(ctx context.Context, c Connection) (*Target, error) {
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(30 * time.Second)),
		config.WithRetryer(func() aws.Retryer {
			return retry.AddWithMaxAttempts(retry.NewAdaptiveMode(), tries)
		}),
	}
	if c.Region != "" {
		options = append(options, config.WithRegion(c.Region))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if loaded.Region == "" {
		loaded.Region = "us-east-1"
	}
	jobs, err := batch.Open(ctx, batch.Connection{Region: loaded.Region})
	if err != nil {
		return nil, err
	}
	return &Target{
		States: sfn.NewFromConfig(loaded), Rules: eventbridge.NewFromConfig(loaded), Jobs: batch.NewRegistry(jobs), Store: c.Store,
		Region: loaded.Region, Role: c.Role, NewName: uuid.NewString, Waits: 2 * time.Minute, Sleep: objects.Sleep,
	}, nil
}

// CallError is a call that a service did not carry out.
type CallError struct {
	Service string // Step Functions, EventBridge
	Op      string
	Err     error
}

// Error says what was asked, and what the service answered.
func (e *CallError) Error() string {
	return e.Service + ": " + e.Op + ": " + e.reason()
}

func (e *CallError) reason() string {
	if e.expired() {
		return "the credentials have expired"
	}
	if api, ok := errors.AsType[smithy.APIError](e.Err); ok && api.ErrorMessage() != "" {
		return api.ErrorMessage() + " (" + api.ErrorCode() + ")"
	}
	return objects.RootCause(e.Err)
}

func (e *CallError) expired() bool {
	api, ok := errors.AsType[smithy.APIError](e.Err)
	return ok && strings.Contains(api.ErrorCode(), "Expired")
}

// Remedy says what to do, where that is known.
func (e *CallError) Remedy() string {
	api, ok := errors.AsType[smithy.APIError](e.Err)
	switch {
	case e.expired():
		return "log in again (aws sso login), or set fresh AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; then do the same again: what was done stays"
	case ok && strings.Contains(api.ErrorCode(), "AccessDenied"):
		return "docs/deploy/step-functions.md lists the rights that a deployment needs"
	}
	return ""
}

// Unwrap gives the error below.
func (e *CallError) Unwrap() error { return e.Err }

// states and events make of a failed call one that says what was asked.
func statesError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &CallError{"Step Functions", op, err}
}

func rulesError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &CallError{"EventBridge", op, err}
}
