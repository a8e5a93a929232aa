package s3client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
)

// token is a web identity.
type token string

func (t token) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// A service that was to give credentials is named, with what it said: "there are no credentials" alone would send people to the wrong place.
func TestLoginRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>`)
	}))
	t.Cleanup(server.Close)
	for address, want := range map[string]string{
		server.URL:           "STS answered AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
		"http://127.0.0.1:1": "STS could not be asked: ",
	} {
		asked := sts.New(sts.Options{BaseEndpoint: aws.String(address), Region: "us-east-1", RetryMaxAttempts: 1})
		c := open(t, "http://127.0.0.1:1", s3client.Config{
			Login: stscreds.NewWebIdentityRoleProvider(asked, "arn:aws:iam::123456789012:role/deploy", token("x")),
		}, objects.Options{Policy: objects.Brisk})
		err := c.Check(context.Background(), "bucket")
		if objects.KindOf(err) != objects.BadLogin || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: kind %d of %v, want %q", address, objects.KindOf(err), err, want)
		}
	}
}
