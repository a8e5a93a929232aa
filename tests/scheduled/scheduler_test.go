package scheduled

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/tests/s3server"
	"github.com/spindle-flow/spindle/tests/surroundings"
)

// scheduler plays the state machine of one execution.
type scheduler struct {
	w         *world
	d         *scheduled.Deployment
	boot      remote.Bootstrap
	place     objects.Place // of the document
	execution string
	input     string // parameters of the execution
	slots     chan struct{}

	// around may do something with a container: it is given all that starts it and returns how it ended.
	around func(step string, try int, start func() *exec.Cmd, run func(*exec.Cmd) ended) ended

	mu  sync.Mutex
	all []ended // guarded by mu
}

// ended is a container that has ended.
type ended struct {
	step, path, output string
	code               int
	signal             syscall.Signal
}

// errFailed ends an execution.
var errFailed = errors.New("a task has failed for good")

// newScheduler sends the document.
func (w *world) newScheduler(d *scheduled.Deployment, boot remote.Bootstrap, execution, input string) *scheduler {
	w.t.Helper()
	place, err := d.Send(context.Background(), w.client)
	if err != nil {
		w.t.Fatal(err)
	}
	return &scheduler{w: w, d: d, boot: boot, place: place, execution: execution, input: input, slots: make(chan struct{}, 3)}
}

// run carries out the execution.
func (s *scheduler) run() error {
	return s.region(s.d.Start, "", 0, "", "")
}

// region goes through the steps from one on until it comes to the join that closes the region.
func (s *scheduler) region(name, path string, loop int, from, until string) error {
	for name != until {
		step := s.d.Step(name)
		if err := s.task(step, path, loop, from); err != nil {
			return err
		}
		from = name
		if loop > 0 {
			from += "." + strconv.Itoa(loop)
		}
		next := step.Node.Next
		switch {
		case step.Node.Foreach != "":
			left, err := s.left(step, path, loop)
			if err != nil {
				return err
			}
			join := s.joinOf(name)
			err = s.side(len(left.Items), func(i int) error {
				return s.region(next[0], path+"-"+strconv.Itoa(left.Items[i]), 0, from, join)
			})
			if err != nil {
				return err
			}
			name, from = join, ""
		case step.Node.Condition != "":
			left, err := s.left(step, path, loop)
			if err != nil {
				return err
			}
			if left.Next == name {
				loop++
			}
			name = left.Next
		case len(next) > 1:
			join := s.joinOf(name)
			if err := s.side(len(next), func(i int) error { return s.region(next[i], path, loop, from, join) }); err != nil {
				return err
			}
			name, from = join, ""
		case len(next) == 0:
			return nil
		default:
			name = next[0]
		}
		if s.d.Step(name).Join {
			from = ""
		}
	}
	return nil
}

// joinOf is the join of a split.
func (s *scheduler) joinOf(split string) string {
	for _, step := range s.d.Steps {
		if step.Split == split {
			return step.Name
		}
	}
	return ""
}

// side goes through regions side by side.
func (s *scheduler) side(n int, region func(i int) error) error {
	var g errgroup.Group
	for i := range n {
		g.Go(func() error { return region(i) })
	}
	return g.Wait()
}

// left reads what a task has left for the scheduler.
func (s *scheduler) left(step *scheduled.Step, path string, loop int) (scheduled.Left, error) {
	c := scheduled.Coordinates{Path: trimmed(path), Loop: loop}
	place := scheduled.LeftPlace(s.w.root, s.d.Flow, s.d.RunID(s.execution), step.Name, c.TaskID())
	var left scheduled.Left
	data, _, err := s.w.client.Bytes(context.Background(), place)
	if err == nil {
		err = json.Unmarshal(data, &left)
	}
	return left, err
}

func trimmed(path string) string {
	if path != "" {
		return path[1:]
	}
	return ""
}

// task starts the containers of a task until one ends well.
func (s *scheduler) task(step *scheduled.Step, path string, loop int, from string) error {
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	for try := range step.Retries.User + step.Retries.Error + 1 {
		start := func() *exec.Cmd { return s.container(step.Name, path, loop, from) }
		var end ended
		if s.around != nil {
			end = s.around(step.Name, try, start, func(c *exec.Cmd) ended { return s.wait(c) })
		} else {
			end = s.wait(start())
		}
		end.step, end.path = step.Name, path
		s.mu.Lock()
		s.all = append(s.all, end)
		s.mu.Unlock()
		if end.code == 0 {
			return nil
		}
	}
	return fmt.Errorf("step %s (%s): %w", step.Name, path, errFailed)
}

// container is a container of a task, which has not been started.
func (s *scheduler) container(step, path string, loop int, from string) *exec.Cmd {
	argv, err := s.boot.Command()
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp(s.w.dir, ".container-")
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + surroundings.BarePath(s.w.t), "AWS_ACCESS_KEY_ID=" + s3server.Access, "AWS_SECRET_ACCESS_KEY=" + s3server.Secret, "AWS_EC2_METADATA_DISABLED=true",
		"TMPDIR=" + os.TempDir(), "AWS_BATCH_JOB_ID=job-" + step + path, "AWS_BATCH_JOB_ATTEMPT=1", "NO_PROXY=127.0.0.1",
		scheduled.EnvDeployment + "=" + s.place.String(), scheduled.EnvExecution + "=" + s.execution, scheduled.EnvStep + "=" + step,
		scheduled.EnvPath + "=" + path, scheduled.EnvLoop + "=" + strconv.Itoa(loop), scheduled.EnvFrom + "=" + from,
	}
	if step == s.d.Start {
		cmd.Env = append(cmd.Env, scheduled.EnvParameters+"="+s.input)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// wait runs a container to its end. begun are told its process.
func (s *scheduler) wait(cmd *exec.Cmd, begun ...func(pid int)) ended {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Start()
	if err == nil {
		for _, tell := range begun {
			tell(cmd.Process.Pid)
		}
		err = cmd.Wait()
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return ended{code: -2, output: err.Error()}
	}
	end := ended{code: cmd.ProcessState.ExitCode(), output: out.String()}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		end.signal = status.Signal()
	}
	return end
}

// text is what all containers printed.
func (s *scheduler) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	for _, e := range s.all {
		fmt.Fprintf(&b, "--- %s%s: %d %v\n%s", e.step, e.path, e.code, e.signal, e.output)
	}
	return b.String()
}
