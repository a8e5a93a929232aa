package deploy

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spindle-flow/spindle/tests/motoserver"
)

// session stands before moto and lets a number of calls through; for those after them the credentials have expired.
type session struct {
	*httptest.Server
	left atomic.Int64
}

func newSession(t testing.TB, server *motoserver.Server, calls int64) *session {
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{}
	s.left.Store(calls)
	proxy := httputil.NewSingleHostReverseProxy(target)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.left.Add(-1) >= 0 {
			proxy.ServeHTTP(w, r)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		if strings.Contains(r.Header.Get("Authorization"), "/s3/aws4_request") {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>`)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-ErrorType", "ExpiredTokenException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}`)
	}))
	t.Cleanup(s.Close)
	return s
}

// person is somebody who deploys from a folder.
type person struct {
	t   testing.TB
	dir string
	env []string
}

func (p *person) spindle(args ...string) (string, int) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), binary, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	_ = cmd.Run()
	return out.String(), cmd.ProcessState.ExitCode()
}

// at is the same person, for whom AWS is elsewhere.
func (p *person) at(url string) *person {
	return &person{t: p.t, dir: p.dir, env: append(append([]string{}, p.env...), "AWS_ENDPOINT_URL="+url, "METAFLOW_S3_ENDPOINT_URL="+url)}
}

// Credentials that expire in the middle leave whole variants only; who logs in and applies again has the rest. Whenever it happens.
func TestExpiry(t *testing.T) {
	server := moto(t)
	if err := server.Bucket("expiry-staging", "expiry-prod"); err != nil {
		t.Fatal(err)
	}
	r := newRepository(t, "expiry")
	r.push("main", "first")
	p := &person{t: t, dir: r.dir, env: append(r.env, server.Env()...)}
	for _, calls := range []int64{1, 8, 30} {
		_ = os.RemoveAll(r.dir + "/.spindle")
		out, code := p.at(newSession(t, server, calls).URL).spindle("deploy", "apply", "--env", "staging", "--yes")
		if code == 0 || code == 70 || !strings.Contains(out, "expired") {
			t.Errorf("after %d calls: exit code %d\n%s", calls, code, out)
		}
		if out, code := p.spindle("deploy", "unlock", "--env", "staging", "--yes"); code != 0 {
			t.Fatalf("unlock: exit code %d\n%s", code, out)
		}
	}
	if out, code := p.spindle("deploy", "apply", "--env", "staging", "--yes"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if out, code := p.spindle("deploy", "plan", "--env", "staging", "--against", "live"); code != 0 || strings.Contains(out, "create") {
		t.Errorf("after all: exit code %d\n%s", code, out)
	}
	if n := len(names(t, server, "expiry")); n != 7 {
		t.Errorf("%d machines, want 7", n)
	}
}
