package s3client

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Config says where the store is and how it is spoken to. All may be left out: what the AWS variables and files say then holds.
type Config struct {
	// Endpoint is the URL of a server that is not AWS's own. Its buckets are named in the path.
	Endpoint string
	Region   string
	// Login gives the credentials instead of the variables and files.
	Login aws.CredentialsProvider
	// Connect and Stall limit how long making a connection may take, and how long nothing may move on one: 5 s and 30 s if 0.
	Connect, Stall time.Duration
	// Connections is how many are kept open, 64 if 0.
	Connections int
}

// Client sends requests. It implements objects.Requests.
type Client struct {
	s3       *s3.Client
	endpoint string // for messages
	login    *login

	mu      sync.Mutex
	regions map[string]string // guarded by mu; of buckets that turned out to be elsewhere
}

// Open reads the configuration and returns a client. Nothing is sent yet.
func Open(ctx context.Context, cfg Config) (*Client, error) {
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(cfg.transport)), // it knows AWS_CA_BUNDLE
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
	}
	if cfg.Region != "" {
		options = append(options, config.WithRegion(cfg.Region))
	}
	if cfg.Login != nil {
		options = append(options, config.WithCredentialsProvider(cfg.Login))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if loaded.Region == "" {
		loaded.Region = "us-east-1" // as other clients take it
	}
	c := &Client{login: &login{provider: loaded.Credentials}, regions: map[string]string{}}
	loaded.Credentials = c.login
	c.s3 = s3.NewFromConfig(loaded, func(o *s3.Options) {
		if cfg.Endpoint != "" {
			o.BaseEndpoint = aws.String(strings.TrimRight(cfg.Endpoint, "/"))
		}
		o.UsePathStyle = o.BaseEndpoint != nil
		o.DisableLogOutputChecksumValidationSkipped = true
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
	})
	c.endpoint = "S3 in " + loaded.Region
	if e := c.s3.Options().BaseEndpoint; e != nil {
		c.endpoint = *e
	}
	return c, nil
}

// Renew forgets credentials that have run out.
func (c *Client) Renew() { c.login.renew() }

// where sets the region of a bucket that is not in the configured one.
func (c *Client) where(bucket string) func(*s3.Options) {
	c.mu.Lock()
	region := c.regions[bucket]
	c.mu.Unlock()
	return func(o *s3.Options) {
		if region != "" {
			o.Region = region
		}
	}
}

// moved remembers where a bucket is, and says whether that is news.
func (c *Client) moved(bucket, region string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if region == "" || c.regions[bucket] == region || region == c.s3.Options().Region && c.regions[bucket] == "" {
		return false
	}
	c.regions[bucket] = region
	return true
}

// login tells a failure to find credentials from one of the request.
type login struct{ provider aws.CredentialsProvider }

type loginError struct{ err error }

// Error implements error.
func (e *loginError) Error() string { return "find credentials: " + e.err.Error() }

// Unwrap gives the error below.
func (e *loginError) Unwrap() error { return e.err }

// Retrieve implements aws.CredentialsProvider.
func (l *login) Retrieve(ctx context.Context) (aws.Credentials, error) {
	creds, err := l.provider.Retrieve(ctx)
	if err != nil && ctx.Err() == nil {
		err = &loginError{err}
	}
	return creds, err
}

func (l *login) renew() {
	if cache, ok := l.provider.(*aws.CredentialsCache); ok {
		cache.Invalidate()
	}
}
