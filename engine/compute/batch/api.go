package batch

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
)

// API is what is asked of AWS Batch: calls of the SDK's client, which sends each once.
type API interface {
	SubmitJob(context.Context, *sdk.SubmitJobInput, ...func(*sdk.Options)) (*sdk.SubmitJobOutput, error)
	DescribeJobs(context.Context, *sdk.DescribeJobsInput, ...func(*sdk.Options)) (*sdk.DescribeJobsOutput, error)
	ListJobs(context.Context, *sdk.ListJobsInput, ...func(*sdk.Options)) (*sdk.ListJobsOutput, error)
	TerminateJob(context.Context, *sdk.TerminateJobInput, ...func(*sdk.Options)) (*sdk.TerminateJobOutput, error)
	DescribeJobQueues(context.Context, *sdk.DescribeJobQueuesInput, ...func(*sdk.Options)) (*sdk.DescribeJobQueuesOutput, error)
	DescribeComputeEnvironments(context.Context, *sdk.DescribeComputeEnvironmentsInput, ...func(*sdk.Options)) (*sdk.DescribeComputeEnvironmentsOutput, error)
	DescribeJobDefinitions(context.Context, *sdk.DescribeJobDefinitionsInput, ...func(*sdk.Options)) (*sdk.DescribeJobDefinitionsOutput, error)
	RegisterJobDefinition(context.Context, *sdk.RegisterJobDefinitionInput, ...func(*sdk.Options)) (*sdk.RegisterJobDefinitionOutput, error)
}

// Client is AWS Batch in one region.
type Client struct {
	API
	Region string
	renew  func()
}

// Renew forgets credentials that have run out.
func (c *Client) Renew() {
	if c.renew != nil {
		c.renew()
	}
}

// Connection says how Batch is spoken to. What is left out is as the AWS variables and files say.
type Connection struct {
	Endpoint string
	Region   string
	Login    aws.CredentialsProvider
	// Limit is how long a call may take, 30 s if 0.
	Limit time.Duration
}

// Open reads the AWS configuration. Nothing is sent yet.
func Open(ctx context.Context, c Connection) (*Client, error) {
	if c.Limit <= 0 {
		c.Limit = 30 * time.Second
	}
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(c.Limit)),
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }), // tries are this package's
	}
	if c.Region != "" {
		options = append(options, config.WithRegion(c.Region))
	}
	if c.Login != nil {
		options = append(options, config.WithCredentialsProvider(c.Login))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if loaded.Region == "" {
		loaded.Region = "us-east-1"
	}
	client := sdk.NewFromConfig(loaded, func(o *sdk.Options) {
		if c.Endpoint != "" {
			o.BaseEndpoint = aws.String(c.Endpoint)
		}
	})
	return &Client{API: client, Region: loaded.Region, renew: func() {
		if cache, ok := loaded.Credentials.(*aws.CredentialsCache); ok {
			cache.Invalidate()
		}
	}}, nil
}
