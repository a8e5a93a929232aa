package s3server

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// Kind is a program that serves S3.
type Kind struct {
	Name, Version string // Version is exact: others may be refused
	module        string
	args          func(port int, dir string) []string
	env           []string
}

// The kinds there are.
var (
	// Versitygw keeps objects as files. Older versions silently ignore conditional writes.
	Versitygw = Kind{
		Name: "versitygw", Version: "v1.8.0", module: "github.com/versity/versitygw/cmd/versitygw",
		args: func(port int, dir string) []string {
			return []string{"--port", "127.0.0.1:" + strconv.Itoa(port), "--quiet", "posix", dir}
		},
		env: []string{"ROOT_ACCESS_KEY=" + Access, "ROOT_SECRET_KEY=" + Secret},
	}
	// MinIO is the second opinion. It takes minutes to build.
	MinIO = Kind{
		Name: "minio", Version: "v0.0.0-20260212201848-7aac2a2c5b7c", module: "github.com/minio/minio",
		args: func(port int, dir string) []string {
			return []string{"server", "--quiet", "--address", "127.0.0.1:" + strconv.Itoa(port), "--console-address", "127.0.0.1:0", dir}
		},
		env: []string{"MINIO_ROOT_USER=" + Access, "MINIO_ROOT_PASSWORD=" + Secret, "MINIO_UPDATE=off", "MINIO_CALLHOME_ENABLE=off"},
	}
)

// Variable names the kind that [Start] takes, versitygw if it is empty.
const Variable = "SPINDLE_TEST_S3"

func chosen() (Kind, error) {
	switch name := os.Getenv(Variable); name {
	case "", Versitygw.Name:
		return Versitygw, nil
	case MinIO.Name:
		return MinIO, nil
	default:
		return Kind{}, fmt.Errorf("%s=%q is neither versitygw nor minio", Variable, name)
	}
}

// Binary is the server's program, built if it is not there yet.
func (k Kind) Binary(ctx context.Context) (string, error) {
	_, file, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(file), "../../build/bin")
	target := filepath.Join(dir, k.Name+"-"+k.Version)
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	unlock, err := lock(target + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	return target, k.build(ctx, dir, target)
}

// lock makes tests of several packages wait for the first one's build.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

func (k Kind) build(ctx context.Context, dir, target string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	tmp, err := os.MkdirTemp(dir, k.Name+"-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.CommandContext(ctx, "nice", "go", "install", "-trimpath", "-ldflags=-s -w", k.module+"@"+k.Version)
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s %s: %w\n%s", k.Name, k.Version, err, out)
	}
	return os.Rename(filepath.Join(tmp, k.Name), target)
}
