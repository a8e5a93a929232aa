// Package task is the helper that runs one task in a container.
package task

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
)

// Surroundings are those of the process.
type Surroundings struct {
	Args           []string
	Environ        []string
	LookupEnv      func(string) (string, bool)
	Executable     string
	Stdout, Stderr io.Writer
	Now            func() time.Time
	// Control is the folder of the control groups.
	Control string
	// Stop gets the signals that ask the process to end.
	Stop <-chan os.Signal
}

// System are the surroundings of this process.
func System(args []string) Surroundings {
	stop := make(chan os.Signal, 4)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE)
	exe, err := os.Executable()
	if err != nil {
		exe = ""
	}
	return Surroundings{
		Args: args, Environ: os.Environ(), LookupEnv: os.LookupEnv, Executable: exe, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
		Control: "/sys/fs/cgroup", Stop: stop,
	}
}

func (s *Surroundings) env(name string) string {
	value, _ := s.LookupEnv(name)
	return value
}

// helper is the run of one job.
type helper struct {
	Surroundings
	client *objects.Client
	group  *disk.Group // of what the store writes
	paths  remote.Paths
	folder string // of all that the task needs on the disk
	job    *remote.Job
	out    remote.Outcome
	logs   *logs
	phase  atomic.Value // string
	failed error        // the first thing that kept the helper from doing its part
}

// Main runs the job that the arguments name and returns the exit code.
func Main(s Surroundings) int {
	h := &helper{Surroundings: s}
	h.out.Begun = s.Now().UTC()
	h.out.Booted, h.out.Fetched = bootTimes(h.env("SPINDLE_BOOT"))
	if len(s.Args) > 1 && s.Args[0] == remote.Boot {
		return h.boot()
	}
	if len(s.Args) == 1 && s.Args[0] == remote.Deployed {
		return h.deployed()
	}
	if err := h.open(); err != nil {
		fmt.Fprintf(s.Stderr, "spindle: %v\n", err)
		return remote.ExitHelper
	}
	defer os.RemoveAll(h.folder)
	if code, ended := h.endedBefore(); ended {
		return code
	}
	h.out.Host = h.host()
	around := remote.LookAround(context.Background(), h.env)
	beating := h.beat()
	h.do()
	beating()
	h.out.Around = around.Facts()
	code := h.report()
	h.await(code)
	return code
}

// endedBefore says whether the attempt has been run to its end by a container before this one, and with which exit code. A service that starts containers again
// on its own (a lost connection to their machine) must not make a step run twice.
func (h *helper) endedBefore() (code int, ended bool) {
	ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	before, err := remote.ReadOutcome(ctx, h.client, h.paths)
	if before == nil || err != nil {
		return 0, false // if the store cannot be read, the job cannot either, and that says why
	}
	fmt.Fprintf(h.Stderr, "spindle: this attempt has ended at %s already; it is not run again\n", before.Ended.Format(time.RFC3339))
	return before.ExitCodeOfHelper(), true
}

// open finds the job's place, and makes the client and the folder, without which nothing can be told to anybody.
func (h *helper) open() error {
	if len(h.Args) != 1 {
		return errors.New("spindle-task is started by spindle, with the place of a job: s3://…/job.json")
	}
	place, err := objects.Parse(h.Args[0])
	if err == nil {
		h.paths, err = remote.PathsOf(place)
	}
	if err != nil {
		return err
	}
	return h.openFolder()
}

// openFolder makes the client and the folder.
func (h *helper) openFolder() error {
	requests, err := s3client.Open(context.Background(), s3client.Config{Endpoint: h.env("METAFLOW_S3_ENDPOINT_URL")})
	if err != nil {
		return err
	}
	h.client = objects.New(requests, objects.Options{Now: h.Now})
	if dir := filepath.Dir(h.Executable); strings.HasPrefix(filepath.Base(dir), ".spindle-") {
		h.folder = dir // the bootstrap made it for us
		return nil
	}
	h.folder, err = os.MkdirTemp("", ".spindle-")
	return err
}

// fail notes what the helper could not do.
func (h *helper) fail(op string, err error) {
	if h.failed != nil {
		return
	}
	h.failed = err
	kind := objects.KindOf(err)
	message := err.Error()
	var remoteErr *objects.Error
	if errors.As(err, &remoteErr) && remoteErr.Remedy() != "" {
		message += "; " + remoteErr.Remedy()
	}
	h.out.Failure = &remote.Failure{Op: op, Message: message, Retry: kind >= objects.Throttled}
}

// report writes the outcome and chooses the exit code.
func (h *helper) report() int {
	if h.failed != nil {
		fmt.Fprintf(h.Stderr, "spindle: %s\n", h.out.Failure.Message)
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	if _, err := h.out.Write(ctx, h.client, h.paths); err != nil {
		fmt.Fprintf(h.Stderr, "spindle: %v\n", err)
		return remote.ExitUnwritten
	}
	return h.out.ExitCodeOfHelper()
}

// bootTimes are the times that the bootstrap tells, in seconds.
func bootTimes(text string) (booted, fetched time.Time) {
	var a, b float64
	if n, _ := fmt.Sscan(text, &a, &b); n == 2 {
		return time.UnixMicro(int64(a * 1e6)).UTC(), time.UnixMicro(int64(b * 1e6)).UTC()
	}
	return booted, fetched
}

func (h *helper) host() remote.Host {
	name, _ := os.Hostname() // without it, nothing is missing but a name
	return remote.Host{
		Name: name, Arch: runtime.GOARCH, Python: h.env("SPINDLE_PYTHON"), Processors: runtime.GOMAXPROCS(0), MemoryLimit: memoryLimit(h.Control),
	}
}

// python is the interpreter, found by the bootstrap.
func (h *helper) python() string {
	if path := h.env("SPINDLE_PYTHON"); path != "" {
		return path
	}
	return "python3"
}
