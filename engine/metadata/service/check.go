package service

import (
	"context"
	"errors"
	"fmt"
)

// Check says whether the service would do for a run: it is there, of a version that may be empty, and takes the key. Asking for the version alone does not
// tell, since many let everybody do that.
func (s *Service) Check(ctx context.Context) (version string, err error) {
	if version, err = s.Ping(ctx); err != nil {
		return "", err
	}
	_, err = s.Flows(ctx)
	if e := (*Error)(nil); err != nil && ctx.Err() == nil && !errors.As(err, &e) { // something that is no list of flows
		err = &Error{Op: "read flows", URL: s.opts.URL, Kind: Strange, Detail: fmt.Sprintf("it has no list of flows: %v", err), Err: err}
	}
	return version, err
}
