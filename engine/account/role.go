package account

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// taskService is who takes on the roles of containers.
const taskService = "ecs-tasks.amazonaws.com"

// role says whether a role is there and containers may take it on.
func (c *cloud) role(ctx context.Context, f *Finding) {
	kind, name, ok := strings.Cut(f.Value, ":role/")
	if !ok || !strings.HasPrefix(kind, "arn:") {
		f.State, f.Text, f.Remedy = Wrong, "it is not the ARN of a role", "set it to arn:aws:iam::ACCOUNT:role/NAME"
		return
	}
	if i := strings.LastIndex(name, "/"); i >= 0 { // the path is not part of the name
		name = name[i+1:]
	}
	cfg, err := c.config(ctx)
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, err.Error(), "see ~/.aws/config"
		return
	}
	out, err := iam.NewFromConfig(cfg).GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	var none *types.NoSuchEntityException
	switch {
	case denied(err):
		f.State, f.Text, f.Remedy = Unknown, "these credentials may not look at roles", "allow iam:GetRole to see whether it is in order"
	case errors.As(err, &none):
		f.State, f.Text, f.Remedy = Wrong, "there is no such role", "`aws iam list-roles` lists those there are"
	case err != nil:
		f.refused(ctx, "it could not be looked up", err)
	default:
		policy, err := url.PathUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument))
		if err == nil && !strings.Contains(policy, taskService) {
			f.State, f.Text, f.Remedy = Wrong, "containers may not take it on", "add "+taskService+" to the services that its trust policy names"
			return
		}
		f.State, f.Text = OK, "it is there, and containers may take it on"
	}
}
