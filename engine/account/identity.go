package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// identity asks AWS who these credentials are. A server that only speaks S3 cannot be asked.
func (c *cloud) identity(ctx context.Context) Finding {
	f := Finding{What: "credentials"}
	cfg, err := c.config(ctx)
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, err.Error(), "see ~/.aws/config"
		return f
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, "none were found: "+reason(ctx, err), login
		return f
	}
	f.Value = "from " + keys.Source
	if c.cfg.Queue == "" && c.cfg.Endpoint != "" {
		f.State, f.Text = OK, "key "+keys.AccessKeyID
		return f
	}
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch {
	case denied(err):
		f.State, f.Text = Unknown, "key "+keys.AccessKeyID+"; it may not ask who it is"
	case err != nil:
		f.refused(ctx, "AWS does not take them", err)
	default:
		f.State, f.Text = OK, aws.ToString(who.Arn)+" in account "+aws.ToString(who.Account)
	}
	return f
}
