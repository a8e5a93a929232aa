// Command batch measures the engine while thousands of jobs are in flight: a foreach whose tasks run on a played AWS Batch that throttles, with a real S3
// server. It prints the engine's peak memory and its time for each task. Containers are functions of this process; they end when all have begun, so that
// all are in flight at once.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/tests/batchserver"
	"github.com/spindle-flow/spindle/tests/s3server"
)

const flow = `from metaflow import FlowSpec, Parameter, batch, step


class ManyFlow(FlowSpec):
    width = Parameter("width", default=10, type=int)

    @step
    def start(self):
        self.items = list(range(self.width))
        self.next(self.leaf, foreach="items")

    @batch
    @step
    def leaf(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.next(self.end)

    @step
    def end(self):
        print("done")


if __name__ == "__main__":
    ManyFlow()
`

func main() {
	n := flag.Int("n", 10_000, "tasks")
	throttle := flag.Int("throttle", 20, "every so many calls of Batch one is throttled; 0 for none")
	spindle := flag.String("spindle", "bin/spindle", "the binary to measure")
	python := flag.String("python", "build/peer/bin/python", "interpreter of the flow")
	scratch := flag.String("dir", "", "folder for stores; the system's if empty")
	flag.Parse()
	if err := run(*n, *throttle, *spindle, *python, *scratch); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// cloud plays the containers.
type cloud struct {
	n     int64
	begun atomic.Int64
	all   chan struct{}
	store *objects.Client
	pid   atomic.Int64 // the engine's process
	// resident is the engine's memory in kilobytes when all tasks had begun and none had ended.
	resident atomic.Int64
}

// weigh notes the engine's memory.
func (c *cloud) weigh() {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.pid.Load()))
	if err != nil {
		return // not on Linux: only the peak is told
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); err == nil {
			c.resident.Store(kilobytes)
		}
	}
}

func run(n, throttle int, spindle, python, scratch string) error {
	dir, err := os.MkdirTemp(scratch, "spindle-bench-batch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := s3server.Versitygw.Binary(context.Background())
	if err != nil {
		return err
	}
	s3, stop, err := s3server.Versitygw.Launch(binary, dir)
	if err != nil {
		return err
	}
	defer stop()
	if err := os.Mkdir(filepath.Join(s3.Dir, "bucket"), 0o777); err != nil {
		return err
	}
	requests, err := s3client.Open(context.Background(), s3client.Config{
		Endpoint: s3.Endpoint, Region: s3server.Region, Login: credentials.NewStaticCredentialsProvider(s3server.Access, s3server.Secret, ""),
	})
	if err != nil {
		return err
	}
	c := &cloud{n: int64(n), all: make(chan struct{}), store: objects.New(requests, objects.Options{Slots: 32})}
	server := batchserver.Start(batchserver.Options{Container: c.container, Fault: func(_ string, call int) batchserver.Fault {
		if throttle > 0 && call%throttle == 0 {
			return batchserver.Throttled
		}
		return batchserver.None
	}})
	defer server.Close()
	return measure(c, server, s3, dir, spindle, python)
}

// container leaves the outcome of a task that did nothing.
func (c *cloud) container(ctx context.Context, j batchserver.Job) batchserver.End {
	if c.begun.Add(1) == c.n {
		c.weigh()
		close(c.all)
	}
	select {
	case <-c.all:
	case <-ctx.Done():
		return batchserver.End{Exit: 143}
	}
	at := slices.IndexFunc(j.Command, func(word string) bool { return strings.HasSuffix(word, "/job.json") })
	place, err := objects.Parse(j.Command[at])
	if err != nil {
		return batchserver.End{Exit: 70, Reason: err.Error()}
	}
	paths, err := remote.PathsOf(place)
	if err != nil {
		return batchserver.End{Exit: 70, Reason: err.Error()}
	}
	o := remote.Outcome{Result: &worker.Result{
		Type: worker.TypeDone, Success: true, Inherit: []worker.Inherited{{Input: 0, Names: []string{"name", "width", "items"}}},
		Transition: &worker.Transition{Next: []string{"join"}},
	}}
	if _, err := o.Write(ctx, c.store, paths); err != nil {
		return batchserver.End{Exit: remote.ExitUnwritten, Reason: err.Error()}
	}
	return batchserver.End{}
}

// measure runs the flow and prints what it took.
func measure(c *cloud, server *batchserver.Server, s3 *s3server.Server, dir, spindle, python string) error {
	if err := os.WriteFile(filepath.Join(dir, "many.py"), []byte(flow), 0o666); err != nil {
		return err
	}
	abs, err := filepath.Abs(spindle)
	if err != nil {
		return err
	}
	if python, err = filepath.Abs(python); err != nil {
		return err
	}
	n := int(c.n)
	cmd := exec.Command(abs, "run", "many.py", "--width", fmt.Sprint(n), "--max-workers", fmt.Sprint(n), "--max-num-splits", fmt.Sprint(n), "--quiet")
	cmd.Dir = dir
	cmd.Env = append(s3server.Env(s3.Endpoint, "s3://bucket/root"), "PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+os.TempDir(), "METAFLOW_USER=bench",
		"METAFLOW_DATASTORE_SYSROOT_LOCAL="+dir, "METAFLOW_DEFAULT_DATASTORE=s3", "SPINDLE_PYTHON="+python, "SPINDLE_WARM_MINUTES=0", "NO_PROXY=127.0.0.1",
		"AWS_ENDPOINT_URL_BATCH="+server.URL, "METAFLOW_BATCH_JOB_QUEUE=queue", "METAFLOW_ECS_S3_ACCESS_IAM_ROLE=arn:aws:iam::1:role/r")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	c.pid.Store(int64(cmd.Process.Pid))
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w\n%.2000s", err, out.Bytes()[max(0, out.Len()-2000):])
	}
	took := time.Since(began)
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	fmt.Printf("%d tasks in flight at once: %.1f s in all, engine's memory then %d MB, at its peak, when all end at one moment, %d MB, engine's CPU %.1f ms a task, %d submissions and %d describes for %d jobs\n",
		n, took.Seconds(), c.resident.Load()>>10, usage.Maxrss>>10, float64(cpu.Microseconds())/1000/float64(n), server.Calls("submitjob"), server.Calls("describejobs"), len(server.Jobs()))
	return nil
}
