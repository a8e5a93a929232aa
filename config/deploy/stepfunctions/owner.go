package stepfunctions

import (
	"context"
	"strings"

	"github.com/spindle-flow/spindle/config/deploy"
)

// Owner is who has deployed a machine, and the token that allows others to change it.
type Owner struct{ User, Token string }

// Owner reads who has deployed what has a name; nil for nothing. A machine that is neither Spindle's nor Metaflow's is a [deploy.OwnedError].
func (t *Target) Owner(ctx context.Context, name string) (*Owner, error) {
	m, err := t.find(ctx, name)
	if m == nil || err != nil {
		return nil, err
	}
	if !m.owned.known {
		return nil, &deploy.OwnedError{Name: name, Owner: stranger}
	}
	return &Owner{m.owned.owner, m.owned.token}, nil
}

// Allows says whether a user may change, end or delete what the owner has deployed: the owner may, and who has the token.
func (o *Owner) Allows(user, token string) bool {
	return o == nil || o.User == user || o.Token != "" && Bare(token) == o.Token
}

// Bare is a token without the kind of namespace it is, with which people copy it.
func Bare(token string) string { return strings.TrimPrefix(token, "production:") }
