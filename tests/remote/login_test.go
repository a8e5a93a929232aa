//go:build !e2e

package remote

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/s3server"
)

// A container has no keys: it has a role, which it asks for in one of three ways. Bootstrap and helper know all of them.
func TestRoles(t *testing.T) {
	server := bucket(t)
	later := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	keys := fmt.Sprintf(`{"Code":"Success","AccessKeyId":%q,"SecretAccessKey":%q,"Token":"","Expiration":%q}`, s3server.Access, s3server.Secret, later)
	sts := fmt.Sprintf(`<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>%s</AccessKeyId>`+
		`<SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
		s3server.Access, s3server.Secret, "", later) // the server knows no session tokens
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("proof"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		serve http.HandlerFunc
		env   func(url string) []string
	}{
		{"container", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/role" || r.Header.Get("Authorization") != "proof" {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			fmt.Fprint(w, keys)
		}, func(url string) []string {
			return []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI=" + url + "/role", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=" + token}
		}},
		{"machine", func(w http.ResponseWriter, r *http.Request) {
			path, ok := strings.CutPrefix(r.URL.Path, "/latest/")
			switch {
			case !ok:
				http.NotFound(w, r)
			case path == "api/token" && r.Method == http.MethodPut:
				w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
				fmt.Fprint(w, "session")
			case r.Header.Get("X-Aws-Ec2-Metadata-Token") != "session":
				http.Error(w, "no", http.StatusUnauthorized)
			case path == "meta-data/iam/security-credentials/":
				fmt.Fprint(w, "worker")
			case path == "meta-data/iam/security-credentials/worker":
				fmt.Fprint(w, keys)
			default:
				http.NotFound(w, r)
			}
		}, func(url string) []string { return []string{"AWS_EC2_METADATA_SERVICE_ENDPOINT=" + url} }},
		{"web identity", func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			if r.Form.Get("WebIdentityToken") != "proof" || r.Form.Get("RoleArn") != "arn:aws:iam::1:role/r" || r.Form.Get("Action") != "AssumeRoleWithWebIdentity" {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, sts)
		}, func(url string) []string {
			return []string{"AWS_WEB_IDENTITY_TOKEN_FILE=" + token, "AWS_ROLE_ARN=arn:aws:iam::1:role/r", "AWS_ENDPOINT_URL_STS=" + url}
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			asked := 0
			role := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				tc.serve(w, r)
			}))
			defer role.Close()
			b := newBench(t, server, "ends.py")
			b.cloud.env = slices.DeleteFunc(b.cloud.env, func(kv string) bool { return strings.HasPrefix(kv, "AWS_") })
			b.cloud.env = append(b.cloud.env, tc.env(role.URL)...)
			// Credentials that run out are asked for anew.
			proxy := s3server.NewProxy(t, server, func(n int, _ *http.Request) s3server.Fault {
				if slices.Contains([]int{1, 4, 12}, n) {
					return s3server.Expired
				}
				return s3server.None
			})
			b.cloud.boot.Endpoint = proxy.Endpoint
			if _, _, err := b.run(context.Background()); err != nil || asked < 2 || proxy.Hits()[s3server.Expired] == 0 {
				t.Fatalf("%v, asked %d times, expired %d times\n%s", err, asked, proxy.Hits()[s3server.Expired], b.cloud.last("start").output)
			}
		})
	}
}
