// Package motoserver starts moto, which plays AWS for tests: S3, Batch, Step Functions, EventBridge and IAM on one port, with the repairs of tests/moto.
package motoserver

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What every moto has.
const (
	Region  = "us-east-1"
	Queue   = "queue" // a job queue
	Account = "123456789012"
	Role    = "arn:aws:iam::" + Account + ":role/tests"
)

// Options say what a moto can do.
type Options struct {
	Dir string // for its log
	// Docker is the address of the daemon that runs jobs. Without one jobs succeed at once and nothing runs.
	Docker string
	Queues []string // more job queues
}

// Server is a running moto.
type Server struct {
	URL     string
	log     string
	process *exec.Cmd
}

// Start runs a moto until the test ends. Where moto is not installed the test is left out.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if _, err := python(); err != nil {
		t.Skip(err)
	}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	s, err := Launch(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// scripts is the folder of the scripts that start moto.
func scripts() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "moto")
}

func python() (string, error) {
	path := filepath.Join(scripts(), "../../build/moto/bin/python")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("moto is not installed: make moto (%w)", err)
	}
	return path, nil
}

// Launch runs a moto until it is stopped.
func Launch(o Options) (*Server, error) {
	python, err := python()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://127.0.0.1:" + port, log: filepath.Join(o.Dir, "moto.log")}
	s.process = exec.Command(python, filepath.Join(scripts(), "moto_server.py"), "-H", "127.0.0.1", "-p", port)
	s.process.Env = append(os.Environ(), "MOTO_PORT="+port)
	if o.Docker != "" {
		s.process.Env = append(s.process.Env, "MOTO_DOCKER_NETWORK_MODE=host", "DOCKER_HOST="+o.Docker)
	}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	if err := s.ready(python, o); err != nil {
		s.Stop()
		return nil, fmt.Errorf("%w\n%s", err, s.Log())
	}
	return s, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// ready waits until moto listens, and makes what every test needs.
func (s *Server) ready(python string, o Options) error {
	settings := fmt.Sprintf(`{"stepfunctions":{"execute_state_machine":true},"batch":{"use_docker":%t}}`, o.Docker != "")
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		err := s.post("/moto-api/config", settings)
		if err == nil {
			break
		}
		if time.Now().After(end) {
			return fmt.Errorf("moto is not there after a minute: %w", err)
		}
	}
	setup := exec.Command(python, append([]string{filepath.Join(scripts(), "moto_setup.py"), s.URL, Queue}, o.Queues...)...)
	if out, err := setup.CombinedOutput(); err != nil {
		return fmt.Errorf("set up moto: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) post(path, body string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// Stop ends moto.
func (s *Server) Stop() {
	_ = s.process.Process.Signal(syscall.SIGTERM)
	_ = s.process.Wait()
}

// Log is the end of what moto printed, for a failed test.
func (s *Server) Log() string {
	text, _ := os.ReadFile(s.log)
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// Env are variables with which Spindle, Metaflow and boto3 take moto for AWS.
func (s *Server) Env() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL, "METAFLOW_S3_ENDPOINT_URL=" + s.URL, "AWS_ACCESS_KEY_ID=tests", "AWS_SECRET_ACCESS_KEY=tests",
		"AWS_DEFAULT_REGION=" + Region, "AWS_REGION=" + Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}
}

// Bucket makes buckets.
func (s *Server) Bucket(names ...string) error {
	for _, name := range names {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		r, err := http.NewRequestWithContext(ctx, http.MethodPut, s.URL+"/"+name, nil)
		if err == nil {
			// moto knows a service by the signature's scope.
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=tests/20260101/"+Region+"/s3/aws4_request, SignedHeaders=host, Signature=0")
			var answer *http.Response
			if answer, err = http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
				if answer.StatusCode >= 300 {
					err = fmt.Errorf("make bucket %q: %s", name, answer.Status)
				}
			}
		}
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}
