//go:build e2e

package moto

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/tests/motoserver"
	"github.com/spindle-flow/spindle/tests/s3server"
)

// cloud is a Docker daemon and a moto for all tests of the package.
type cloud struct {
	dir     string
	docker  string // address of the daemon
	moto    *motoserver.Server
	started []*exec.Cmd
	skip    string // why there is none
}

var theCloud *cloud

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("/var/tmp", "spindle-moto-test-")
	if err != nil {
		panic(err)
	}
	theCloud = &cloud{dir: dir}
	if err := theCloud.start(); err != nil {
		theCloud.skip = err.Error()
	}
	code := m.Run()
	theCloud.stop()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// start starts the daemon, makes the images, and starts moto.
func (c *cloud) start() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("Docker's daemon wants root")
	}
	for _, tool := range []string{"dockerd", "docker", "debootstrap"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w: apt-get install --no-install-recommends docker.io iptables debootstrap", err)
		}
	}
	c.docker = "unix://" + filepath.Join(c.dir, "docker.sock")
	if err := c.daemon(); err != nil {
		return err
	}
	if err := c.images(); err != nil {
		return err
	}
	return c.serve()
}

func (c *cloud) daemon() error {
	at := func(name string) string { return filepath.Join(c.dir, name) }
	cmd := exec.Command("dockerd", "--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid"), "-H", c.docker,
		"--bridge=none", "--iptables=false", "--ip6tables=false")
	log, err := os.Create(at("dockerd.log"))
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := c.begin(cmd); err != nil {
		return err
	}
	return until(time.Minute, "Docker's daemon", func() bool { return exec.Command("docker", "-H", c.docker, "info").Run() == nil })
}

func (c *cloud) begin(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	c.started = append(c.started, cmd)
	return nil
}

func (c *cloud) stop() {
	if c.moto != nil {
		c.moto.Stop()
	}
	for i := len(c.started) - 1; i >= 0; i-- {
		_ = c.started[i].Process.Signal(syscall.SIGTERM)
		_ = c.started[i].Wait()
	}
	_ = exec.Command("umount", "-l", filepath.Join(c.dir, "exec", "netns", "default")).Run() // the daemon leaves it behind
}

// until waits for something that is being started.
func until(limit time.Duration, what string, there func() bool) error {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if there() {
			return nil
		}
	}
	return fmt.Errorf("%s is not there after %s", what, limit)
}

// images makes an image with Python out of a folder that is kept in build, one without, and one that has the helper instead.
func (c *cloud) images() error {
	root, err := filepath.Abs("../../build/docker/root")
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "usr/bin/python3")); err != nil {
		fresh := root + ".new"
		if out, err := exec.Command("debootstrap", "--variant=minbase", "--include=python3-minimal,libpython3-stdlib", "bookworm", fresh).CombinedOutput(); err != nil {
			return fmt.Errorf("debootstrap: %v\n%.500s", err, out)
		}
		if err := os.Rename(fresh, root); err != nil {
			return err
		}
	}
	// Of an image for flows in Go: what spindle package helper gives lies on its PATH.
	with := filepath.Join(c.dir, "with")
	if err := os.MkdirAll(filepath.Join(with, "usr/local/bin"), 0o755); err != nil {
		return err
	}
	if out, err := exec.Command(spindle(), "package", "helper", "--arch", runtime.GOARCH, filepath.Join(with, "usr/local/bin/spindle-task")).CombinedOutput(); err != nil {
		return fmt.Errorf("the helper: %v\n%s", err, out)
	}
	for name, without := range map[string]string{
		"tests/python:1": "./proc", "python:3.11-slim": "./proc", "tests/bare:1": "./usr/bin/python*", "tests/go:1": "./usr/bin/python* -C " + with + " ./usr/local/bin/spindle-task -C " + root,
	} {
		script := fmt.Sprintf(`tar -C %s --exclude=%s -c . | docker -H %s import --change "ENV AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_EC2_METADATA_DISABLED=true" - %s`,
			root, without, c.docker, s3server.Access, s3server.Secret, name)
		if out, err := exec.Command("sh", "-c", script).CombinedOutput(); err != nil {
			return fmt.Errorf("import image %s: %v\n%s", name, err, out)
		}
	}
	return nil
}

// serve starts moto, with queues.
func (c *cloud) serve() (err error) {
	c.moto, err = motoserver.Launch(motoserver.Options{Dir: c.dir, Docker: c.docker, Queues: []string{"demand-staging", "demand-prod"}})
	return err
}
