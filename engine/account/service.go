package account

import (
	"context"
	"errors"
)

// service asks the metadata service who it is, and for its flows.
func (c Config) service(ctx context.Context) Finding {
	f := Finding{What: "service", Setting: ServiceVariable, Value: c.ServiceURL, State: Wrong}
	version, err := c.Service(ctx)
	var known interface {
		Short() string
		Remedy() string
	}
	switch {
	case err == nil:
		f.State, f.Text = OK, "it answers, version "+version
		if version == "" {
			f.Text = "it answers; it does not say its version"
		}
	case errors.As(err, &known):
		f.Text, f.Remedy = known.Short(), known.Remedy()
	case ctx.Err() != nil:
		f.Text, f.Remedy = "it does not answer in time", "check the address, and whether a VPN is needed"
	default:
		f.Text, f.Remedy = err.Error(), "check the address"
	}
	return f
}
