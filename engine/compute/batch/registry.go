package batch

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Deployed is the job definition of a step whose jobs somebody else submits, again and again: with the command, its variables, and what the container gets,
// so that a submission says only which task it is for. Its name follows from its content.
func (s *Step) Deployed(p Platform, command []string, environment map[string]string) (*sdk.RegisterJobDefinitionInput, error) {
	d, err := s.Definition(p, 0)
	if err != nil {
		return nil, err
	}
	c := d.ContainerProperties
	c.Command, c.ResourceRequirements = command, s.requirements()
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		c.Environment = append(c.Environment, types.KeyValuePair{Name: aws.String(name), Value: aws.String(environment[name])})
	}
	name, err := contentName(d)
	d.JobDefinitionName = aws.String(name)
	return d, err
}

// Registry is the job definitions and the queues of an account, for whoever prepares jobs and does not submit them. It may be used from many goroutines.
type Registry struct {
	definitions *definitions
	queues      *queues
}

// NewRegistry returns a Registry whose user waits for it.
func NewRegistry(c *Client) *Registry {
	o := Options{Client: c}
	o.setDefaults()
	call := caller{clock: o.Clock, patience: Brisk, renew: c.Renew, pace: newPace(o.Tempo.Submits, o.Clock.Now)}
	return &Registry{definitions: &definitions{api: c, call: call}, queues: &queues{api: c, call: call}}
}

// Register makes sure that there is an active definition of the name that d has, which is to follow from its content.
func (r *Registry) Register(ctx context.Context, d *sdk.RegisterJobDefinitionInput) error {
	_, err := r.definitions.named(ctx, aws.ToString(d.JobDefinitionName), d)
	return err
}

// Active says whether there is an active definition of a name.
func (r *Registry) Active(ctx context.Context, name string) (bool, error) {
	arn, err := r.definitions.find(ctx, name)
	return arn != "", err
}

// Queue looks a queue up, for a step that asks for it: its name, and what is behind it. No name finds the first one that takes jobs.
func (r *Registry) Queue(ctx context.Context, step, name string) (string, Platform, error) {
	q, err := r.queues.find(ctx, step, name)
	if err != nil {
		return "", "", err
	}
	return q.name, q.platform, nil
}
