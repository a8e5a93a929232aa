package s3server

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Access and Secret are the credentials of every server.
const (
	Access = "spindle-test"
	Secret = "spindle-test-secret"
	Region = "us-east-1"
)

// Server is a running S3 server.
type Server struct {
	Kind     Kind
	Endpoint string
	Dir      string // its buckets are folders here
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	kind, err := chosen()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := kind.Binary(context.Background())
	if err != nil {
		t.Skipf("no S3 server to test against: %v", err)
	}
	s, stop, err := kind.Launch(binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return s
}

// Launch runs a server with its files in dir until stop is called.
func (k Kind) Launch(binary, dir string) (s *Server, stop func(), err error) {
	var lastErr error
	for range 3 { // another process may take the port in between
		port, err := freePort()
		if err != nil {
			return nil, nil, err
		}
		data := filepath.Join(dir, "data")
		if err := os.MkdirAll(data, 0o777); err != nil {
			return nil, nil, err
		}
		var out buffer
		cmd := exec.Command(binary, k.args(port, data)...)
		cmd.Env = append(os.Environ(), k.env...)
		cmd.Stdout, cmd.Stderr = &out, &out
		gone, err := start(cmd)
		if err != nil {
			return nil, nil, err
		}
		if lastErr = k.await(port, gone, &out); lastErr == nil {
			stop := func() {
				_ = cmd.Process.Kill()
				<-gone
			}
			return &Server{Kind: k, Endpoint: "http://127.0.0.1:" + strconv.Itoa(port), Dir: data}, stop, nil
		}
		_ = cmd.Process.Kill()
		<-gone
	}
	return nil, nil, lastErr
}

// start starts the server, and says when it is gone.
func start(cmd *exec.Cmd) (gone <-chan struct{}, err error) {
	endWithUs(cmd)
	started, ended := make(chan error), make(chan struct{})
	go func() {
		// What ends it with the test's process is bound to the thread that starts it, and threads end before processes do: this one stays.
		runtime.LockOSThread()
		defer close(ended)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	return ended, <-started
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// await returns when the server answers: MinIO listens before it does.
func (k Kind) await(port int, gone <-chan struct{}, out *buffer) error {
	deadline := time.After(30 * time.Second)
	for {
		if answers(port) {
			return nil
		}
		select {
		case <-gone:
			return &os.PathError{Op: "start", Path: k.Name, Err: textError(out.String())}
		case <-deadline:
			return &os.PathError{Op: "start", Path: k.Name, Err: textError("it does not listen: " + out.String())}
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// answers says whether a request without credentials is refused, as it should be.
func answers(port int) bool {
	client := http.Client{Timeout: time.Second}
	answer, err := client.Get("http://127.0.0.1:" + strconv.Itoa(port) + "/")
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusForbidden
}

type textError string

// Error implements error.
func (e textError) Error() string { return string(e) }

// buffer is what the server prints.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String is what was written.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// Bucket makes a bucket and returns its URL.
func (s *Server) Bucket(t testing.TB, name string) string {
	t.Helper()
	if _, err := s.Client().CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatalf("make bucket %q: %v", name, err)
	}
	return "s3://" + name
}

// Client is the SDK's own client, to look at the server past Spindle.
func (s *Server) Client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(s.Endpoint), Region: Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(Access, Secret, ""),
	})
}

// Env are the variables with which Metaflow and Spindle find the server; endpoint is its own, or that of a proxy before it.
func Env(endpoint, root string) []string {
	return []string{
		"METAFLOW_S3_ENDPOINT_URL=" + endpoint, "METAFLOW_DATASTORE_SYSROOT_S3=" + root,
		"AWS_ACCESS_KEY_ID=" + Access, "AWS_SECRET_ACCESS_KEY=" + Secret, "AWS_DEFAULT_REGION=" + Region, "AWS_REGION=" + Region,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	}
}
